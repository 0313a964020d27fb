"""The record that ships with the project, and a record as cases in memory, without a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from importlib.resources import files
from itertools import count

from bot.files import record_events
from bot.files.event_parts import AnyEvent
from bot.files.loading import read
from bot.files.record_events import RecordStep, steps
from bot.files.record_file import LetterPart, RecordFile
from bot.record.case import Case, Letter
from bot.record.events import DeadlineSet, Event, Sent
from bot.record.new_events import NewEvent, sending_of
from bot.record.places import Jurisdiction

__all__ = ["RecordFile", "RecordStep", "before", "cases_of", "example", "steps"]

Context = dict[str, tuple[Jurisdiction, list[Event]]]


def example() -> RecordFile:
    """The real record of the section 1373 letters."""
    return read((files("bot") / "examples" / "section-1373.json").read_text(encoding="utf-8"), "section-1373.json")


def before(record: RecordFile, moment: datetime) -> list[RecordStep]:
    """The steps whose moment lies before that one: the history with which a replay begins."""
    return [step for step in steps(record) if step.moment < moment]


def cases_of(record: RecordFile) -> tuple[list[Case], Context]:
    """The record as it would be if each event had been recorded when its day came (see `record_events.steps`).

    Cases by number, in order of the letters in the file, then their recipients; and by label every place of the file with
    what is recorded about it apart from any letter.
    """
    places = {place.label: place for place in (part.place(id) for id, part in enumerate(record.jurisdictions, 1))}
    histories: dict[tuple[str | None, str], list[Event]] = defaultdict(list)
    ids = count(1)
    tracked: dict[str, datetime] = {}
    for moment, part in steps(record):
        if isinstance(part, LetterPart):
            tracked[part.slug] = moment
        for slug, label, new in _new_events(record, part):
            histories[slug, label].append(_event(next(ids), new, moment))
    letters = [record_events.letter_of(record, part, id) for id, part in enumerate(record.letters, 1)]
    addressed = [(letter, label) for letter in letters for label in record.letter(letter.slug).recipients]
    cases = [
        _case(number, letter, places[label], tracked[letter.slug], histories[letter.slug, label])
        for number, (letter, label) in enumerate(addressed, 1)
    ]
    return cases, {label: (place, histories[None, label]) for label, place in places.items()}


def _case(number: int, letter: Letter, place: Jurisdiction, tracked_since: datetime, history: list[Event]) -> Case:
    """A case of which the channel was told as it unfolded."""
    announced = frozenset(event.id for event in history if isinstance(event.detail, Sent | DeadlineSet))
    return Case(number, number, letter, place, tracked_since, tuple(history), announced=announced)


def _new_events(record: RecordFile, part: LetterPart | AnyEvent) -> list[tuple[str | None, str, NewEvent]]:
    """The events of one letter or event of the file, each with its letter's slug (if any) and its place."""
    if isinstance(part, LetterPart):
        letter = record_events.letter_of(record, part)
        return [
            (part.slug, label, new)
            for label in part.recipients
            for new in (
                sending_of(letter, case_key=record_events.case_key(letter.slug, label)),
                *record_events.deadline_events(record, part, letter, label),
            )
        ]
    labels = record_events.labels_of(record, part)
    return [(part.letter, label, record_events.new_event(record, part, label)) for label in labels]


def _event(id: int, new: NewEvent, recorded_at: datetime) -> Event:
    return Event(
        id=id,
        when=new.when,
        recorded_at=recorded_at,
        detail=new.detail,
        text=new.text,
        certainty=new.certainty,
        sources=new.sources,
        amount=new.amount,
        conflict=new.conflict,
    )
