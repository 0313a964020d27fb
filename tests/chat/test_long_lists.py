"""Lists of more than a message holds, turned by buttons that name the row at the edge of the page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.chat.client import BotClient
from bot.chat.components import view_of
from bot.record.events import Answer, Closed, Extent, Outcome
from bot.words.card import Button, Buttons, Card, Text
from sandbox.inputs import Refused
from sandbox.person import Answer as Shown
from tests.chat.conftest import Newsroom, connected
from tests.recording import Desk


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


async def test_a_button_with_an_edge_that_is_none_is_refused(newsroom: Newsroom, bot: BotClient) -> None:
    await many(newsroom, 3)
    old = Card((Text("Old list"), Buttons((Button("More", "turn:deadlines:>1.a.b::::"), Button("Back", "turn:no:>0:")))))
    await bot.get_partial_messageable(newsroom.room.id).send(view=view_of(old))
    message = await newsroom.sandbox.message_in(newsroom.room, "Old list")
    for button in ("More", "Back"):
        assert "This button no longer works" in (await newsroom.bob.press(message, button)).text
