"""From a record file to what is recorded: letters, and the events of each case with the keys that name them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.files.event_parts import AllOf, AnyEvent
from bot.files.record_file import LetterPart, RecordFile
from bot.record.case import Letter, SourcedAmount, SourcedText
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Basis, DeadlineSet, Note
from bot.record.new_events import NewEvent
from bot.record.sources import Source

LONGEST_KEY = 200  # of the column that holds it


class RecordStep(NamedTuple):
    """One letter or event of a record, and the moment by which it has surely happened.

    `moment` is noon of the last day on which it may have happened, or its own time where the file gives one.
    """

    moment: datetime
    part: LetterPart | AnyEvent


def steps(record: RecordFile) -> list[RecordStep]:
    """The record as it unfolds: by moment, letters before events. Nothing happens to a letter before it was sent."""
    sent = {letter.slug: when(record, letter.sent, letter.timezone).noon() for letter in record.letters}
    letters = [RecordStep(sent[letter.slug], letter) for letter in record.letters]
    events = []
    for event in record.events:
        noon = when(record, event.on, event.timezone).noon()
        events.append(RecordStep(max(noon, sent[event.letter]) if event.letter else noon, event))
    return sorted([*letters, *events], key=lambda step: (step.moment, not isinstance(step.part, LetterPart)))


def when(record: RecordFile, text: str, timezone: str | None = None) -> When:
    return When(text, ZoneInfo(timezone) if timezone else record.zone)


def letter_of(record: RecordFile, part: LetterPart, id: int = 0) -> Letter:
    sent = when(record, part.sent, part.timezone)
    return Letter(
        id=id,
        slug=part.slug,
        title=part.title,
        authority=part.authority,
        sent=sent,
        demand=part.demand,
        legal_basis=part.legal_basis,
        threatened=part.threatened,
        sources=record.sources_of(part.sources),
        amounts=tuple(SourcedAmount(one.amount(), record.sources_of(one.sources)) for one in part.amounts),
        conflicts=tuple(SourcedText(one.text, record.sources_of(one.sources)) for one in part.conflicts),
        deadline=part.deadline.deadline(sent.zone) if part.deadline else None,
        deadline_note=part.deadline_note,
    )


def deadline_events(record: RecordFile, part: LetterPart, letter: Letter, label: str) -> list[NewEvent]:
    """One recipient's original deadline (the letter's, or its own where the file gives one), and the note on it."""
    base = case_key(part.slug, label)
    exception = part.exceptions.get(label)
    events = []
    if original := deadline_of(record, part, label):
        deadline, sources = original
        events.append(NewEvent(letter.sent, DeadlineSet(deadline, Basis.ORIGINAL), "", sources, key=f"{base}/deadline"))
    if exception and exception.note:
        sources = record.sources_of(exception.sources)
        events.append(NewEvent(letter.sent, Note(), exception.note, sources, key=f"{base}/note"))
    return events


def deadline_of(record: RecordFile, part: LetterPart, label: str) -> tuple[Deadline, tuple[Source, ...]] | None:
    """One recipient's original deadline and its sources; None if it has none."""
    exception = part.exceptions.get(label)
    due = exception.deadline if exception else part.deadline
    if due is None:
        return None
    keys = due.sources or (exception.sources if exception else part.sources)
    return due.deadline(when(record, part.sent, part.timezone).zone), record.sources_of(keys)


def labels_of(record: RecordFile, event: AnyEvent) -> tuple[str, ...]:
    """The places that an event concerns, by their labels."""
    if isinstance(event.who, AllOf):
        return tuple(label for label in record.letter(event.who.all_of).recipients if label not in event.who.but)
    return event.who


def new_event(record: RecordFile, event: AnyEvent, label: str) -> NewEvent:
    """An event of the file as it is recorded for one of its places."""
    happened = when(record, event.on, event.timezone)
    detail = event.detail(happened.zone)
    if isinstance(detail, DeadlineSet) and event.letter:
        original = deadline_of(record, record.letter(event.letter), label)
        detail = replace(detail, deadline=_on_calendar_of(detail.deadline, original[0] if original else None))
    return NewEvent(
        when=happened,
        detail=detail,
        text=event.recorded_text(),
        sources=record.sources_of(event.sources),
        certainty=event.certainty,
        amount=event.amount.amount() if event.amount else None,
        conflict=event.conflict,
        key=event_key(event.letter, event.id, label),
        reason=event.correction,
    )


def _on_calendar_of(deadline: Deadline, original: Deadline | None) -> Deadline:
    """A rule for which the file names no calendar is counted on that of the letter, if that gives the date of the file."""
    if original is None or not original.calendar or deadline.calendar or not deadline.is_countable:
        return deadline
    try:
        again = recounted(deadline, calendar_named(original.calendar))
    except CaseError:
        return deadline
    return replace(deadline, calendar=original.calendar) if again.last_moment == deadline.last_moment else deadline


def case_key(slug: str, label: str) -> str:
    """What the first events of a case are named by, before "/sent", "/deadline" and "/note"."""
    return _short(f"{slug}/{label}", LONGEST_KEY - len("/deadline"))


def event_key(slug: str | None, id: str, label: str) -> str:
    """What an imported event is named by on a server. The letter is part of it, since two files may use the same id."""
    return _short(f"{slug}/{id}/{label}" if slug else f"{id}/{label}", LONGEST_KEY)


def _short(key: str, limit: int) -> str:
    if len(key) <= limit:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{key[: limit - 33]}~{digest}"
