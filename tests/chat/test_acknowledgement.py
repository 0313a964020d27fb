"""First responses: in time however long an answer takes, seen by the right people, and what happens if it is too late."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from discord.app_commands import Command

from bot.chat import acknowledgement, client, long_lists, views
from bot.chat.acknowledgement import Pulse, Reply
from bot.chat.client import BotClient
from bot.chat.shared_reads import SharedReads
from bot.desk import case_events, lookups, suggestions
from bot.record.errors import CaseError
from bot.store import cases
from sandbox import text_of
from sandbox.interactions import Interaction
from tests.chat.conftest import Newsroom, count

REPLY, DEFER_REPLY, DEFER_UPDATE, FORM = 4, 5, 6, 9


class Held:
    """A function whose callers wait until the test lets them go on."""

    def __init__(self, function: Callable[..., Awaitable[object]]) -> None:
        self._function = function
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, *args: object, **options: object) -> object:
        self.reached.set()
        await self.go_on.wait()
        return await self._function(*args, **options)


@pytest.fixture
async def held_letters(monkeypatch: pytest.MonkeyPatch) -> Held:
    """/letters waits."""
    held = Held(long_lists.LONG_LISTS["letters"])
    monkeypatch.setitem(long_lists.LONG_LISTS, "letters", held)
    return held


async def first_response(room: Newsroom, kind: int) -> Interaction:
    """The interaction whose first response is of that kind, once there is one."""

    def newest() -> Interaction | None:
        return next((each for each in reversed(room.sandbox.interactions._by_id.values()) if each.answer == kind), None)

    return await room.sandbox.bus.until(newest, 30, f"a response of type {kind}")


async def test_two_hundred_people_at_once_are_all_answered(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    asked = (room.bob.command(room.room, "status", jurisdiction=place) for place in ("Denver", "Chicago") * 100)
    answers = await asyncio.gather(*asked)
    assert [answer.failed for answer in answers] == [None] * 200
    assert all("Deadline" in answer.text for answer in answers)


async def test_a_slow_answer_is_deferred_and_fills_the_waiting_message(on_memorial_day: Newsroom, held_letters: Held) -> None:
    room = on_memorial_day
    asked = asyncio.create_task(room.bob.command(room.room, "letters"))
    await first_response(room, DEFER_REPLY)
    held_letters.go_on.set()
    answer = await asked
    assert "Letters" in answer.text
    assert not answer.ephemeral
    assert answer.followups == []
    assert len(room.alice.sees(room.room)) == 1


async def test_a_slow_refusal_is_seen_by_the_person_alone(on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(session: object, edge: object) -> None:
        raise CaseError("Nothing of the kind.")

    room, held = on_memorial_day, Held(refuse)
    monkeypatch.setitem(long_lists.LONG_LISTS, "letters", held)
    asked = asyncio.create_task(room.bob.command(room.room, "letters"))
    deferred = await first_response(room, DEFER_REPLY)
    assert deferred.original is not None and deferred.original.only_for is None, "everybody sees that the bot is thinking"
    held.go_on.set()
    answer = await asked
    assert answer.text.startswith("Nothing of the kind.")
    assert answer.ephemeral
    assert room.alice.sees(room.room) == []
    assert len(room.bob.sees(room.room)) == 1


#: Each command that everybody sees the answer of, with options that it takes.
PUBLIC: dict[str, dict[str, object]] = {
    "status": {"jurisdiction": "Denver"},
    "deadlines": {},
    "history": {"jurisdiction": "Denver"},
    "letters": {},
    "schedule": {},
    "letter show": {"letter": "2018-01-24-documents"},
    "letter history": {"letter": "2018-01-24-documents"},
    "closures show": {},
    "silences": {},
}


def test_every_command_that_everybody_sees_the_answer_of_is_known(bot: BotClient) -> None:
    commands = (each for each in bot.tree.walk_commands() if isinstance(each, Command))
    replies = {each.qualified_name: getattr(each.callback, client.REPLY, Reply.PUBLIC) for each in commands}
    assert {name for name, reply in replies.items() if reply is Reply.PUBLIC} == PUBLIC.keys()


@pytest.mark.parametrize("command", PUBLIC)
@pytest.mark.parametrize("error", [CaseError("Nothing of the kind."), RuntimeError("unforeseen")], ids=["refused", "failed"])
async def test_a_public_deferral_never_becomes_what_the_person_alone_should_see(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch, command: str, error: Exception
) -> None:
    async def fail(self: object, question: object, work: object) -> None:
        raise error

    room, held = on_memorial_day, Held(fail)
    monkeypatch.setattr(SharedReads, "read", lambda *args: held(*args))
    asked = asyncio.create_task(room.bob.command(room.room, command, **PUBLIC[command]))
    deferred = await first_response(room, DEFER_REPLY)
    assert deferred.original is not None and deferred.original.only_for is None
    held.go_on.set()
    answer = await asked
    assert answer.text.startswith("Nothing of the kind." if isinstance(error, CaseError) else "Something went wrong")
    assert answer.ephemeral
    assert room.alice.sees(room.room) == []
    assert len(room.bob.sees(room.room)) == 1


async def test_an_option_that_is_refused_late_is_seen_by_the_person_alone(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, held = on_memorial_day, Held(lookups.one_letter)
    monkeypatch.setattr(lookups, "one_letter", held)
    asked = asyncio.create_task(room.bob.command(room.room, "letter show", letter="nowhere at all"))
    await first_response(room, DEFER_REPLY)
    held.go_on.set()
    answer = await asked
    assert "nowhere at all" in answer.text
    assert answer.ephemeral
    assert room.alice.sees(room.room) == []


async def test_a_page_that_is_refused_late_leaves_the_message_and_tells_the_person_alone(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(session: object, letter_id: str) -> None:
        raise CaseError("Nothing of the kind.")

    room = on_memorial_day
    listed = await room.bob.command(room.room, "letter show", letter="Document demand of 24 January 2018")
    held = Held(refuse)
    monkeypatch.setitem(views.VIEWS, "letter", held)
    pressed = asyncio.create_task(room.bob.press(listed, "More"))
    await first_response(room, DEFER_UPDATE)
    held.go_on.set()
    await pressed
    refusal = room.bob.sees(room.room)[-1]
    assert text_of(refusal).startswith("Nothing of the kind.")
    assert len(room.bob.sees(room.room)) == 2
    assert [text_of(message) for message in room.alice.sees(room.room)] == [listed.text]


async def test_a_slow_command_that_opens_a_form_is_not_deferred(
    on_memorial_day: Newsroom, bot: BotClient, held_letters: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, held = on_memorial_day, Held(case_events.cases_for_event)
    monkeypatch.setattr(case_events, "cases_for_event", held)
    asked = asyncio.create_task(room.alice.command(room.room, "case event", case="38", kind="note", source="A page"))
    await held.reached.wait()
    other = asyncio.create_task(room.bob.command(room.room, "letters"))
    await first_response(room, DEFER_REPLY)  # which came later than the form's command, and is deferred
    held.go_on.set()
    form = await asked
    assert form.interaction.answer == FORM
    held_letters.go_on.set()
    await other


async def test_choices_are_not_deferred(on_memorial_day: Newsroom, held_letters: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    room = on_memorial_day
    held = Held(suggestions.letters_like)
    monkeypatch.setattr(suggestions, "letters_like", held)
    typing = asyncio.create_task(room.bob.complete(room.room, "letter show", "letter", "de"))
    await held.reached.wait()
    other = asyncio.create_task(room.bob.command(room.room, "letters"))
    await first_response(room, DEFER_REPLY)
    held.go_on.set()
    assert await typing
    held_letters.go_on.set()
    await other


async def test_a_slow_page_is_turned_in_its_own_message(on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room = on_memorial_day
    shown = await room.bob.command(room.room, "letter show", letter="Document demand of 24 January 2018")
    held = Held(views.VIEWS["letter"])
    monkeypatch.setitem(views.VIEWS, "letter", held)
    pressed = asyncio.create_task(room.bob.press(shown, "More"))
    await first_response(room, DEFER_UPDATE)
    held.go_on.set()
    await pressed
    assert "Page 2 of" in text_of(room.bob.sees(room.room)[0])
    assert len(room.bob.sees(room.room)) == 1


async def test_a_slow_button_answers_the_person_alone(on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room = on_memorial_day
    shown = await room.bob.command(room.room, "status", jurisdiction="Denver")
    held = Held(views.VIEWS["case"])
    monkeypatch.setitem(views.VIEWS, "case", held)
    pressed = asyncio.create_task(room.bob.press(shown, "History"))
    await first_response(room, DEFER_REPLY)
    held.go_on.set()
    answer = await pressed
    assert answer.ephemeral
    assert len(room.alice.sees(room.room)) == 1


async def test_what_arrives_while_the_loop_is_late_is_deferred_at_once(
    on_memorial_day: Newsroom, held_letters: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = on_memorial_day
    monkeypatch.setattr(acknowledgement, "PATIENCE", 3600)
    monkeypatch.setattr(Pulse, "lag", 1.0)
    asked = asyncio.create_task(room.bob.command(room.room, "letters"))
    await first_response(room, DEFER_REPLY)
    held_letters.go_on.set()
    assert "Letters" in (await asked).text


async def test_a_quick_answer_needs_no_deferral(on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room = on_memorial_day
    monkeypatch.setattr(acknowledgement, "PATIENCE", 3600)
    monkeypatch.setattr(Pulse, "lag", 0.0)
    assert (await room.bob.command(room.room, "letters")).interaction.answer == REPLY


async def test_a_deferral_whose_answer_was_lost_on_the_way_counts(on_memorial_day: Newsroom, held_letters: Held) -> None:
    """discord.py sends the request again, and Discord says that the interaction has been acknowledged."""
    room = on_memorial_day
    room.sandbox.faults.drop_answer("POST /interactions/")
    asked = asyncio.create_task(room.bob.command(room.room, "letters"))
    await first_response(room, DEFER_REPLY)
    held_letters.go_on.set()
    answer = await asked
    assert "Letters" in answer.text
    assert len(room.alice.sees(room.room)) == 1
    room.sandbox._rest.log.clear()


async def test_nothing_is_recorded_for_a_person_who_was_told_that_there_was_no_answer(
    on_memorial_day: Newsroom, refusals_expected: None, caplog: pytest.LogCaptureFixture
) -> None:
    room = on_memorial_day
    before = await count(room)
    form = await room.alice.command(room.room, "case event", case="38", kind="note", source="A page")
    room.sandbox.interactions.answer_limit = 0
    answer = await room.alice.submit(form, {"text": "A note."})
    assert answer.failed == "The application did not respond"
    await _logged(caplog, "nothing was recorded")
    assert await count(room) == before


async def test_what_was_recorded_but_could_not_be_answered_is_in_the_log_and_the_history(
    on_memorial_day: Newsroom, refusals_expected: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, held = on_memorial_day, Held(case_events.record_event)
    monkeypatch.setattr(case_events, "record_event", held)
    before = await count(room)
    form = await room.alice.command(room.room, "case event", case="38", kind="note", source="A page")
    sent = asyncio.create_task(room.alice.submit(form, {"text": "A note from the desk."}))
    await held.reached.wait()
    limit, room.sandbox.interactions.token_limit = room.sandbox.interactions.token_limit, 0
    held.go_on.set()
    await _logged(caplog, "what Alice recorded", "was saved as operation")
    sent.cancel()
    assert await count(room) == before + 1
    assert "reference" not in caplog.text, "it is no error of the program"
    room.sandbox.interactions.token_limit = limit
    async with room.db.read() as conn:
        case = await cases.numbered(conn, room.guild.id, 38)
    assert case is not None
    history = await room.bob.command(room.room, "history", jurisdiction=case.place.full_label)
    assert "A note from the desk." in (await room.bob.press(history, "More")).text


async def _logged(caplog: pytest.LogCaptureFixture, *wanted: str) -> None:
    """Wait until the log has these words; logging is what the program does last."""
    async with asyncio.timeout(60):
        while not all(words in caplog.text for words in wanted):
            await asyncio.sleep(0.01)  # no event shows from outside that something was logged
    assert logging.getLevelName(caplog.records[-1].levelno) in ("WARNING", "ERROR")
