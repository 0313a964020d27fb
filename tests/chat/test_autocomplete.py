"""What is offered while a date or deadline is typed."""

from __future__ import annotations

from datetime import date

import pytest
from discord import Locale
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.chat import autocomplete
from bot.chat.client import BotClient
from bot.chat.locales import date_order
from bot.desk.date_suggestions import Read, shown_deadline, shown_letter_deadline, shown_when, understood
from bot.desk.deadlines import Counting, new_deadline, read_when
from bot.record.deadlines.dates import DateOrder
from bot.record.deadlines.parsing import parse_deadline
from bot.record.errors import CaseError
from tests.chat.conftest import Newsroom
from tests.desk.test_inputs import CASE, COUNTING, NOW, SENT, ZONE, pieces


def test_every_locale_of_discord_is_decided_upon() -> None:
    """A locale that Discord adds is looked up before its dates are read."""
    settles_none = {locale.value for locale in Locale if date_order(locale) is None}
    assert settles_none == {"hu", "lt", "sv-SE", "zh-CN", "zh-TW", "ja", "ko"}
    assert [locale.value for locale in Locale if date_order(locale) is DateOrder.MONTH_FIRST] == ["en-US"]
    assert date_order(None) is None


@pytest.mark.parametrize(
    ("typed", "submitted"),
    [
        ("3/2/2018 5:00 p.m.", ["2018-03-02 17:00", "2018-02-03 17:00"]),
        ("3\u20112\u20112018 5:00 p.m.", ["2018-03-02 17:00", "2018-02-03 17:00"]),  # hyphens that do not break
        ("next friday", ["2018-02-16", "2018-02-23"]),
        ("1 month after 31 January 2018", ["2018-02-28", "2018-03-01"]),  # the whole leads to two days, not its words
    ],
)
def test_the_words_that_can_be_read_two_ways_are_replaced_by_each(typed: str, submitted: list[str]) -> None:
    def read(text: str) -> tuple[str, str]:
        deadline = parse_deadline(text, ZONE, today=date(2018, 2, 10))
        return text, f"{deadline.date}{f' {deadline.time:%H:%M}' if deadline.time else ''}"

    assert sorted(understood(typed, read)) == sorted(submitted)


typing = st.one_of(st.text(max_size=110), st.lists(pieces, min_size=1, max_size=4).map("".join))


@given(typing, st.sampled_from([None, *DateOrder]))
@example("14 days", None)
@example("3/2/2018 5:00 p.m.", None)
@example("1 month", DateOrder.DAY_FIRST)
def test_what_a_choice_submits_means_just_what_it_says(typed: str, order: DateOrder | None) -> None:
    by = Counting(calendar=COUNTING.calendar, today=COUNTING.today, order=order)
    readers: list[Read] = [
        lambda text: shown_when(read_when(text, ZONE, NOW, order)),
        lambda text: shown_letter_deadline(text, SENT, by),
        lambda text: shown_deadline(text, lambda again: new_deadline(again, CASE, NOW, by)),
    ]
    for read in readers:
        try:
            choices = autocomplete.choices(understood(typed, read))
        except CaseError as refused:
            choices = autocomplete.unread(typed, refused)
        assert len(choices) <= 12  # a day without its year and its order: three years each way for both orders
        for choice in choices:
            assert 1 <= len(choice.name) <= 100
            assert 1 <= len(choice.value) <= 100
            if choice.name.startswith("Not clear: "):
                assert choice.value == " ".join(typed.split())
            else:
                assert read(choice.value)[0][:99] == choice.name[:99]


async def test_lists_that_are_the_same_everywhere_need_no_database(newsroom: Newsroom, bot: BotClient) -> None:
    async with newsroom.db.write() as conn:
        await conn.execute(text("ALTER TABLE servers RENAME TO gone"))
    typed = (
        ("settings timezone", "timezone", "denver"),
        ("settings calendar", "calendar", "oregon"),
        ("deadlines", "state", "ore"),
    )
    offered = [await newsroom.olga.complete(newsroom.room, *option) for option in typed]
    assert [[choice["value"] for choice in choices] for choices in offered] == [["America/Denver"], ["US-OR"], ["OR"]]


async def test_a_place_added_by_hand_is_offered_at_once_by_each_form_of_its_name(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    assert await room.bob.complete(room.room, "status", "jurisdiction", "LA County") == []
    added = "Los Angeles County, CA (county); Juniper Falls, MT (city)"
    receipt = await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions=added)
    assert "Recorded: 2 recipients" in receipt.text
    for typed, first in (
        ("LA County", "Los Angeles County, CA"),
        ("los angeles", "Los Angeles County, CA"),
        ("angelse county", "Los Angeles County, CA"),
        ("Juniper Fals, Mont", "Juniper Falls, MT"),
        ("jf", "Juniper Falls, MT"),
        ("st. of cal", "California"),
    ):
        choices = await room.bob.complete(room.room, "status", "jurisdiction", typed)
        assert choices[0]["value"] == first, typed
        shown = await room.bob.command(room.room, "status", jurisdiction=choices[0]["value"])
        assert shown.text.startswith(f"## {first}")
