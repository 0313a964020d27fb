"""How a date or deadline is understood, suggested while it is typed.

A suggestion says it with weekday and time zone, and submits a text that means just that. A text with two readings gives a
suggestion for each. Raises CaseError, in every function, for a text that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.desk.closures import closed_days
from bot.desk.deadlines import Counting, counting, counting_for_case, happened_on, letter_deadline, new_deadline
from bot.desk.session import Session
from bot.desk.suggestions import MOST, Suggestions
from bot.record.case import Case
from bot.record.deadlines.dates import SeveralReadings, full_day, put_for, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline, parse_start
from bot.record.deadlines.periods import parse_period
from bot.record.deadlines.when import Precision, When
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Sent, effective_events
from bot.record.places import name_key
from bot.record.silence_days import NEXT_EVENT, parse_silence_end
from bot.words.deadlines import rolling
from bot.words.events import what_happened
from bot.words.plain_text import unmarked
from bot.words.prose import day as day_text
from bot.words.prose import in_full, until, zone_name

Shown = tuple[str, str]  # the text to show, and the value to submit
Read = Callable[[str], Shown]


def happened_like(session: Session, typed: str) -> Suggestions:
    """When something happened; today is suggested first."""
    return understood(typed, lambda text: shown_when(happened_on(session, text)), ("today",))


def days_like(
    session: Session, typed: str, read_day: Callable[[Session, str], date], examples: Iterable[str] = ()
) -> Suggestions:
    """A day, as `read_day` reads it. `examples` are suggested before anything is typed."""
    zone = session.server.zone
    return understood(typed, lambda text: _shown_day(read_day(session, text), zone), examples)


def silence_ends_like(session: Session, typed: str) -> Suggestions:
    """Until when reminders are silenced, with the day written out; some are suggested before anything is typed."""

    def read(text: str) -> Shown:
        day = parse_silence_end(text, session.today, session.order).day
        if day is None:
            return NEXT_EVENT, NEXT_EVENT
        said = "" if any(sign.isdigit() and len(text) > 8 for sign in text) else f"{text}: "
        return f"{said}{day_text(day)} ({session.server.zone.key})", day.isoformat()

    return understood(typed, read, ("tomorrow", "Monday", "a week", "2 weeks", NEXT_EVENT))


async def closed_days_like(session: Session, typed: str) -> Suggestions:
    """The days of closures in force, by date or words of the reason; the latest of them."""
    days = await closed_days(session)
    names = {day.isoformat(): f"{full_day(day)}: {reason}" for day, reason in days.items()}
    wanted = typed.strip().casefold()
    fitting = [(day, name) for day, name in names.items() if wanted in f"{day} {name}".casefold()]
    return dict(fitting[-MOST:])


def starts_like(session: Session, typed: str) -> Suggestions:
    """What a rule is counted from: a day or a moment."""
    return understood(typed, lambda text: _shown_start(text, session, session.server.zone))


async def letter_deadlines_like(
    session: Session,
    typed: str,
    sent: When,
    counted_from: str | None,
    calendar: str | None,
    inherited: str = "",
) -> Suggestions:
    """The deadline of a letter that was sent then, or of a recipient. `inherited`: the calendar if none is named."""
    by = await counting(session, sent.zone, counted_from, calendar, inherited)
    return understood(typed, lambda text: shown_letter_deadline(text, sent, by), ("30 days", "20 business days"))


async def new_deadlines_like(
    session: Session, typed: str, case: Case, on: str | None, counted_from: str | None, calendar: str | None
) -> Suggestions:
    """The new deadline of a case. A bare period is suggested counted from the deadline in force and from today."""
    in_force = case.at(session.now).deadline
    zone = in_force.zone if in_force else case.letter.sent.zone
    by = await counting_for_case(session, case, counted_from, calendar)
    granted = happened_on(session, on)

    def read(text: str) -> Shown:
        return shown_deadline(text, lambda again: new_deadline(again, case, session.now, by, granted))

    if period := _bare_period(typed, by):
        ways = [f"+{period}", _from_today(period, zone, session, by)]
        both = [shown for way in ways if way and (shown := _readable(way, read))]
        return _by_value(both) or understood(typed, read)
    return understood(typed, read, ("+7 days", "+14 days", "+30 days") if in_force else ())


def case_starts_like(session: Session, typed: str, case: Case) -> Suggestions:
    """What a rule of a case is counted from: a day or moment that is typed, the deadline in force, or what happened."""
    zone = (case.at(session.now).deadline or case.letter.sent).zone
    wanted = name_key(typed)
    happened = [shown for shown in _happened(case, session.now) if f" {wanted}" in f" {name_key(shown[0])}"]
    if not happened:
        return understood(typed, lambda text: _shown_start(text, session, zone))
    own = _readable(" ".join(typed.split()), lambda text: _shown_start(text, session, zone)) if wanted else None
    return _by_value([*([own] if own else []), *happened])


def understood(typed: str, read: Read, examples: Iterable[str] = ()) -> Suggestions:
    """One suggestion for what was typed, two if it can be read two ways, or the years of a day without one.

    `examples` are suggested before anything is typed, as far as they can be read here.
    """
    text = " ".join(typed.split())
    if not text:
        return _by_value(shown for example in examples if (shown := _readable(example, read)))
    try:
        return _by_value([read(text)])
    except CaseError as refused:
        both = _by_value(_read_with(text, refused, read))
        if not both:
            raise
        return both


def _read_with(text: str, refused: CaseError, read: Read, more: bool = True) -> Iterable[Shown]:
    """What can be read of the text with each reading. `more`: "between feb 1 and feb 3" has a second day without a year."""
    for reading in _readings(text, refused):
        try:
            yield read(reading)
        except NoYear as again:
            if more:
                yield from _read_with(reading, again, read, more=False)
        except CaseError:
            continue


def _readings(text: str, refused: CaseError) -> list[str]:
    """The text with each reading in the place of the words that can be read two ways, or each reading alone."""
    if isinstance(refused, NoYear):
        return [put_for(refused.words, text, reading) for reading in refused.readings]
    return list(refused.texts(text)) if isinstance(refused, SeveralReadings) else []


def _readable(text: str, read: Read) -> Shown | None:
    try:
        return read(text)
    except CaseError:
        return None


def _by_value(shown: Iterable[Shown]) -> Suggestions:
    """Each value once, with its first text."""
    suggestions: Suggestions = {}
    for text, value in shown:
        suggestions.setdefault(value, text)
    return suggestions


def shown_when(when: When) -> Shown:
    return in_full(when), when.text


def _shown_day(day: date, zone: ZoneInfo) -> Shown:
    return f"{full_day(day)} ({zone.key})", day.isoformat()


def _shown_start(text: str, session: Session, zone: ZoneInfo) -> Shown:
    start = parse_start(text, zone, today=session.today, order=session.order)
    if not isinstance(start, datetime):
        return _shown_day(start, zone)
    local = start.astimezone(zone)
    return f"{full_day(local.date())}, {local:%H:%M} {zone_name(local)} ({zone.key})", local.isoformat(timespec="minutes")


def shown_letter_deadline(text: str, sent: When, by: Counting) -> Shown:
    def read(again: str) -> Deadline:
        deadline = letter_deadline(again, sent, by)
        assert deadline is not None
        return deadline

    return shown_deadline(text, read)


def shown_deadline(text: str, read: Callable[[str], Deadline]) -> Shown:
    """A rule submits itself. A date submits its ISO form if that is the same moment here, so that "tomorrow" stays that day."""
    deadline = read(text)
    shown = f"{full_day(deadline.date)}, {until(deadline)}"
    if deadline.start_day:
        start = written(deadline.start_day)
        by = rolling(deadline) if deadline.calendar == "none" else deadline.calendar
        return f"{text} → {shown} (from {start}; {by})", text
    iso = deadline.date.isoformat() + (f" {deadline.time:%H:%M}" if deadline.time else "")
    try:
        again = read(iso)
        same = (again.last_moment, again.time, again.zone) == (deadline.last_moment, deadline.time, deadline.zone)
    except CaseError:
        same = False
    return f"{shown} ({deadline.zone.key})", iso if same else text


def _bare_period(typed: str, by: Counting) -> str:
    """ "14 days", if only that was typed and nothing to count it from."""
    try:
        stated = parse_period(typed) if by.start is None else None
    except CaseError:
        return ""
    return str(stated[0]) if stated and not stated[1] and not stated[0].backward else ""


def _from_today(period: str, zone: ZoneInfo, session: Session, by: Counting) -> str:
    """The date on which a period ends that begins today in the deadline's zone."""
    today = session.now.astimezone(zone).date()
    try:
        return parse_deadline(period, zone, start=today, calendar=by.calendar).date.isoformat()
    except CaseError:
        return ""


def _happened(case: Case, now: datetime) -> list[Shown]:
    """The deadline in force, the letter, then what happened on a known day, oldest first."""
    shown = []
    if in_force := case.at(now).deadline:
        last = in_force.last_moment.astimezone(in_force.zone)
        value = last.isoformat(timespec="minutes") if in_force.time else in_force.date.isoformat()
        shown.append((f"{full_day(in_force.date)}: the deadline in force", value))
    exact = [event for event in effective_events(case.events) if event.when.precision in (Precision.DAY, Precision.MOMENT)]
    events = sorted(
        (event for event in exact if not isinstance(event.detail, DeadlineSet)),
        key=lambda event: not isinstance(event.detail, Sent),
    )
    return shown + [(f"{written(event.when.last_day)}: {unmarked(what_happened(event))}", event.when.text) for event in events]
