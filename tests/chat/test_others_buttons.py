"""Buttons and forms of previews: for the person who asked, on the server where they asked, once, at any length of text."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.chat.client import BotClient
from bot.desk import state_index
from bot.record.deadlines.when import When
from bot.record.events import Consequence, ConsequenceState, Court, CourtStep, Statement
from bot.record.ladder import before
from bot.record.new_events import NewEvent
from bot.record.news_kinds import NewsKind
from bot.record.place_kinds import PlaceKind
from bot.record.places import Jurisdiction
from bot.store import events as stored_events
from bot.store import places, servers
from bot.store.tables import cases, notices, revisions
from bot.store.tables import events as stored
from sandbox import Answer
from sandbox.components import walk
from sandbox.forms import form_fields
from sandbox.inputs import Refused
from sandbox.interactions import COMPONENT, MODAL_SUBMIT
from sandbox.person import Person, text_of
from tests.chat.conftest import MEMORIAL_DAY, Newsroom, connected, count
from tests.chat.test_corrections import deliver
from tests.recording import NEW_YORK, SOURCE, Desk

PAGE = "https://example.org/a"
DEMAND = "2018-01-24-documents"


async def changes(room: Newsroom) -> tuple[int, int]:
    """How many events and revisions are recorded."""
    async with room.db.read() as conn:
        of_rest = (await conn.execute(select(func.count()).select_from(revisions))).scalar_one()
    return await count(room), of_rest


def button(answer: Answer, label: str) -> str:
    """The custom_id of a button."""
    assert answer.message
    return str(next(each["custom_id"] for each in walk(answer.message["components"]) if each.get("label") == label))


async def sent(room: Newsroom, person: Person, custom_id: str, channel: Any = None) -> Answer:
    """What a person is answered who sends a press with that custom_id, on the bot's newest message there."""
    where = channel or room.room
    message = person._parts.messages.of(where.id)[-1]
    data = {"custom_id": custom_id, "component_type": 2}
    return await person._wait(person._parts.interactions.ask(COMPONENT, room.app, person.user, where, data, message))


async def bulk(room: Newsroom) -> Answer:
    several = {"case": "#38; #55", "extent": "partial", "source": PAGE, "text": "Some of it."}
    return await room.alice.command(room.room, "case answer", **several)


async def withdrawal(room: Newsroom) -> Answer:
    return await room.alice.command(room.room, "case withdraw", case="#38", reason="It got no letter.", source=PAGE)


async def letter_edit(room: Newsroom) -> Answer:
    options = {"letter": DEMAND, "deadline": "2018-06-29", "source": PAGE, "reason": "It was mistyped."}
    return await room.alice.command(room.room, "letter edit", **options)


async def place_edit(room: Newsroom) -> Answer:
    form = await room.alice.command(room.room, "place edit", jurisdiction="Chicago")
    return await room.alice.submit(form, {"name": "Windy City"})


async def merge(room: Newsroom) -> Answer:
    async with room.db.write() as conn:
        await places.ensure_all(conn, room.guild.id, [Jurisdiction(0, "Chicago Heights", PlaceKind.CITY, "IL")])
    return await room.alice.command(room.room, "place merge", jurisdiction="Chicago", into="Chicago Heights, IL")


async def ladder(room: Newsroom) -> Answer:
    return await room.olga.command(room.room, "settings ladder add", when="5 days before")


PREVIEWS = {
    "bulk": (bulk, "Record in 2 cases"),
    "withdraw": (withdrawal, "Record"),
    "letter edit": (letter_edit, "Record"),
    "place edit": (place_edit, "Record"),
    "merge": (merge, "Record"),
    "ladder": (ladder, "Record"),
}


@pytest.mark.parametrize("kind", PREVIEWS)
async def test_a_preview_is_recorded_once_by_its_person_alone(on_memorial_day: Newsroom, kind: str) -> None:
    """Others may send its custom_id: without the role, with it, on another server. Pressed twice at once it records once."""
    room = on_memorial_day
    ask, record = PREVIEWS[kind]
    preview = await ask(room)
    assert preview.ephemeral, preview.text
    custom_id = button(preview, record)
    await room.bob.command(room.room, "letters")
    await room.charlie.command(room.away, "letters")
    before = await changes(room)
    others = [(room.bob, None), (room.charlie, room.away)]
    others += [(room.alice if kind == "ladder" else room.olga, None)]
    for person, channel in others:
        refused = await sent(room, person, custom_id, channel)
        text = refused.text if refused.ephemeral else " ".join(map(str, refused.followups))
        assert "Something went wrong" not in text
        assert all(message["flags"] & 64 for message in refused.followups)
        assert await changes(room) == before, person.user.name
    owner = room.olga if kind == "ladder" else room.alice
    answers = await asyncio.gather(owner.press(preview, record), owner.press(preview, record))
    after = await changes(room)
    assert after != before
    assert after[1] - before[1] == (0 if kind in ("bulk", "withdraw") else 1)
    again = await sent(room, owner, custom_id)
    assert await changes(room) == after, again.text
    assert all("Something went wrong" not in answer.text for answer in (*answers, again))


@pytest.mark.parametrize("kind", [kind for kind in PREVIEWS if kind != "ladder"])
async def test_a_preview_of_more_than_a_day_ago_records_nothing(on_memorial_day: Newsroom, kind: str) -> None:
    room = on_memorial_day
    ask, record = PREVIEWS[kind]
    preview = await ask(room)
    before = await changes(room)
    room.clock.set(room.clock.now() + timedelta(hours=25))
    refused = await room.alice.press(preview, record)
    said = " ".join([refused.text, *map(str, refused.followups)])
    assert "again" in said, said
    assert await changes(room) == before


async def test_previews_are_recorded_after_a_restart(newsroom: Newsroom) -> None:
    room = newsroom
    room.clock.set(MEMORIAL_DAY)
    await room.load()
    async for _ in connected(room):
        shown = {kind: await PREVIEWS[kind][0](room) for kind in ("bulk", "ladder", "merge", "letter edit")}
    async for _ in connected(room):
        for kind, preview in shown.items():
            before = await changes(room)
            receipt = await (room.olga if kind == "ladder" else room.alice).press(preview, PREVIEWS[kind][1])
            assert await changes(room) != before, (kind, receipt.text)


async def test_what_another_server_has_is_refused_to_its_managers(on_memorial_day: Newsroom, bot: BotClient) -> None:
    """Olga manages both servers."""
    room = on_memorial_day
    await room.alice.command(room.room, "case answer", case="#30", extent="partial", source=PAGE, text="A part.")
    await deliver(room, bot)
    async with room.db.read() as conn:
        token = (await conn.execute(select(func.max(notices.c.token)))).scalar_one()
        operation = (await conn.execute(select(func.max(stored.c.operation)))).scalar_one()
    olga = room.sandbox.person(room.olga.user, room.elsewhere)
    await olga.command(room.away, "letters")
    before = await changes(room)
    for custom_id in (
        *(f"{action}:{token}" for action in ("silence", "ack", "asked", "hist", "src", "nwhy")),
        *(f"watching:{answer}:{token}" for answer in ("monthly", "yearly", "close")),
        f"npage:{token}:0",
        f"undo:{operation}",
        "fix:case:38",
        "fix:event:38:1:1516817400",
        "lhist:1",
        "page:letterhist:0:1",
        "page:history:0:1",
        "ladder:add:1:5-days-before:::0:abc",
        "ladder:reset:1:::::abc",
        "ladder:yearly:1:::::abc",
        "lift:kfhr:1:10",
    ):
        answer = await sent(room, olga, custom_id, room.away)
        message = answer.followups[0] if answer.followups else answer.message
        assert answer.modal is None and message, custom_id
        assert message["flags"] & 64, custom_id
        assert not {"Denver", "Chicago", "Department", "went wrong"} & set(re.findall(r"\w+", text_of(message))), custom_id
        assert await changes(room) == before, custom_id


async def test_a_ladder_takes_no_channel_or_role_of_another_server(on_memorial_day: Newsroom) -> None:
    """Nor @everyone, nor a channel that the bot has lost since the preview, nor any other change than the one shown."""
    room = on_memorial_day
    world = room.sandbox.world
    extra, stranger = world.add_channel(room.guild, "extra"), world.add_role(room.elsewhere, "strangers")
    role = world.add_role(room.guild, "editors")
    shown = await room.olga.command(room.room, "settings ladder add", when="5 days before", channel=extra, role=role)
    custom_id = button(shown, "Record")
    before = await changes(room)
    for old, new in (
        (str(extra.id), str(room.away.id)),
        (str(role.id), str(stranger.id)),
        (str(role.id), str(room.guild.id)),
        ("5-days-before", "6-days-before"),
        (":1:", ":0:"),
        (":1:", ":x:"),
    ):
        refused = await sent(room, room.olga, custom_id.replace(old, new))
        assert refused.ephemeral and await changes(room) == before, (new, refused.text)
    world.overwrite(extra, room.app.bot, deny=1 << 11)
    refused = await room.olga.press(shown, "Record")
    assert "Send Messages" in refused.text
    assert await changes(room) == before


async def test_a_letters_reset_is_of_the_ladder_that_was_shown(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    own = await room.olga.command(room.room, "settings ladder add", when="60 days after", letter=DEMAND)
    await room.olga.press(own, "Record")
    reset = await room.olga.command(room.room, "settings ladder reset", letter=DEMAND)
    removed = await room.olga.command(room.room, "settings ladder remove", when="passed")
    await room.olga.press(removed, "Record")
    before = await changes(room)
    refused = await room.olga.press(reset, "Record")
    assert "was changed in the meantime" in refused.text
    assert await changes(room) == before


async def test_two_managers_choose_kinds_to_announce_at_once(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day

    async def without(kind: NewsKind) -> None:
        done = await room.olga.command(room.room, "settings announce", kind=kind.value, announced=False)
        assert not done.failed

    kinds = list(NewsKind)
    await asyncio.gather(*map(without, kinds))
    async with room.db.read() as conn:
        assert (await servers.get(conn, room.guild.id)).unannounced == frozenset(kinds)


def shown_fields(form: Answer) -> dict[str, Any]:
    assert form.modal, form.text
    return {field["custom_id"]: field for _, field in form_fields(form.modal)}


async def test_a_place_with_more_other_names_than_a_form_takes_keeps_them(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    names = tuple(f"Name {number:03} {'x' * 100}" for number in range(60))
    async with room.db.write() as conn:
        place = Jurisdiction(0, "Longtown", PlaceKind.CITY, "NY", aliases=names)
        [(place_id, _)] = await places.ensure_all(conn, room.guild.id, [place])
    form = await room.alice.command(room.room, "place edit", jurisdiction="Longtown, NY")
    assert len(shown_fields(form)["aliases"]["value"]) <= 4000
    preview = await room.alice.submit(form, {"name": "Longville"})
    receipt = await room.alice.press(preview, "Record")
    assert "Longville" in receipt.text
    async with room.db.read() as conn:
        after = await places.with_id(conn, room.guild.id, place_id)
    assert after and set(names) <= set(after.aliases)


LONG = "The press office of the department, and its counsel. " * 20


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        (Statement(LONG), "by"),
        (Statement(""), "by"),
        (Court(CourtStep.FILED, LONG, LONG), "court"),
        (Consequence("withholding of grants " * 8, ConsequenceState.ANNOUNCED), "name"),
    ],
    ids=["long by", "no by", "court", "name"],
)
async def test_a_correction_keeps_what_it_does_not_change_however_long(
    newsroom: Newsroom, bot: BotClient, detail: Any, field: str
) -> None:
    """A record file may have longer texts than a command takes."""
    room = newsroom
    [case] = await Desk(room.db, room.guild.id).letter(room.clock.now(), to=("Albany",))
    new = NewEvent(When("2018-01-24", NEW_YORK), detail, "As told.", (SOURCE,))
    async with room.db.write() as conn:
        audit = stored_events.audit_context(room.guild.id, "Alice", room.clock.now(), NEW_YORK)
        await stored_events.append_events(conn, audit, [(case.id, case.place.id, new)])
    case_words = {"case": "1", "event": "Press release", "how": "replace", "reason": "Mistyped."}
    offered = await room.alice.complete(room.room, "case correct", "event", "", case="1")
    form = await room.alice.command(room.room, "case correct", **{**case_words, "event": offered[0]["value"]})
    assert field in shown_fields(form)
    shown = await room.alice.submit(form, {"on": "2018-01-23"})
    recorded = await room.alice.press(shown, "Record")
    assert "Corrected #1" in recorded.text, (shown.text, recorded.text)
    [after] = await Desk(room.db, room.guild.id).cases()
    assert [event.detail for event in after.events if event.when.text == "2018-01-23"] == [detail]


MARKED = "**_~`|>#\n@everyone <@&1> [a](https://example.org/x) \u202e" * 30
TITLE = f"Report {'*_' * 220}"
LONG_NAMES = [f"Place_{number:02}_{'*long*_' * 12}" for number in range(30)]


def marked(most: int) -> str:
    return MARKED[:most].strip()


@pytest.mark.parametrize("what", ["answer", "court", "extension"])
async def test_long_and_marked_texts_in_many_cases_fit_a_message(newsroom: Newsroom, bot: BotClient, what: str) -> None:
    """Every page of the preview, with cases left out, in selects too; and the receipt."""
    room = newsroom
    title = f"Demand_{'*x*_' * 30}"
    recorded = await Desk(room.db, room.guild.id).letter(room.clock.now(), to=LONG_NAMES, title=title)
    closed = "; ".join(f"#{case.number}" for case in recorded[:8])
    shown = await room.alice.command(room.room, "case close", case=closed, outcome="withdrawn", source=PAGE)
    await room.alice.press(shown, "Record in 8 cases")
    form = await room.alice.command(room.room, "case bulk", letter="demand", which="#1-#30", what=what)
    written = {
        "answer": {"extent": "partial", "text": marked(1000), "source": TITLE},
        "court": {"step": "injunction", "court": f"{'*_' * 75}; {'*_' * 29}", "text": marked(1000), "source": TITLE},
        "extension": {"deadline": "2018-06-29", "granted_by": marked(200), "source": TITLE},
    }
    preview = await room.alice.submit(form, written[what])
    assert "in these 22 cases?" in preview.text, preview.text
    pages = [preview]
    for label in ("More", "Choose cases"):
        with contextlib.suppress(Refused):
            pages.append(await room.alice.press(preview, label))
    none = await room.alice.press(preview, "Untick all")
    pages += [none, await room.alice.press(none, "Tick all")]
    assert all("Something went wrong" not in page.text for page in pages)
    receipt = await room.alice.press(preview, "Record in 22 cases")
    assert "Recorded in 22 cases" in receipt.text, receipt.text


async def test_places_with_long_names_and_facts_are_merged(newsroom: Newsroom, bot: BotClient) -> None:
    room = newsroom
    names = tuple(f"*Name_{number:03}* {'_x*' * 25}" for number in range(60))
    async with room.db.write() as conn:
        into = Jurisdiction(0, "Longtown", PlaceKind.CITY, "NY", aliases=names)
        [(place_id, _), _] = await places.ensure_all(
            conn, room.guild.id, [into, Jurisdiction(0, "Short", PlaceKind.CITY, "NY")]
        )
        audit = stored_events.audit_context(room.guild.id, "Alice", room.clock.now(), NEW_YORK)
        facts = [NewEvent(When("2018-01-20", NEW_YORK), Statement("*_" * 100), "*_" * 1900, (SOURCE,)) for _ in range(5)]
        await stored_events.append_events(conn, audit, [(None, place_id, fact) for fact in facts])
    preview = await room.alice.command(
        *(room.room, "place merge"), jurisdiction="Longtown, NY", into="Short, NY", reason=marked(500), source=PAGE
    )
    receipt = await room.alice.press(preview, "Record")
    assert "Merged" in receipt.text, preview.text
    history = await room.bob.command(room.room, "history", jurisdiction="Short, NY")
    while True:
        assert "Something went wrong" not in history.text
        try:
            history = await room.bob.press(history, "More")
        except Refused:
            break
    assert "Undone" in (await room.alice.press(receipt, "Undo")).text


async def test_a_ladder_of_twenty_with_channels_and_roles_fits_a_message(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    rungs = tuple(
        replace(before(days), loud=True, channel_id=room.alerts.id, role_id=room.desk.id) for days in range(60, 40, -1)
    )
    async with room.db.write() as conn:
        await servers.change(conn, room.guild.id, room.clock.now(), ladder=rungs)
    for command in ("show", "preview", "reset"):
        shown = await room.olga.command(room.room, f"settings ladder {command}")
        assert "60 days before" in shown.text, shown.text
    receipt = await room.olga.press(shown, "Record")
    assert "Alerts changed" in receipt.text
    assert "Undone" in (await room.olga.press(receipt, "Undo")).text


async def test_nobody_has_more_cases_than_the_question_can_close(newsroom: Newsroom, bot: BotClient) -> None:
    """The button is answered with what to do: a form would be for at most 500."""
    room = newsroom
    await Desk(room.db, room.guild.id).letter(room.clock.now(), to=[f"Place {number}" for number in range(1200)])
    await state_index.fill(room.db)
    room.clock.set(datetime(2018, 8, 22, 14, tzinfo=UTC))
    await deliver(room, bot)
    question = await room.sandbox.message_in(room.alerts, "Still watching?")
    refused = await room.alice.press(question, "Close with outcome")
    assert refused.ephemeral and "500" in refused.text and "/case bulk" in refused.text, refused.text


async def to_correct(room: Newsroom) -> Answer:
    """The form that asks which entry, and how."""
    history = await room.alice.command(room.room, "history", jurisdiction="Denver")
    return await room.alice.press(history, "Correct")


def correcting(kind: str) -> Callable[[Newsroom], Awaitable[Answer]]:
    """The form of an entry of that kind of a case that has one."""

    async def opened(room: Newsroom) -> Answer:
        query = select(stored.c.id, stored.c.recorded_at, cases.c.number).join(cases, cases.c.id == stored.c.case_id)
        async with room.db.read() as conn:
            row = (await conn.execute(query.where(stored.c.kind == kind).order_by(stored.c.id.desc()).limit(1))).one()
        event = f"event {row.id}.{int(row.recorded_at.timestamp())}"
        options = {"case": str(row.number), "event": event, "how": "replace", "reason": "Mistyped."}
        return await room.alice.command(room.room, "case correct", **options)

    return opened


def of_many(what: str) -> Callable[[Newsroom], Awaitable[Answer]]:
    async def opened(room: Newsroom) -> Answer:
        return await room.alice.command(room.room, "case bulk", letter=DEMAND, which="CA", what=what)

    return opened


FORMS: dict[str, Callable[[Newsroom], Awaitable[Answer]]] = {
    **{f"bulk {what}": of_many(what) for what in ("answer", "extension", "finding", "consequence", "court", "note", "close")},
    **{f"correct {kind}": correcting(kind) for kind in ("answer", "deadline", "statement", "finding", "court")},
    "choosing": to_correct,
    "letter edit": lambda room: room.alice.command(room.room, "letter edit", letter=DEMAND, reason="Mistyped."),
    "place edit": lambda room: room.alice.command(room.room, "place edit", jurisdiction="Chicago"),
}
JUNK = ("", " \n ", "x", "9" * 120, "0001-01-01", "9999-12-31", "\u202e*_`@everyone <@&1>", "\x00", "\ud83d\ude00", "a\n" * 400)


@pytest.mark.parametrize("kind", FORMS)
async def test_whatever_stands_in_a_form_records_nothing_unseen(
    on_memorial_day: Newsroom, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even what no list offers: a client may send anything."""
    room = on_memorial_day
    parts = room.alice._parts
    before = await changes(room)
    form = await FORMS[kind](room)
    fields = shown_fields(form)
    assert form.modal
    for junk, alone in (*((each, None) for each in JUNK), *product(("", "x"), fields)):
        rows = []
        for name, field in fields.items():
            is_list = "options" in field
            kept = next((each["value"] for each in field["options"] if each.get("default")), "") if is_list else ""
            text = junk if alone in (None, name) else kept if is_list else field.get("value", "")
            rows.append({"component": {"custom_id": name, **({"values": [text]} if is_list else {"value": text})}})
        data = {"custom_id": form.modal["custom_id"], "components": rows}
        answer = await room.alice._wait(parts.interactions.ask(MODAL_SUBMIT, room.app, room.alice.user, room.room, data))
        assert answer.ephemeral and "Something went wrong" not in answer.text, (junk, alone, answer.text)
    assert await changes(room) == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
