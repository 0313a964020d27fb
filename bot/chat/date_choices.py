"""What is understood of a date, while it is typed: a choice says it with weekday and zone, and submits what means just that.

What can be read two ways is offered both ways; what cannot be read is one choice that says why and submits the text as it
stands, to be refused. (Discord docs, "Application Commands › Autocomplete")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from discord.app_commands import Choice

from bot.chat import deadline_inputs, inputs
from bot.chat.deadline_inputs import Counting
from bot.chat.session import Interaction, reading
from bot.desk.session import Session
from bot.record.case import Case
from bot.record.deadlines.dates import TwoReadings, full_day, parse_date, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline, parse_start
from bot.record.deadlines.periods import parse_period
from bot.record.deadlines.when import Precision, When
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Sent, effective_events
from bot.record.places import key
from bot.words.deadlines import rolling
from bot.words.events import what_happened
from bot.words.plain_text import unmarked
from bot.words.prose import in_full, until, zone_name

MOST = 25
LIMIT = 100  # characters of a choice's name, and of its value
Shown = tuple[str, str]  # the name of a choice and its value
Read = Callable[[str], Shown]


async def past(interaction: Interaction, current: str) -> list[Choice[str]]:
    """When something happened; today where nothing was typed yet."""
    async with reading(interaction) as session:
        return offered(current, lambda text: shown_when(deadline_inputs.happened_on(session, text)), ("today",))


async def past_day(interaction: Interaction, current: str) -> list[Choice[str]]:
    """An earlier day."""
    async with reading(interaction) as session:
        zone = session.server.zone

        def read(text: str) -> Shown:
            return _day(deadline_inputs.read_day(text, zone, session.now, session.order), zone)

        return offered(current, read, ("yesterday",))


async def any_day(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Any day, past or to come."""
    async with reading(interaction) as session:

        def read(text: str) -> Shown:
            return _day(parse_date(text, today=session.today, order=session.order), session.server.zone)

        return offered(current, read, ("today", "tomorrow"))


async def start(interaction: Interaction, current: str) -> list[Choice[str]]:
    """What a rule is counted from: a day or a moment."""
    async with reading(interaction) as session:
        return offered(current, lambda text: _start(text, session, session.server.zone))


async def letters_deadline(interaction: Interaction, current: str) -> list[Choice[str]]:
    """The deadline of a letter that is being recorded, counted from the day that was typed for it."""
    async with reading(interaction) as session:
        try:
            sent = deadline_inputs.happened_on(session, interaction.namespace.sent or "")
            by = await _counting(interaction, session, sent.zone)
        except CaseError as refused:
            return _unread(current, refused)
        return offered(current, lambda text: shown_letter(text, sent, by), ("30 days", "20 business days"))


async def recipients_deadline(interaction: Interaction, current: str) -> list[Choice[str]]:
    """The deadline of recipients of a letter that is recorded."""
    async with reading(interaction) as session:
        try:
            sent = (await inputs.one_letter(session, interaction.namespace.letter or "")).sent
            by = await _counting(interaction, session, sent.zone)
        except CaseError as refused:
            return _unread(current, refused)
        return offered(current, lambda text: shown_letter(text, sent, by), ("30 days", "20 business days"))


async def new_deadline(interaction: Interaction, current: str) -> list[Choice[str]]:
    """The new deadline of a case; a bare count is offered from the deadline in force and from today."""
    async with reading(interaction) as session:
        try:
            case = await _case(interaction, session)
            in_force = case.at(session.now).deadline
            by = await _counting(interaction, session, in_force.zone if in_force else case.letter.sent.zone)
            granted = deadline_inputs.happened_on(session, interaction.namespace.on)
        except CaseError as refused:
            return _unread(current, refused)

        def read(text: str) -> Shown:
            return shown_deadline(text, lambda again: deadline_inputs.new_deadline(again, case, session.now, by, granted))

        if bare := _bare(current, by):
            zone = in_force.zone if in_force else case.letter.sent.zone
            ways = [f"+{bare}", _from_today(bare, zone, session, by)]
            found = [shown for way in ways if way and (shown := _read(way, read))]
            return _choices(found) or offered(current, read)
        return offered(current, read, ("+7 days", "+14 days", "+30 days") if in_force else ())


async def case_start(interaction: Interaction, current: str) -> list[Choice[str]]:
    """What a rule of a case is counted from: a day or moment that is typed, the deadline in force, or what happened."""
    async with reading(interaction) as session:
        try:
            case = await _case(interaction, session)
        except CaseError:
            return offered(current, lambda text: _start(text, session, session.server.zone))
        zone = (case.at(session.now).deadline or case.letter.sent).zone
        wanted = key(current)
        events = [shown for shown in _events(case, session.now) if f" {wanted}" in f" {key(shown[0])}"]
        typed_day = _read(" ".join(current.split()), lambda text: _start(text, session, zone)) if wanted else None
        if not events:
            return offered(current, lambda text: _start(text, session, zone))
        return _choices([*([typed_day] if typed_day else []), *events])


def offered(current: str, read: Read, examples: Iterable[str] = ()) -> list[Choice[str]]:
    """One choice for what was typed, two where it can be read two ways, or why it cannot be read.

    `examples` are offered before anything is typed, as far as they can be read here.
    """
    text = " ".join(current.split())
    if not text:
        return _choices([shown for example in examples if (shown := _read(example, read))])
    try:
        return _choices([read(text)])
    except CaseError as refused:
        both = [shown for other in _readings(text, refused) if (shown := _read(other, read))]
        return _choices(both) or _unread(text, refused)


def _readings(text: str, refused: CaseError) -> list[str]:
    """The text with each reading of what can be read two ways in its place."""
    if not isinstance(refused, TwoReadings):
        return []
    days = [written(day) for day in refused.days]
    return [text.replace(refused.words, day) if refused.words in text else day for day in days]


def _read(text: str, read: Read) -> Shown | None:
    try:
        return read(text)
    except CaseError:
        return None


def _unread(current: str, refused: CaseError) -> list[Choice[str]]:
    """Why it cannot be read; nothing for what is too long to be submitted uncut."""
    text = " ".join(current.split())
    return [Choice(name=_cut(f"Not clear: {refused}"), value=text)] if 0 < len(text) <= LIMIT else []


def _cut(name: str) -> str:
    return name if len(name) <= LIMIT else f"{name[: LIMIT - 1]}…"


def _choices(shown: Iterable[Shown]) -> list[Choice[str]]:
    """Each choice once; a value that is too long to be submitted is left to the person's own typing."""
    found: dict[str, str] = {}
    for name, value in shown:
        if len(value) <= LIMIT:
            found.setdefault(value, name)
    return [Choice(name=_cut(name), value=value) for value, name in found.items()][:MOST]


def shown_when(when: When) -> Shown:
    return in_full(when), when.text


def _day(found: date, zone: ZoneInfo) -> Shown:
    return f"{full_day(found)} ({zone.key})", found.isoformat()


def _start(text: str, session: Session, zone: ZoneInfo) -> Shown:
    found = parse_start(text, zone, today=session.today, order=session.order)
    return _moment(found, zone) if isinstance(found, datetime) else _day(found, zone)


def _moment(at: datetime, zone: ZoneInfo) -> Shown:
    local = at.astimezone(zone)
    return f"{full_day(local.date())}, {local:%H:%M} {zone_name(local)} ({zone.key})", local.isoformat(timespec="minutes")


def shown_letter(text: str, sent: When, by: Counting) -> Shown:
    def read(again: str) -> Deadline:
        found = deadline_inputs.letter_deadline(again, sent, by)
        assert found is not None
        return found

    return shown_deadline(text, read)


def shown_deadline(text: str, read: Callable[[str], Deadline]) -> Shown:
    """A rule submits itself; a date submits its ISO form, where that is the same moment here (so "tomorrow" stays that day)."""
    found = read(text)
    told = f"{full_day(found.date)}, {until(found)}"
    if found.start_day:
        begun = written(found.start_day)
        by = rolling(found) if found.calendar == "none" else found.calendar
        return f"{text} → {told} (from {begun}; {by})", text
    iso = found.date.isoformat() + (f" {found.time:%H:%M}" if found.time else "")
    try:
        again = read(iso)
        same = (again.last_moment, again.time, again.zone) == (found.last_moment, found.time, found.zone)
    except CaseError:
        same = False
    return f"{told} ({found.zone.key})", iso if same else text


def _bare(current: str, by: Counting) -> str:
    """ "14 days", where only that was typed and nothing to count it from."""
    try:
        stated = parse_period(current) if by.start is None else None
    except CaseError:
        return ""
    return str(stated[0]) if stated and not stated[1] and not stated[0].backward else ""


def _from_today(period: str, zone: ZoneInfo, session: Session, by: Counting) -> str:
    """The date that a period from today ends on."""
    try:
        return parse_deadline(period, zone, start=session.today, calendar=by.calendar).date.isoformat()
    except CaseError:
        return ""


def _events(case: Case, now: datetime) -> list[Shown]:
    """The deadline in force, the letter, then what happened on a known day, oldest first."""
    found = []
    if in_force := case.at(now).deadline:
        begun = in_force.last_moment.astimezone(in_force.zone)
        value = begun.isoformat(timespec="minutes") if in_force.time else in_force.date.isoformat()
        found.append((f"{full_day(in_force.date)}: the deadline in force", value))
    exact = [event for event in effective_events(case.events) if event.when.precision in (Precision.DAY, Precision.MOMENT)]
    told = sorted(
        (event for event in exact if not isinstance(event.detail, DeadlineSet)),
        key=lambda event: not isinstance(event.detail, Sent),
    )
    return found + [(f"{written(one.when.last_day)}: {unmarked(what_happened(one))}", one.when.text) for one in told]


async def _case(interaction: Interaction, session: Session) -> Case:
    """The case that was picked already; only by its number, since words would load every case at each letter typed."""
    number = str(interaction.namespace.case or "").strip()
    if not re.fullmatch(r"#?\d{1,9}", number):
        raise CaseError("pick the case first, by its number")
    return await inputs.one_case(session, number)


async def _counting(interaction: Interaction, session: Session, zone: ZoneInfo) -> Counting:
    return await deadline_inputs.counting(session, zone, interaction.namespace.counted_from, interaction.namespace.calendar)
