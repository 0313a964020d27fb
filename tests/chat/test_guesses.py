"""A write that rests on a guess is confirmed first; a read asks. A name said with its kind or state means no other place."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any, get_args

import pytest
from discord import app_commands

from bot.chat.case_options import CasesOption
from bot.chat.client import BotClient
from bot.chat.transformers import CaseOption, LetterToRecordOption, PlaceOption
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import places
from tests.chat.conftest import Newsroom, count

PAGE = "https://example.org/answer"
ANSWER: dict[str, Any] = {"extent": "full", "source": PAGE, "text": "All of it."}
WRITES: list[tuple[str, dict[str, Any]]] = [
    ("case answer", ANSWER),
    ("case extend", {"deadline": "2018-06-29", "granted_by": "The authority", "source": PAGE}),
    ("case close", {"outcome": "closed", "source": PAGE}),
]
GUESSING = (CaseOption, CasesOption, LetterToRecordOption, PlaceOption)
OPEN = "#55 Oakland, CA (city), Request to Oakland of 12 April 2018"


async def know(room: Newsroom, *known: Jurisdiction) -> None:
    async with room.db.write() as conn:
        for place in known:
            await places.ensure(conn, room.guild.id, place)


@pytest.mark.parametrize(("command", "options"), WRITES, ids=[command for command, _ in WRITES])
async def test_a_misspelled_place_is_confirmed_before_anything_is_recorded(
    on_memorial_day: Newsroom, command: str, options: dict[str, Any]
) -> None:
    room = on_memorial_day
    before = await count(room)
    asked = await room.alice.command(room.room, command, case="Oaklnd, CA", **options)
    assert asked.ephemeral
    assert f"No place called “Oaklnd, CA” is recorded on this server. Did you mean {OPEN}?" in asked.text
    assert await count(room) == before
    receipt = await room.alice.press(asked, "Record")
    assert "Recorded for #55 Oakland, CA" in receipt.text
    assert await count(room) == before + 1
    again = await room.alice.press(asked, "Record")
    assert "This question was answered already" in again.text
    assert await count(room) == before + 1


async def test_leave_records_nothing(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    before = await count(room)
    asked = await room.alice.command(room.room, "case answer", case="Oaklnd", **ANSWER)
    left = await room.alice.press(asked, "Leave")
    assert left.text == "Nothing was recorded."
    assert await count(room) == before


async def test_a_question_waits_fifteen_minutes(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    before = await count(room)
    asked = await room.alice.command(room.room, "case answer", case="Oaklnd", **ANSWER)
    room.clock.set(room.clock.now() + timedelta(minutes=16))
    assert "use the command again." in (await room.alice.press(asked, "Record")).text
    assert await count(room) == before


async def test_a_form_opens_once_the_case_is_confirmed(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    asked = await room.alice.command(room.room, "case event", case="Oaklnd", kind="note", source=PAGE)
    assert asked.modal is None
    form = await room.alice.press(asked, "Record")
    assert form.modal is not None
    receipt = await room.alice.submit(form, {"text": "A hearing is planned."})
    assert "Recorded for #55 Oakland, CA" in receipt.text


EXACT = [
    "55",
    "#55",
    "Oakland",
    "oakland, ca",
    "City of Oakland",
    "Oakland, California (city)",
    "oakland request",
    "april oakland",
]


async def test_exact_names_and_numbers_record_at_once(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    for typed in EXACT:
        with subtests.test(typed):
            receipt = await room.alice.command(room.room, "case answer", case=typed, **{**ANSWER, "extent": "partial"})
            assert "Recorded for #55 Oakland, CA" in receipt.text


async def test_a_number_with_another_name_behind_it_is_confirmed(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    partial = {**ANSWER, "extent": "partial"}
    lines = [choice["name"] for choice in await room.alice.complete(room.room, "case answer", "case", "oakland")]
    printed = ["#55 Oakland", "#55 oakland, ca", "#55 City of Oakland", "#55 Oakland, CA (Request to Oakland of 12 April 2018)"]
    for typed in (*lines, *printed, OPEN, "#55 Oakland, CA: overdue by 14 days"):
        with subtests.test(typed):
            assert "Recorded for #55" in (await room.alice.command(room.room, "case answer", case=typed, **partial)).text
    before = await count(room)
    for typed in ("#55 Chicago", "#55 Oakland, IL", "#55 Oakland (county)", "#55 Oakland Park", "#55 Oakland County, MI"):
        with subtests.test(typed):
            asked = await room.alice.command(room.room, "case answer", case=typed, **partial)
            assert f"#55 is not called “{typed[4:]}”. Did you mean {OPEN}?" in asked.text
    assert await count(room) == before


GUESSES = [
    ("oakl request", "No case is called “oakl request”."),
    ("New York", "“New York” may be New York City, NY (city) or New York (state)."),
    ("Cook", "No case is called “Cook”. Did you mean #31 Cook County, IL (county)"),
]


async def test_words_begun_and_shared_names_are_guesses(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    before = await count(room)
    for typed, why in GUESSES:
        with subtests.test(typed):
            asked = await room.alice.command(room.room, "case answer", case=typed, **ANSWER)
            assert why in asked.text
            assert "Nothing is recorded until you choose." in asked.text or "Name the case" in asked.text
    assert await count(room) == before


NOBODY = [
    "State of New York",
    "new york state",
    "State of Oklahoma",
    "City of Oregon",
    "City of Vermont",
    "State of Chicago",
    "County of Oakland",
    "Oakland, IL",
    "Oakland (county)",
    "Oakland Michigan",
    "Town of Oakland",
    "Portland, ME",
    "State of Oakland request",
]


async def test_no_write_lands_on_another_kind_or_state(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    await know(
        room,
        Jurisdiction(0, "Oklahoma City", PlaceKind.CITY, "OK"),
        Jurisdiction(0, "Portland", PlaceKind.CITY, "OR"),
    )
    before = await count(room)
    for typed in NOBODY:
        for command, options in WRITES:
            with subtests.test(f"{command} {typed}"):
                refused = await room.alice.command(room.room, command, case=typed, **options)
                assert refused.ephemeral
                assert "no open case" in refused.text or "No place called" in refused.text
    assert await count(room) == before


async def test_a_read_of_another_kind_or_state_asks_with_buttons(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    for command in ("status", "history"):
        asked = await room.bob.command(room.room, command, jurisdiction="Oakland, IL")
        assert asked.ephemeral
        assert "No place called “Oakland, IL” is recorded on this server. Did you mean Oakland, CA (city)?" in asked.text
        shown = await room.bob.press(asked, "Oakland, CA (city)")
        assert "Oakland, CA" in shown.text.splitlines()[0]
        state = await room.bob.command(room.room, command, jurisdiction="State of New York")
        assert "New York City" not in state.text


async def test_a_name_of_several_places_is_asked_about_in_history_too(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    named = "Jackson, MI (city); Jackson, WY (town)"
    await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions=named)
    asked = await room.bob.command(room.room, "history", jurisdiction="Jackson")
    assert "## History of Jackson, WY" in (await room.bob.press(asked, "Jackson, WY (town)")).text


async def test_what_is_offered_while_typing_is_of_that_kind_and_state(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await know(room, Jurisdiction(0, "Oklahoma City", PlaceKind.CITY, "OK"))
    await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions="Oklahoma City")

    async def offered(command: str, option: str, text: str) -> str:
        return str([choice["name"] for choice in await room.alice.complete(room.room, command, option, text)])

    for command, option in (("status", "jurisdiction"), ("case answer", "case"), ("case add", "jurisdictions")):
        assert "Oklahoma City" in await offered(command, option, "Oklahoma")
        assert "Oklahoma City" not in await offered(command, option, "State of Oklahoma")
        assert "Oregon" not in await offered(command, option, "City of Oregon")
        assert "Chicago" not in await offered(command, option, "Chicago, IN")


async def test_a_shared_name_of_a_recipient_is_confirmed(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    before = await count(room)
    asked = await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions="Denver; Washington")
    assert "“Washington” may be Washington, D.C. (federal district) or Washington (state)." in asked.text
    assert await count(room) == before
    receipt = await room.alice.press(asked, "Record: Washington (state)")
    assert "Recorded: 2 recipients" in receipt.text
    assert "Denver, CO" in receipt.text
    assert "Washington:" in receipt.text


async def test_the_bare_name_of_a_state_is_no_other_places(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    letter = "2018-04-12-oakland"
    await room.alice.command(room.room, "case add", letter=letter, jurisdictions="Nevada, MO (city); Virginia, MN (city)")
    before = await count(room)
    asked = await room.alice.command(room.room, "case answer", case="Nevada", **ANSWER)
    assert "“Nevada” is not the full name of a recorded place. Did you mean #56 Nevada, MO (city)" in asked.text
    asked = await room.alice.command(room.room, "place event", jurisdiction="Nevada", kind="note", source=PAGE)
    assert asked.modal is None
    assert "Did you mean Nevada, MO (city)?" in asked.text
    asked = await room.alice.command(room.room, "case add", letter=letter, jurisdictions="Nevada")
    assert "“Nevada” may be Nevada, MO (city) or Nevada (state)." in asked.text
    assert await count(room) == before
    assert "Nevada:" in (await room.alice.press(asked, "Record: Nevada (state)")).text
    shown = await room.bob.command(room.room, "status", jurisdiction="Virginia")
    assert shown.text.startswith("## Virginia, MN")


async def test_every_bad_name_is_reported_at_once(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    before = await count(room)
    names = "Boulder, CO (city); Xyzzy; Plugh, CO (hamlet); Boulder, XX (city); Washington"
    refused = await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions=names)
    for why in ("“Xyzzy” is not recorded yet", "“hamlet” is not a kind", "“XX” is not a state", "“Washington” may be"):
        assert why in refused.text
    assert await count(room) == before


async def test_a_hundred_bad_names_are_answered(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    for name in ("A_b*c {} of a name that is not recorded", "Denvre {}"):
        names = "; ".join(name.format(at) for at in range(90))
        refused = await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions=names)
        assert "is not recorded yet" in refused.text


async def test_a_letter_by_the_beginning_of_its_words_is_confirmed(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    asked = await room.alice.command(room.room, "case add", letter="oakl", jurisdictions="Denver")
    assert "Did you mean Request to Oakland of 12 April 2018" in asked.text
    assert "Recorded: 1 recipient" in (await room.alice.press(asked, "Record")).text
    assert (
        "Recorded: 1 recipient"
        in (await room.alice.command(room.room, "case add", letter="oakland", jurisdictions="Seattle")).text
    )


async def test_tribes_school_districts_and_villages_are_recorded(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    names = (
        "Navajo Nation (tribe); Boulder Valley School District, CO (school district); Oak Park village, IL; "
        "Cherry Hill Township, NJ"
    )
    receipt = await room.alice.command(room.room, "case add", letter="2018-04-12-oakland", jurisdictions=names)
    assert "Recorded: 4 recipients" in receipt.text
    for label in (
        "Navajo Nation (tribe)",
        "Boulder Valley School District, CO (school district)",
        "Village of Oak Park, IL (town)",
    ):
        assert label in receipt.text
    village = await room.alice.command(
        room.room, "case add", letter="2018-04-12-oakland", jurisdictions="Princeton", kind="borough", state="NJ"
    )
    assert "Borough of Princeton, NJ (town)" in village.text
    assert (await room.bob.command(room.room, "status", jurisdiction="navajo nation")).text.startswith("## Navajo Nation")


async def test_the_place_of_an_event_is_confirmed_too(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    options = {"kind": "note", "source": PAGE}
    for typed, button in (("Oaklnd", "Record"), ("New York", "Record: New York (state)")):
        with subtests.test(typed):
            asked = await room.alice.command(room.room, "place event", jurisdiction=typed, **options)
            assert asked.modal is None
            form = await room.alice.press(asked, button)
            assert form.modal is not None
    for typed in ("State of Oakland", "Oakland, IL", "City of Oregon"):
        with subtests.test(typed):
            refused = await room.alice.command(room.room, "place event", jurisdiction=typed, **options)
            assert refused.modal is None
            assert refused.text.startswith("No place called")
            assert "Nothing is recorded until you choose" not in refused.text
    form = await room.alice.command(room.room, "place event", jurisdiction="State of New York", **options)
    assert form.modal is not None
    assert form.modal["title"].startswith("New York: ")


async def test_every_command_that_may_be_given_a_guess_confirms_it(bot: BotClient) -> None:
    """What may give a Guess goes only to commands that are `confirms_guesses`, which wraps their functions."""
    commands = [command for command in bot.tree.walk_commands() if isinstance(command, app_commands.Command)]
    guessing = [command for command in commands if any(isinstance(part, GUESSING) for part in transformers_of(command))]
    assert {"case answer", "case extend", "case event", "case close", "case add"} <= {one.qualified_name for one in guessing}
    assert [one.qualified_name for one in guessing if not hasattr(one.callback, "__wrapped__")] == []


def transformers_of(command: app_commands.Command[Any, ..., Any]) -> list[object]:
    options = inspect.signature(command.callback, eval_str=True).parameters.values()
    return [part for option in options for part in (option.annotation, *get_args(option.annotation))]
