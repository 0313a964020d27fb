"""The record that ships with the project, and a record as cases in memory, without a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from importlib.resources import files
from itertools import count

from bot.files import record_events
from bot.files.loading import read
from bot.files.record_events import Step, What, steps
from bot.files.record_file import LetterPart, RecordFile
from bot.record.case import Case
from bot.record.events import Event
from bot.record.places import Jurisdiction
from bot.store.events import NewEvent

__all__ = ["RecordFile", "Step", "before", "cases_of", "example", "steps"]

Context = dict[str, tuple[Jurisdiction, list[Event]]]


def example() -> RecordFile:
    """The real record of the section 1373 letters."""
    return read((files("bot") / "examples" / "section-1373.json").read_text(encoding="utf-8"), "section-1373.json")


def before(record: RecordFile, moment: datetime) -> list[Step]:
    """The steps whose moment lies before that one: the history with which a replay begins."""
    return [step for step in steps(record) if step.moment < moment]


def cases_of(record: RecordFile) -> tuple[list[Case], Context]:
    """The record as it would stand had each fact been recorded when its day came (see `facts.steps`).

    Cases by number, in order of the letters in the file, then their recipients; and by label every place of the file with
    what is recorded of it apart from any letter.
    """
    places = {place.label: place for place in (part.place(id) for id, part in enumerate(record.jurisdictions, 1))}
    histories: dict[tuple[str | None, str], list[Event]] = defaultdict(list)
    ids = count(1)
    tracked: dict[str, datetime] = {}
    for moment, what in steps(record):
        if isinstance(what, LetterPart):
            tracked[what.slug] = moment
        for slug, label, fact in _told(record, what):
            histories[slug, label].append(_event(next(ids), fact, moment))
    letters = [record_events.letter_of(record, part, id) for id, part in enumerate(record.letters, 1)]
    addressed = [(letter, label) for letter in letters for label in record.letter(letter.slug).recipients]
    cases = [
        Case(number, number, letter, places[label], tracked[letter.slug], tuple(histories[letter.slug, label]))
        for number, (letter, label) in enumerate(addressed, 1)
    ]
    return cases, {label: (place, histories[None, label]) for label, place in places.items()}


def _told(record: RecordFile, what: What) -> list[tuple[str | None, str, NewEvent]]:
    """The facts of one letter or event, each with its letter's slug (if any) and its place."""
    if isinstance(what, LetterPart):
        letter = record_events.letter_of(record, what)
        return [
            (what.slug, label, fact)
            for label in what.recipients
            for fact in (record_events.sent_fact(letter, label), *record_events.deadline_facts(record, what, label))
        ]
    return [(what.letter, label, record_events.fact_of(record, what, label)) for label in record_events.labels_of(record, what)]


def _event(id: int, fact: NewEvent, recorded_at: datetime) -> Event:
    return Event(
        id=id,
        when=fact.when,
        recorded_at=recorded_at,
        detail=fact.detail,
        text=fact.text,
        certainty=fact.certainty,
        sources=fact.sources,
        amount=fact.amount,
        conflict=fact.conflict,
    )
