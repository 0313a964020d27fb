"""Recording a record file on a server. What is recorded already is left as it is: importing twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.import_report import Outcome, Report
from bot.files import record_events
from bot.files.event_parts import AnyEvent
from bot.files.loading import load
from bot.files.record_events import Step, steps
from bot.files.record_file import LetterPart, RecordFile
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import Precision, When
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Event, Sent, effective_events
from bot.record.places import Jurisdiction
from bot.store import cases as reading
from bot.store import codec, events, import_keys, places
from bot.store.events import AuditContext, NewEvent
from bot.words.deadlines import as_filed

__all__ = ["Report", "apply", "apply_step", "load", "rehearse"]

MOST_TOLD = 20  # lines of what is still to come
Recorded = tuple[int | None, list[tuple[int, int]]]


async def apply(
    conn: AsyncConnection,
    audit: AuditContext,
    record: RecordFile,
    *,
    until: datetime | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Record the file inside the caller's transaction; with `until`, only what had happened before that moment.

    Everything counts as recorded at `audit.now`. Letters are known by their slug, cases by letter and place, events by
    their key. `progress` is called once for each letter and each event. CaseError names what is still to come.
    """
    work = _Import(conn, audit, record)
    due = [step for step in steps(record) if until is None or step.moment < until]
    _all_happened(record, due, audit.now)
    await work.places(part.place().label for part in record.jurisdictions)
    letters = {step.what.slug for step in due if isinstance(step.what, LetterPart)}
    for letter in record.letters:  # in the file's order: it is the order of the numbers
        if letter.slug in letters:
            await work.letter(letter)
            progress()
    for step in due:
        if not isinstance(step.what, LetterPart):
            await work.event(step.what)
            progress()
    return work.report


async def rehearse(conn: AsyncConnection, audit: AuditContext, record: RecordFile, *, until: datetime | None = None) -> Report:
    """What `apply` would do: done, counted and taken back."""
    trial = await conn.begin_nested()
    try:
        return await apply(conn, audit, record, until=until)
    finally:
        await trial.rollback()


async def apply_step(conn: AsyncConnection, audit: AuditContext, record: RecordFile, step: Step) -> Recorded:
    """Record one letter or event: the letter's id and what is new, as (case, event) pairs to announce.

    Of a new letter that is the sending to each recipient. Facts of a place alone are recorded and announce nothing.
    """
    work = _Import(conn, audit, record)
    if isinstance(step.what, LetterPart):
        return await work.letter(step.what)
    return await work.event(step.what)


@dataclass
class _Import:
    conn: AsyncConnection
    audit: AuditContext
    record: RecordFile
    report: Report = field(default_factory=Report)
    _ids: dict[str, int] = field(default_factory=dict)  # of places, by label
    _letters: dict[str, tuple[int, dict[int, Case]]] = field(default_factory=dict)  # id, cases by place

    async def places(self, labels: Iterable[str]) -> None:
        """Record these places where they are new."""
        wanted = set(labels) - self._ids.keys()
        parts = [part for part in self.record.jurisdictions if part.place().label in wanted]
        server = self.audit.server_id
        known = {place.id: place for place in await places.all_of(self.conn, server)} if parts else {}
        for part in parts:
            place = part.place()
            origin = codec.dump(codec.SOURCES, self.record.sources_of(part.sources))
            id, new = await places.ensure(self.conn, server, place, origin)
            self._ids[place.label] = id
            if new:
                self.report.count("places", Outcome.NEW)
            else:
                self.report.compared("places", f"place {place.label}", _of_place(known[id]), _of_place(place))

    async def letter(self, part: LetterPart) -> Recorded:
        """Record a letter and a case for each recipient, with its first facts, where they are new."""
        await self.places(part.recipients)
        wanted = record_events.letter_of(self.record, part)
        letter = await reading.letter_with_slug(self.conn, self.audit.server_id, part.slug)
        if letter is None:
            letter = await events.add_letter(self.conn, self.audit, wanted)
            self.report.count("letters", Outcome.NEW)
        else:
            self.report.compared("letters", f"letter {part.slug}", _of_letter(letter), _of_letter(wanted))
        known = await self._cases(letter)
        recorded = []
        for label in part.recipients:
            if case := known.get(self._ids[label]):
                self._compare_case(case, part, label)
            else:
                recorded.append(await self._case(letter, part, label))
        self._letters.pop(part.slug, None)
        return letter.id, recorded

    async def event(self, event: AnyEvent) -> Recorded:
        """Record one event, once for each of its places, where it is new."""
        labels = record_events.labels_of(self.record, event)
        await self.places(labels)
        letter_id, known = await self._of_letter(event.letter) if event.letter else (None, {})
        wanted = [record_events.fact_of(self.record, event, label) for label in labels]
        stored = await self._stored(wanted)
        new: list[tuple[int | None, int, NewEvent]] = []
        for label, fact in zip(labels, wanted, strict=True):
            place_id = self._ids[label]
            case = known.get(place_id)
            if event.letter and case is None:
                raise CaseError(f"Event {event.id}: the letter {event.letter} to {label} is not recorded here.")
            history = case.events if case else await self._context(place_id)
            if not self._compare_event(f"event {event.id}, {label}", fact, stored.get(fact.key or ""), history):
                new.append((case.id if case else None, place_id, fact))
        ids = await events.append_events(self.conn, self.audit, new)
        return letter_id, [(case_id, id) for (case_id, _, _), id in zip(new, ids, strict=True) if case_id is not None]

    async def _case(self, letter: Letter, part: LetterPart, label: str) -> tuple[int, int]:
        place_id = self._ids[label]
        case_id, [sent] = await events.add_case(
            self.conn, self.audit, letter, place_id, None, key=record_events.case_key(part.slug, label)
        )
        rest = record_events.deadline_facts(self.record, part, label)
        await events.append_events(self.conn, self.audit, [(case_id, place_id, fact) for fact in rest])
        self.report.count("cases", Outcome.NEW)
        return case_id, sent

    def _compare_case(self, case: Case, part: LetterPart, label: str) -> None:
        what = f"letter {part.slug} to {label}"
        standing = effective_events(case.events)
        if not any(isinstance(event.detail, Sent) for event in standing):
            self.report.differs("cases", f"{what}: was taken back here and stays so")
            return
        first = next((event.detail for event in standing if isinstance(event.detail, DeadlineSet)), None)
        due = record_events.deadline_of(self.record, part, label)
        ours, theirs = first.deadline if first else None, due[0] if due else None
        self.report.compared("cases", what, {"deadline": _filed(ours)}, {"deadline": _filed(theirs)})

    def _compare_event(self, what: str, fact: NewEvent, stored: Event | None, history: Sequence[Event]) -> bool:
        """Whether the fact is recorded already: under its key, or the same word for word under another or none."""
        standing = effective_events(tuple(history))
        if stored is not None and stored not in standing:
            self.report.differs("events", f"{what}: was corrected or taken back here and stays so")
        elif stored is not None:
            self.report.compared("events", what, _of_fact(stored), _of_fact(fact))
        elif any(_of_fact(event) == _of_fact(fact) for event in standing):
            self.report.count("events", Outcome.SAME)
        else:
            self.report.count("events", Outcome.NEW)
            return False
        return True

    async def _of_letter(self, slug: str) -> tuple[int, dict[int, Case]]:
        if slug not in self._letters:
            letter = await reading.letter_with_slug(self.conn, self.audit.server_id, slug)
            if letter is None:
                raise CaseError(f"The letter {slug} is not recorded on this server yet.")
            self._letters[slug] = letter.id, await self._cases(letter)
        return self._letters[slug]

    async def _cases(self, letter: Letter) -> dict[int, Case]:
        found = await reading.of_letter(self.conn, self.audit.server_id, letter.id)
        return {case.place.id: case for case in found}

    async def _context(self, place_id: int) -> list[Event]:
        return await reading.context(self.conn, self.audit.server_id, place_id)

    async def _stored(self, wanted: Sequence[NewEvent]) -> dict[str, Event]:
        keys = [fact.key for fact in wanted if fact.key]
        return await import_keys.events_with_keys(self.conn, self.audit.server_id, keys)


def _all_happened(record: RecordFile, due: Sequence[Step], now: datetime) -> None:
    """CaseError for letters and events that surely lie after `now`: by their earliest day if it is known."""
    ahead = []
    for _, what in due:
        if isinstance(what, LetterPart):
            name, when = f"letter {what.slug}", record_events.when(record, what.sent, what.timezone)
        else:
            name, when = f"event {what.id}", record_events.when(record, what.on, what.timezone)
        first = when.earliest or when.latest
        # By the day where no more is known: what happened today, at no told hour, may be recorded in the morning.
        if first > now and (when.precision is Precision.MOMENT or _day(first, when) > _day(now, when)):
            ahead.append(f"- {name}: {when.text} is still to come (today is {_day(now, when)})")
    if ahead:
        more = [f"- and {len(ahead) - MOST_TOLD:,} more"] if len(ahead) > MOST_TOLD else []
        told = ["Only what has happened can be recorded; nothing was recorded of this file:", *ahead[:MOST_TOLD], *more]
        raise CaseError("\n".join(told))


def _day(moment: datetime, when: When) -> date:
    return moment.astimezone(when.zone).date()


def _of_place(place: Jurisdiction) -> dict[str, object]:
    return {"aliases": place.aliases, "note": place.note}


def _of_letter(letter: Letter) -> dict[str, object]:
    return vars(replace(letter, id=0, deadline=_filed(letter.deadline))) | {"legal basis": letter.legal_basis}


def _of_fact(fact: NewEvent | Event) -> dict[str, object]:
    names = ("when", "detail", "text", "sources", "certainty", "amount", "conflict")
    values = {name: getattr(fact, name) for name in names}
    if isinstance(fact.detail, DeadlineSet):
        values["detail"] = replace(fact.detail, deadline=as_filed(fact.detail.deadline))
    return values


def _filed(deadline: Deadline | None) -> Deadline | None:
    """As a record file has it: its steps are text there, so only that is compared."""
    return as_filed(deadline) if deadline else None
