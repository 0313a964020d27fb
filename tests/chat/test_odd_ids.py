"""Whatever stands in a custom_id, and whatever a command is sent with: a polite answer, no change, nothing in the log.

A client may send any custom_id, and messages of years ago have those of older versions.
"""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.chat.bulk_preview import BUTTONS as BATCH_BUTTONS
from bot.chat.buttons import ACTIONS
from bot.chat.client import BotClient
from bot.chat.draft_buttons import BUTTONS
from bot.chat.long_lists import LONG_LISTS
from bot.chat.views import VIEWS
from bot.store.tables import cases, closures, drafts, events, letters, notices, revisions, servers
from sandbox import Answer
from sandbox.components import walk
from sandbox.interactions import AUTOCOMPLETE, COMMAND, COMPONENT
from sandbox.person import Person
from tests.chat.conftest import Newsroom
from tests.chat.test_corrections import deliver
from tests.chat.test_import import pasted

PAGE = "https://example.org/a"
JUNK = ("", "0", "-1", "+1", "00000000000000000001", str(2**63 - 1), str(2**63), "9" * 40,
        "1e3", "1.5", " 1", "١٢", "²", "x", "None",
        "\x00", "\N{ZERO WIDTH SPACE}", "\N{PILE OF POO}", "'; --", "%s", "../..", "c", "c١", "c" + "9" * 30,
        "all", "k~", "kUS~XX", "kUS",
        "<", ">", "<zz.a.b", ">0.x", ">zzzzzzzzzzzz.1", "2018-02-30", "9999-12-31", "full", "a" * 60)  # fmt: skip
SEEDS = (
    *(f"{action}:1" for action in ACTIONS),
    *(f"page:{view}:0:1" for view in (*VIEWS, *LONG_LISTS)),
    *(f"turn:{view}:>0:" for view in LONG_LISTS),
    *(f"draft:{verb}:DRAFT:0:x" for verb in BUTTONS),
    "ack:TOKEN",
    "npage:TOKEN:1",
    "undo:OPERATION:x",
    "page:status:0:1:1:2018-02-23:2-3",
    "page:deadlines:0:30:OVERDUE:CA:1",
    "turn:deadlines:>a.17589.20.1:30:OVERDUE:CA:1",
    "page:moves:0:all:1527523200000000:5",
    "move:c1:1527523200000000:5:abcdef",
    "page:later:0:abc:1",
    "unletter:abc:1:def",
    "undo:abc:def",
    "extent:1:full",
    "npage:abc:1",
    "sure:abc:0",
    "thatletter:1:1",
    "silence:TOKEN",
    "watching:monthly:TOKEN",
    "watching:yearly:TOKEN",
    "watching:close:TOKEN",
    "lift:kfhr:2:10",
    *(f"bulk:{verb}:BATCH:0" for verb in BATCH_BUTTONS),
    *(f"fix:{what}:CORRECTION:0" for what in ("record", "edit", "leave")),
    "fix:case:38",
    "fix:event:38:1:1527523200",
    "pfix:record:CORRECTION:abc",
    "pfix:edit:CORRECTION:0",
    "ladder:add::5-days-before:::0:DIGEST",
    "ladder:remove:1:passed:7:8:1:DIGEST",
    "ladder:reset:1:::::DIGEST",
    "editletter:LETTER:abc",
    "pickletter:LETTER:0",
    "tickletter:LETTER:0",
    "backletter:LETTER",
    "page:letteredit:0:LETTER:1",
    "page:letterhist:0:1",
    "page:asked:0:TOKEN",
    "editplace:LETTER:abc",
    "mergeplace:LETTER:abc",
)


@st.composite
def odd_ids(draw: st.DrawFn) -> str:
    """An id as none of ours is: cut off, too long, with other parts, or anything at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.text(max_size=100))
    parts = draw(st.sampled_from(SEEDS)).split(":")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(min(1, len(parts) - 1), len(parts) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                parts = parts[:at] or parts
            case 1:
                parts = [*parts[:at], draw(st.sampled_from(JUNK)), *parts[at:]]
            case _:
                parts = [*parts[:at], draw(st.one_of(st.sampled_from(JUNK), st.text(max_size=20))), *parts[at + 1 :]]
    return ":".join(parts)[:100]


async def sizes(room: Newsroom) -> list[Any]:
    """What must not change: how much is recorded, and every setting and ladder."""
    async with room.db.read() as conn:
        tables = (events, letters, cases, closures, revisions)
        counted = [(await conn.execute(select(func.count()).select_from(table))).scalar_one() for table in tables]
        return [*counted, list(await conn.execute(select(servers))), list(await conn.execute(select(letters.c.ladder)))]


@pytest.fixture
async def real_ids(on_memorial_day: Newsroom, bot: BotClient) -> dict[str, str]:
    """Of a draft and of previews that Alice and Olga look at, of a notice, and of what was recorded long ago."""
    room = on_memorial_day
    await pasted(room)
    await room.alice.command(room.room, "case answer", case="#30", extent="partial", source=PAGE, text="A part.")
    await deliver(room, bot)
    several = {"case": "#38; #55", "extent": "partial", "source": PAGE, "text": "Some of it."}
    edit = {"letter": "2018-01-24-documents", "deadline": "2018-06-29", "source": PAGE, "reason": "It was mistyped."}
    await room.alice.command(room.room, "case answer", **several)
    await room.alice.command(room.room, "letter edit", **edit)
    await room.alice.command(room.room, "case withdraw", case="#38", reason="It got no letter.", source=PAGE)
    ladder = await room.olga.command(room.room, "settings ladder add", when="5 days before")
    assert ladder.message
    record = next(each for each in walk(ladder.message["components"]) if each.get("label") == "Record")
    async with room.db.read() as conn:
        kept = (await conn.execute(select(drafts.c.id, drafts.c.body))).all()
        token = (await conn.execute(select(func.max(notices.c.token)))).scalar_one()
        operation = (await conn.execute(select(func.max(events.c.operation)))).scalar_one()
    real = {"TOKEN": token, "OPERATION": operation, "DIGEST": record["custom_id"].split(":")[-1]}
    for id, body in kept:
        name = (
            "LETTER" if "letter_edit" in body else "BATCH" if "batch" in body else "CORRECTION" if "form" in body else "DRAFT"
        )
        real[name] = f"{-id:x}" if name == "CORRECTION" else str(abs(id))
    assert len(real) == 7
    return real


async def pressed(room: Newsroom, custom_id: str, kind: int = 2, by: Person | None = None) -> Answer:
    """What a person, Alice if it is not said, is answered who presses a button with that id on a message of the bot."""
    person = by or room.alice
    parts = person._parts
    message = parts.messages.of(room.room.id)[-1]
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
    if kind != 2:
        data["values"] = ["1"]
    asked = parts.interactions.ask(COMPONENT, room.app, person.user, room.room, data, message)
    return await person._wait(asked)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(custom_id=odd_ids(), kind=st.sampled_from([2, 2, 2, 3, 5]), manages=st.booleans())
async def test_odd_ids_of_buttons_are_answered_and_change_nothing(
    on_memorial_day: Newsroom,
    real_ids: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    custom_id: str,
    kind: int,
    manages: bool,
) -> None:
    room = on_memorial_day
    for placeholder, value in real_ids.items():
        custom_id = custom_id.replace(placeholder, value)
    before = await sizes(room)
    answer = await pressed(room, custom_id[:100], kind, room.olga if manages else room.alice)
    note(answer.text)
    assert answer.failed is None
    assert answer.text or answer.modal
    assert "Something went wrong" not in answer.text
    assert await sizes(room) == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("custom_id", ["", ":", "nothing", "nothing:1", "x" * 100, "ACK:1", "page", "form:event:1f"])
async def test_a_button_of_another_version_is_refused_politely(on_memorial_day: Newsroom, custom_id: str) -> None:
    room = on_memorial_day
    await room.bob.command(room.room, "letters")
    answer = await pressed(room, custom_id)
    assert answer.ephemeral
    assert answer.text == "This button no longer works. Use the command again."


async def test_what_another_server_has_is_not_found(on_memorial_day: Newsroom) -> None:
    """Charlie presses buttons with ids of the newsroom's places, letters, cases and notices."""
    room = on_memorial_day
    await room.charlie.command(room.away, "letters")
    parts = room.charlie._parts
    message = parts.messages.of(room.away.id)[-1]
    for custom_id in (
        "page:status:0:1::",
        "page:letter:0:1",
        "chist:1",
        "csrc:1",
        "why:1",
        "lwhy:1",
        "draft:page:1:0",
        "recount:c1",
    ):
        data = {"custom_id": custom_id, "component_type": 2}
        asked = parts.interactions.ask(COMPONENT, room.app, room.charlie.user, room.away, data, message)
        answer = await room.charlie._wait(asked)
        assert answer.ephemeral, custom_id
        assert "Denver" not in answer.text and "Department" not in answer.text, custom_id


def option(name: str, value: Any, kind: int = 3, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "value": value, **more}


OUTDATED: dict[str, list[dict[str, Any]]] = {
    "gone": [],
    "status": [],  # a required option is missing
    "schedule": [option("days", "many")],
    "deadlines": [option("within", "soon")],
    "history": [option("jurisdiction", 7, 4)],
    "letters": [option("page", 3, 4)],
    "letter": [],
    "case": [{"name": "gone", "type": 1, "options": []}],
}


@pytest.mark.parametrize("name", OUTDATED)
async def test_commands_as_an_older_version_had_them_are_answered(
    on_memorial_day: Newsroom, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = on_memorial_day
    data = {"id": "1", "name": name, "type": 1, "options": OUTDATED[name]}
    asked = room.alice._parts.interactions.ask(COMMAND, room.app, room.alice.user, room.room, data)
    answer = await room.alice._wait(asked)
    assert answer.failed is None
    assert "This command has changed" in answer.text or "Letters" in answer.text, answer.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    where=st.sampled_from([("status", "jurisdiction"), ("status", "on"), ("history", "jurisdiction"), ("deadlines", "letter"),
                           ("deadlines", "state"), ("gone", "what"), ("letters", "page"), ("status", "gone")]),
    typed=st.one_of(st.sampled_from(JUNK), st.text(max_size=120), st.integers(), st.floats(allow_nan=False)),
)  # fmt: skip
async def test_odd_values_are_suggested_something_or_nothing(
    on_memorial_day: Newsroom, caplog: pytest.LogCaptureFixture, where: tuple[str, str], typed: str | int | float
) -> None:
    room = on_memorial_day
    command, focus = where
    data = {"id": "1", "name": command, "type": 1, "options": [option(focus, typed, focused=True)]}
    asked = room.alice._parts.interactions.ask(AUTOCOMPLETE, room.app, room.alice.user, room.room, data)
    answer = await room.alice._wait(asked)
    assert answer.failed is None
    assert asked.choices is not None or answer.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR and "bot." in record.name]
