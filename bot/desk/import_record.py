"""Recording a record file on a server. What is already recorded is left as it is: importing twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.desk.announcing import EventRow, append_and_announce
from bot.desk.import_news import is_news
from bot.desk.import_twins import as_recorded
from bot.desk.recipients import add_recipients
from bot.desk.session import WriteSession
from bot.files import record_events
from bot.files.event_parts import AnyEvent
from bot.files.loading import load
from bot.files.record_events import RecordStep, steps
from bot.files.record_file import LetterPart, PlacePart, RecordFile
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import Precision, When
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Event, effective_events
from bot.record.import_report import DifferenceKind, ImportItem, ImportReport, ItemKind
from bot.record.new_events import NewCase, NewEvent
from bot.record.places import Jurisdiction
from bot.store import cases, codec, events, import_keys, places
from bot.store.database import batches

__all__ = ["load", "record_file", "record_step"]

MOST_NAMED = 20  # lines on what is in the future
EVENTS_AT_ONCE = 100  # events of a file that are recorded together, and reported as progress


async def record_file(
    session: WriteSession,
    record: RecordFile,
    *,
    until: datetime | None = None,
    letter: str = "",
    new_letters: bool = False,
    quiet: bool = False,
    progress: Callable[[int], None] = lambda items: None,
) -> ImportReport:
    """Record a file and announce what is new, in one notice for each letter. With `until`, only what was before that moment.

    Everything counts as recorded at `session.now`. Letters are known by their slug, cases by letter and place, events by their
    key. A letter that may be recorded under another slug is refused, unless `letter` is that slug or, with `new_letters`, it is
    another letter (see `import_twins`). Nothing is announced with `quiet`, nor on a server that has no letter yet. `progress`
    is called with the number of letters and events that were dealt with since it was called last. CaseError, and nothing may
    be committed, if something in the file is in the future.
    """
    record = await as_recorded(session, record, letter, new_letters=new_letters)
    due = [step.part for step in steps(record) if until is None or step.moment < until]
    _all_happened(record, due, session.now)
    importing = _RecordImport(session, record, announce=await is_news(session, quiet))
    await importing.places(part.place().label for part in record.jurisdictions)
    letters = {part.slug for part in due if isinstance(part, LetterPart)}
    for part in record.letters:  # in the order of the file, which is the order of the case numbers
        if part.slug in letters:
            await importing.letter(part)
            progress(1)
    for batch in batches([part for part in due if not isinstance(part, LetterPart)], EVENTS_AT_ONCE):
        await importing.events(batch)
        progress(len(batch))
    return importing.report


async def record_step(session: WriteSession, record: RecordFile, step: RecordStep, *, quiet: bool = False) -> ImportReport:
    """Record one letter or event of a file on its own day, and announce it unless `quiet`: a replay, in which all is news.

    Of a new letter the sending to each recipient is announced; events of a place alone are not.
    """
    importing = _RecordImport(session, record, announce=not quiet)
    if isinstance(step.part, LetterPart):
        await importing.letter(step.part)
    else:
        await importing.events([step.part])
    return importing.report


@dataclass
class _RecordImport:
    session: WriteSession
    record: RecordFile
    announce: bool
    report: ImportReport = field(default_factory=ImportReport)
    _place_ids: dict[str, int] = field(default_factory=dict)  # by label
    _letters: dict[str, tuple[int, dict[int, Case]]] = field(default_factory=dict)  # by slug: id, and cases by place
    _history: _Histories = field(default_factory=lambda: _Histories())

    async def places(self, labels: Iterable[str]) -> None:
        """Record these places if they are new."""
        wanted = set(labels) - self._place_ids.keys()
        parts = [part for part in self.record.jurisdictions if part.place().label in wanted]
        if not parts:
            return
        known = {place.id: place for place in await places.all_of(self.session.conn, self.session.server.id)}
        by_sources: dict[tuple[str, ...], list[PlacePart]] = {}
        for part in parts:
            by_sources.setdefault(part.sources, []).append(part)
        for sources, alike in by_sources.items():
            origin = codec.dump(codec.SOURCES, self.record.sources_of(sources))
            wanted_places = [part.place() for part in alike]
            ids = await places.ensure_all(self.session.conn, self.session.server.id, wanted_places, origin)
            for place, (id, is_new) in zip(wanted_places, ids, strict=True):
                self._place_ids[place.label] = id
                if is_new:
                    self.report.new[ItemKind.PLACE] += 1
                else:
                    item = ImportItem(ItemKind.PLACE, place=place.label)
                    self.report.compare(item, _place_fields(known[id]), _place_fields(place))

    async def letter(self, part: LetterPart) -> None:
        """Record a letter and a case for each recipient, with its first events, if they are new."""
        await self.places(part.recipients)
        stated = record_events.letter_of(self.record, part)
        letter = await cases.letter_with_slug(self.session.conn, self.session.server.id, part.slug)
        if letter is None:
            letter = await events.add_letter(self.session.conn, self.session.audit, stated)
            self.report.new[ItemKind.LETTER] += 1
        else:
            item = ImportItem(ItemKind.LETTER, letter=part.slug)
            self.report.compare(item, _letter_fields(letter), _letter_fields(stated))
        known = await self._cases_of(letter)
        new = []
        for label in part.recipients:
            if case := known.get(self._place_ids[label]):
                self._compare_case(case, part, label)
            else:
                new.append(label)
        await self._add_recipients(letter, part, stated, new)
        self._letters.pop(part.slug, None)  # its cases are read again

    async def events(self, parts: Sequence[AnyEvent]) -> None:
        """Record events, once for each of their places, if they are new.

        CaseError for one of a letter, or of a letter to a place, that is not recorded here.
        """
        wanted = [
            (part, label, record_events.new_event(self.record, part, label))
            for part in parts
            for label in record_events.labels_of(self.record, part)
        ]
        await self.places(label for _, label, _ in wanted)
        recorded = await self._recorded(wanted)
        await self._read_contexts(parts)
        new = []
        for part, label, event in wanted:
            place_id = self._place_ids[label]
            letter_id, case = await self._case(part, label) if part.letter else (None, None)
            item = ImportItem(ItemKind.EVENT, place=label, event=part.id)
            history = self._history.of_case(case) if case else self._history.of_place(place_id)
            known = recorded.get(event.key or "")
            if case and not case.is_recorded and known is None:
                self.report.differs(item, DifferenceKind.TAKEN_BACK)
            elif not self._compare_event(item, event, known, history):
                history.append(event)
                new.append(EventRow(event, place_id, case.id if case else None, letter_id))
        # A record comes with years of what happened around its letters; only what belongs to a letter is news here.
        await append_and_announce(self.session, new, announce=self.announce, announce_places=False)

    async def _add_recipients(self, letter: Letter, part: LetterPart, stated: Letter, labels: Sequence[str]) -> None:
        place_ids = [self._place_ids[label] for label in labels]
        keys = [record_events.case_key(part.slug, label) for label in labels]
        recipients = [NewCase(place_id, None, key=key) for place_id, key in zip(place_ids, keys, strict=True)]
        added = await add_recipients(self.session, letter, recipients, announce=self.announce)
        exceptions = {exception.who for exception in part.deadlines}
        for label in labels:
            if stated.deadline and label not in exceptions:
                self.report.takes_letters_deadline(letter, stated.deadline, label)
        rows = [
            EventRow(event, place_id, case_id, letter.id)
            for case_id, place_id, label in zip(added, place_ids, labels, strict=True)
            for event in record_events.deadline_events(self.record, part, stated, label)
        ]
        await append_and_announce(self.session, rows, announce=False)  # the sending was, and it shows the deadline
        if added:
            self.report.new[ItemKind.CASE] += len(added)

    def _compare_case(self, case: Case, part: LetterPart, label: str) -> None:
        item = ImportItem(ItemKind.CASE, place=label, letter=part.slug)
        if not case.is_recorded:
            self.report.differs(item, DifferenceKind.TAKEN_BACK)
            return
        first = case.first_deadline
        due = record_events.deadline_of(self.record, part, label)
        ours = first.detail.deadline if first and isinstance(first.detail, DeadlineSet) else None
        theirs = due[0] if due else None
        self.report.compare(item, {"deadline": _without_work(ours)}, {"deadline": _without_work(theirs)})

    def _compare_event(
        self, item: ImportItem, new: NewEvent, recorded: Event | None, history: Sequence[Event | NewEvent]
    ) -> bool:
        """Whether the event is already recorded: under its key, or word for word the same under another key or none."""
        if recorded is not None and recorded not in history:
            self.report.differs(item, DifferenceKind.CORRECTED)
        elif recorded is not None:
            self.report.compare(item, _event_fields(recorded), _event_fields(new, recorded))
        elif any(_event_fields(event) == _event_fields(new, event) for event in history):
            self.report.same[ItemKind.EVENT] += 1
        else:
            self.report.new[ItemKind.EVENT] += 1
            return False
        return True

    async def _case(self, part: AnyEvent, label: str) -> tuple[int, Case]:
        """The letter's id and the case that an event of a letter concerns."""
        slug = part.letter or ""
        if slug not in self._letters:
            letter = await cases.letter_with_slug(self.session.conn, self.session.server.id, slug)
            if letter is None:
                raise CaseError(f"The letter {slug} is not recorded on this server yet.")
            self._letters[slug] = letter.id, await self._cases_of(letter)
        letter_id, known = self._letters[slug]
        case = known.get(self._place_ids[label])
        if case is None:
            raise CaseError(f"Event {part.id}: the letter {slug} to {label} is not recorded here.")
        return letter_id, case

    async def _cases_of(self, letter: Letter) -> dict[int, Case]:
        of_letter = await cases.of_letter(self.session.conn, self.session.server.id, letter.id)
        return {case.place.id: case for case in of_letter}

    async def _read_contexts(self, parts: Sequence[AnyEvent]) -> None:
        """Read what is recorded apart from any letter, once, and only if one of the events is of that kind."""
        if self._history.contexts is None and not all(part.letter for part in parts):
            self._history.contexts = await cases.contexts(self.session.conn, self.session.server.id)

    async def _recorded(self, wanted: Sequence[tuple[AnyEvent, str, NewEvent]]) -> dict[str, Event]:
        """By key, the events that are already recorded, corrected ones included."""
        keys = [event.key for _, _, event in wanted if event.key]
        return await import_keys.events_with_keys(self.session.conn, self.session.server.id, keys)


class _Histories:
    """The effective events of cases and places, each sorted out once. What the import records is appended to them, so that an
    event that the file states twice, under two ids, is recorded once."""

    def __init__(self) -> None:
        #: By place id, what is recorded apart from any letter; None until it is read.
        self.contexts: dict[int, list[Event]] | None = None
        self._of_case: dict[int, list[Event | NewEvent]] = {}
        self._of_place: dict[int, list[Event | NewEvent]] = {}

    def of_case(self, case: Case) -> list[Event | NewEvent]:
        if case.id not in self._of_case:
            self._of_case[case.id] = [*effective_events(case.events)]
        return self._of_case[case.id]

    def of_place(self, place_id: int) -> list[Event | NewEvent]:
        if place_id not in self._of_place:
            recorded = (self.contexts or {}).get(place_id, ())
            self._of_place[place_id] = [*effective_events(tuple(recorded))]
        return self._of_place[place_id]


def _all_happened(record: RecordFile, parts: Sequence[LetterPart | AnyEvent], now: datetime) -> None:
    """CaseError for letters and events that surely lie after `now`: by their earliest day if it is known."""
    ahead = []
    for part in parts:
        name = f"letter {part.slug}" if isinstance(part, LetterPart) else f"event {part.id}"
        when = record_events.when(record, part.sent if isinstance(part, LetterPart) else part.on, part.timezone)
        first = when.earliest or when.latest
        # Compared by the day unless the hour is known: what happened today may be recorded in the morning.
        if first > now and (when.precision is Precision.MOMENT or _day(first, when) > _day(now, when)):
            ahead.append(f"- {name}: {when.text} is in the future (today is {_day(now, when)})")
    if ahead:
        more = [f"- and {len(ahead) - MOST_NAMED:,} more"] if len(ahead) > MOST_NAMED else []
        head = "Only what has happened can be recorded; nothing from this file was recorded:"
        raise CaseError("\n".join([head, *ahead[:MOST_NAMED], *more]))


def _day(moment: datetime, when: When) -> date:
    return moment.astimezone(when.zone).date()


def _place_fields(place: Jurisdiction) -> dict[str, object]:
    return {"aliases": place.aliases, "note": place.note}


def _letter_fields(letter: Letter) -> dict[str, object]:
    return vars(replace(letter, id=0, deadline=_without_work(letter.deadline)))


def _event_fields(event: NewEvent | Event, recorded: NewEvent | Event | None = None) -> dict[str, object]:
    """What is compared of an event. If the one that is `recorded` names no calendar, none is compared: it may be from a time
    when an extension in a file did not inherit its letter's."""
    names = ("when", "detail", "text", "sources", "certainty", "amount", "conflict")
    fields = {name: getattr(event, name) for name in names}
    if isinstance(event.detail, DeadlineSet):
        deadline = event.detail.deadline.without_work()
        if recorded and isinstance(recorded.detail, DeadlineSet) and not recorded.detail.deadline.calendar:
            deadline = replace(deadline, calendar="")
        fields["detail"] = replace(event.detail, deadline=deadline)
    return fields


def _without_work(deadline: Deadline | None) -> Deadline | None:
    """What is compared of a deadline. How it was reached is only text in a file: a reworded step is no other deadline."""
    return deadline.without_work() if deadline else None
