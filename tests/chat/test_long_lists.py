"""Lists of more than a message holds, turned by buttons that name the row at the edge of the page."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.client import BotClient
from bot.chat.components import view_of
from bot.chat.long_lists import render_at
from bot.chat.views import render
from bot.desk.session import reading
from bot.record.errors import CaseError
from bot.record.events import Answer, Closed, Extent, Outcome
from bot.store.database import Database
from bot.words.card import Button, Buttons, Card, Text
from bot.words.paging import Query
from sandbox.inputs import Refused
from sandbox.person import Answer as Shown
from tests.chat.conftest import Newsroom, connected
from tests.recording import OTHER_SERVER, SERVER, Desk

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)


def numbers(shown: Shown) -> list[int]:
    """Of the cases on a page."""
    return sorted(int(number) for number in re.findall(r"#(\d+) Place", shown.text))


def place(shown: Shown) -> str:
    return shown.text.splitlines()[-1]


async def pages_of(newsroom: Newsroom, shown: Shown, button: str) -> list[tuple[list[int], str]]:
    """The numbers on each page and its place in the list, until the button leads no further."""
    pages = [(numbers(shown), place(shown))]
    while True:
        try:
            shown = await newsroom.bob.press(shown, button)
        except Refused:
            return pages
        pages.append((numbers(shown), place(shown)))


async def many(newsroom: Newsroom, count: int = 500) -> Desk:
    desk = Desk(newsroom.db, newsroom.guild.id)
    await desk.letter(newsroom.clock.now(), to=[f"Place {n}" for n in range(count)])
    return desk


async def test_five_hundred_cases_come_in_pages(newsroom: Newsroom, bot: BotClient) -> None:
    await many(newsroom)
    answer = await newsroom.bob.command(newsroom.room, "deadlines")
    assert "500 cases, by date\n" in answer.text and "Demand: 500 cases" in answer.text
    pages = await pages_of(newsroom, answer, "More")
    assert [number for shown, _ in pages for number in shown] == list(range(1, 501))
    assert [where for _, where in pages][:2] == ["-# Cases 1 to 50 of 500", "-# Cases 51 to 100 of 500"]
    last = await newsroom.bob.press(answer, "First")
    last = await newsroom.bob.press(last, "Last")
    back = await pages_of(newsroom, last, "Back")
    assert [number for shown, _ in back[::-1] for number in shown] == list(range(1, 501))
    assert back[0][1].endswith("to 500 of 500") and back[-1][1].startswith("-# Cases 1 to ")


async def test_what_is_recorded_while_somebody_reads_leaves_nothing_out(newsroom: Newsroom, bot: BotClient) -> None:
    desk = await many(newsroom, 150)
    answer = await newsroom.bob.command(newsroom.room, "deadlines")
    first = numbers(answer)
    for case in (await desk.cases())[:40]:
        await desk.record(newsroom.clock.now(), case, Closed(Outcome.CLOSED))
    second = await newsroom.bob.press(answer, "More")
    assert numbers(second) == list(range(first[-1] + 1, first[-1] + 51))
    assert "110 cases, by date" in second.text


async def test_a_filter_stays_when_pages_are_turned(newsroom: Newsroom, bot: BotClient) -> None:
    desk = await many(newsroom, 150)
    for case in (await desk.cases())[::2]:
        await desk.record(newsroom.clock.now(), case, Answer(Extent.UNKNOWN))
    answer = await newsroom.bob.command(newsroom.room, "deadlines", status="answered, extent unknown", state="New York")
    pages = await pages_of(newsroom, answer, "More")
    assert [number for shown, _ in pages for number in shown] == list(range(1, 151, 2))
    assert (await newsroom.bob.press(answer, "Back")).text.startswith(
        "## Deadlines: answered, extent unknown, New York\n75 cases"
    )


async def test_long_names_leave_room_for_fewer_cases(newsroom: Newsroom, bot: BotClient) -> None:
    """Each message is one that Discord takes, and no case is lost between two of them."""
    desk = Desk(newsroom.db, newsroom.guild.id)
    for number in range(12):
        names = [f"Place {number}.{n} {'of a very long name ' * 6}" for n in range(6)]
        await desk.letter(newsroom.clock.now(), to=names, title=f"Demand {number}")
    answer = await newsroom.bob.command(newsroom.room, "deadlines")
    pages = await pages_of(newsroom, answer, "More")
    assert [number for shown, _ in pages for number in shown] == list(range(1, 73))
    assert len(pages) > 3


async def test_pages_of_a_list_turn_after_a_restart(newsroom: Newsroom) -> None:
    async for _ in connected(newsroom):
        await many(newsroom, 150)
        answer = await newsroom.bob.command(newsroom.room, "deadlines")
    async for _ in connected(newsroom):
        assert numbers(await newsroom.bob.press(answer, "More"))[0] == 51


async def test_many_letters_come_in_pages(newsroom: Newsroom, bot: BotClient) -> None:
    """The newest first."""
    desk = Desk(newsroom.db, newsroom.guild.id)
    for number in range(30):
        await desk.letter(newsroom.clock.now() - timedelta(days=number), to=["Place 1", "Place 2"], title=f"Demand {number}.")
    answer = await newsroom.bob.command(newsroom.room, "letters")
    assert answer.text.startswith("## Letters\n30 letters, newest first") and "2 recipients: 2 awaiting answer" in answer.text
    titles = re.findall(r"\*\*Demand (\d+)\.\*\*", answer.text)
    while not place(answer).endswith("to 30 of 30"):
        answer = await newsroom.bob.press(answer, "More")
        titles += re.findall(r"\*\*Demand (\d+)\.\*\*", answer.text)
    assert titles == [str(number) for number in range(30)]
    assert "Demand 0." in (await newsroom.bob.press(answer, "First")).text


async def test_a_letter_to_very_many_counts_them_and_leads_to_the_list(newsroom: Newsroom, bot: BotClient) -> None:
    desk = await many(newsroom, 300)
    for case in (await desk.cases())[:3]:
        await desk.record(newsroom.clock.now(), case, Answer(Extent.FULL))
    answer = await newsroom.bob.command(newsroom.room, "letter show", letter="Demand")
    assert "300 recipients: 297 awaiting answer, 3 answered" in answer.text and "#5 Place" not in answer.text
    why = await newsroom.bob.press(answer, "Why this date")
    assert "Fri 23 February 2018" in why.text and "For #" not in why.text
    assert "297 cases, by date" in (await newsroom.bob.press(answer, "Open cases by deadline")).text


@pytest.mark.parametrize("action", ["page:deadlines:3:::CA:", "page:deadlines:1::answered, extent unknown::"])
async def test_a_button_that_counted_pages_shows_the_first(newsroom: Newsroom, bot: BotClient, action: str) -> None:
    """As messages of older versions have them."""
    await many(newsroom, 3)
    old = Card((Text("Old list"), Buttons((Button("More", action),))))
    await bot.get_partial_messageable(newsroom.room.id).send(view=view_of(old))
    answer = await newsroom.bob.press(await newsroom.sandbox.message_in(newsroom.room, "Old list"), "More")
    assert answer.text.startswith("## Deadlines: ") and answer.failed is None


NUMBERS = ("", "x", "-1", "1e3", " 1", "1_0", "²", "\u0661", "9" * 18, "9" * 19, "9" * 60, "\ud800", "5000000", "1.5")
EDGES = (
    *(
        "",
        ">",
        "<",
        ">x",
        "?0",
        ">-1",
        ">0.",
        ">²",
        ">0.\ud800",
        ">" + "z" * 30,
        f"<0.{'z' * 12}.{'z' * 12}",
        f">0.{'z' * 9}.1",
    ),
    *(
        f"{way}0.{day}.{time}.{letter}.{alike}.NY.{case}"
        for way in "<>"
        for day in ("0", "1", "2b2k", "z" * 12)
        for time, letter, alike, case in (("end", "1", "a", "1"), ("", "z" * 12, "-", "z" * 12), ("é", "1", "a", "1"))
    ),
    *(
        f"{way}0.{at}.{days}.{time}.{letter}"
        for way in "<>"
        for at in ("0", "zzzzzz", "zzzzzzz", "4hu6pc", "z" * 12)
        for days in ("0", "1ojt", "zzzz", "z" * 12)
        for time, letter in (("end", "1"), ("17-00", "z" * 12), ("+", "0"))
    ),
    *(f"{way}0.{at}.{letter}" for way in "<>" for at in ("0", "zzzzzzzzzz", "zzzzzzzzzzz") for letter in ("0", "z" * 12, "-1")),
)


@pytest.mark.parametrize("view", ["deadlines", "letters", "schedule", "letter", "lwhy", "status", "history", "case", "no"])
async def test_whatever_a_custom_id_says_is_answered_or_refused_politely(db: Database, view: str) -> None:
    """A person's client may send anything. Nothing is raised that the person is not told in words."""
    desk, other = Desk(db), Desk(db, OTHER_SERVER)
    for each in (desk, other):
        await each.open()
        await each.letter(SENT, title=f"Demand of {each.server_id}")
    good = {"deadlines": ("", "", "", ""), "schedule": ("30",), "letters": (), "status": ("1", "", "")}.get(view, ("1",))
    asked = {(*good[:at], text, *good[at + 1 :]) for at in range(len(good)) for text in NUMBERS}
    asked |= {(), ("",), *((text,) * len(good) for text in NUMBERS), (*good, "1"), (*good, *"11111")}
    async with reading(db, SERVER, SENT) as session:
        for args in asked:
            for edge in (">0", "<0"):
                await shown(render_at(session, Query(view, args), edge))
            await shown(render(session, Query(view, args)))
        for edge in EDGES:
            await shown(render_at(session, Query(view, good), edge))


async def shown(card: Awaitable[Card]) -> None:
    with suppress(CaseError):
        assert f"Demand of {OTHER_SERVER}" not in str(await card)


async def test_a_button_with_an_edge_that_is_none_is_refused(newsroom: Newsroom, bot: BotClient) -> None:
    await many(newsroom, 3)
    old = Card((Text("Old list"), Buttons((Button("More", "turn:deadlines:>1.a.b::::"), Button("Back", "turn:no:>0:")))))
    await bot.get_partial_messageable(newsroom.room.id).send(view=view_of(old))
    message = await newsroom.sandbox.message_in(newsroom.room, "Old list")
    for button in ("More", "Back"):
        assert "This button no longer works" in (await newsroom.bob.press(message, button)).text


async def test_an_empty_list_says_of_which_cases_there_are_none(newsroom: Newsroom, bot: BotClient) -> None:
    """One that shows closed cases does not speak of open ones."""
    for options, words in (({"status": "closed"}, "No case matches."), ({"state": "New York"}, "No open case matches.")):
        assert words in (await newsroom.bob.command(newsroom.room, "deadlines", **options)).text
