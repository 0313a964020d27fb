"""From a draft to the record: what of it is known on a server already, what is still open, and recording the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.reader.document import Document
from bot.reader.draft import Draft, Part, Recipient
from bot.record.case import Case, Letter
from bot.record.deadlines.dates import written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import start_of
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, key
from bot.store import cases, codec, documents, places
from bot.store import events as desk
from bot.store.events import AuditContext, NewCase

NEW_LETTER = 0  # as `Pending.letter_id`: a letter of its own, whatever else is recorded
NO_TITLE = "The letter has no title yet."
NO_SOURCE = "Where it stands written is not known: give its address or the title of the document."
NO_RECIPIENT = "No recipient was found: add them."
SMALL_WORDS = {"the", "of", "for", "and", "us", "united", "states"}  # that tell no two authorities apart


@dataclass(frozen=True)
class Pending:
    """A draft that waits for a person, with what else they settled. `PENDING` writes it as JSON.

    `name`, `media_type` and `read_at` are the document's. `letter_id`: the recorded letter to put it in, `NEW_LETTER`, or
    None where nobody chose. `needs_source`: it was pasted, and nobody has said yet where it stands written.
    """

    draft: Draft
    name: str
    media_type: str
    read_at: datetime
    letter_id: int | None = None
    needs_source: bool = False

    def document(self, content: bytes) -> Document:
        """The copy to keep."""
        source = self.draft.source
        told = (source.url, source.title) if source.sha256 else ("", "")  # a table that names its source is no copy of that
        return Document(self.name, self.media_type, content, self.read_at, self.draft.text, *told)


PENDING: TypeAdapter[Pending] = TypeAdapter(Pending)


@dataclass(frozen=True)
class Match:
    """One recipient of a draft, held against a server: its place and its case there, where they are recorded.

    `twin`: an earlier recipient of the draft is the same place.
    """

    recipient: Recipient
    place: Jurisdiction | None = None
    case: Case | None = None
    twin: bool = False

    @property
    def is_new(self) -> bool:
        """Whether recording the draft makes a case of it."""
        return self.recipient.is_settled and self.case is None and not self.twin


@dataclass(frozen=True)
class Matched:
    """A draft held against a server. `letter`: the recorded letter it goes into, None for a new one; `likely`: the recorded
    letters of the same authority and day."""

    letter: Letter | None
    likely: tuple[Letter, ...]
    rows: tuple[Match, ...]

    @property
    def new(self) -> list[Match]:
        return [row for row in self.rows if row.is_new]


@dataclass(frozen=True)
class Filed:
    """What was recorded: the new cases, in order, each with the event that it was sent."""

    letter: Letter
    new_letter: bool
    added: list[tuple[int, int]]
    new_places: tuple[str, ...]
    already: tuple[int, ...]  # numbers of the cases that were recorded before


async def match(conn: AsyncConnection, server_id: int, pending: Pending, now: datetime) -> Matched:
    """Hold a draft against what a server has recorded.

    It goes into the letter that was chosen; where nobody chose, into the one of the same authority and day. Of several such
    letters that is the one that most of its recipients have got already; a new letter where none has.
    """
    draft = pending.draft
    letters = await cases.letters_of(conn, server_id)
    likely = [letter for letter in letters if _same_letter(letter, draft)]
    settled = [one for one in draft.recipients if one.is_settled]
    known = await places.matched(conn, server_id, [one.place() for one in settled])
    place_of = {id(one): known[index] for index, one in enumerate(settled) if index in known}
    chosen = next((letter for letter in letters if letter.id == pending.letter_id), None)
    standing = {letter.id: await _standing(conn, server_id, letter, now) for letter in {*likely, *filter(None, [chosen])}}
    if chosen is None and pending.letter_id is None:
        chosen = _most_shared(likely, standing, {place.id for place in place_of.values()})
    of_letter = standing[chosen.id] if chosen else {}
    return Matched(chosen, tuple(likely), _rows(draft.recipients, place_of, of_letter))


def unsettled(pending: Pending, matched: Matched, zone: ZoneInfo, now: datetime) -> list[tuple[Part, str]]:
    """What must be settled before the draft can be recorded, each with what it is about; empty where it can be."""
    draft, found = pending.draft, []
    if len(kinds_asked(draft)) > 1:
        words = "The text tells of several letters, and one is recorded at a time: choose which."
        found.append((Part.LETTER, _asked_of(draft, Part.LETTER) or words))
    if matched.letter is None:
        found += _letter_unsettled(draft, zone, now)
    found += [*_too_early(pending, matched), *_torn(matched)]
    if pending.needs_source:
        found.append((Part.LETTER, NO_SOURCE))
    open_rows = [row.recipient for row in matched.rows if not row.recipient.is_settled]
    for one in open_rows[:5]:
        found.append((Part.RECIPIENTS, f"{one.label}: {one.doubt or 'which place is meant is not clear.'}"))
    if len(open_rows) > 5:
        found.append((Part.RECIPIENTS, f"{len(open_rows) - 5} more recipients are not settled."))
    if not draft.recipients:
        found.append((Part.RECIPIENTS, NO_RECIPIENT))
    return found


def letter_of(pending: Pending, zone: ZoneInfo) -> Letter:
    """The letter to record; CaseError where the draft does not settle it."""
    draft = pending.draft
    if not draft.title or draft.authority is None or draft.letter_date is None:
        raise CaseError("The letter's title, authority and date have to be settled first.")
    return Letter(
        id=0,
        slug="",
        title=draft.title,
        authority=draft.authority.value,
        sent=When(draft.letter_date.value.isoformat(), draft.deadline.value.zone if draft.deadline else zone),
        demand=draft.demand.value if draft.demand else "",
        legal_basis=tuple(one.value for one in draft.legal_basis),
        threatened=tuple(one.value for one in draft.threatened),
        sources=(draft.source,),
        deadline=draft.deadline.value if draft.deadline else None,
    )


def deadline_of(pending: Pending, letter: Letter | None, recipient: Recipient | None = None) -> Deadline | None:
    """By when a recipient has to answer: its own deadline, else the one the text gives, else that of the recorded letter."""
    if recipient and recipient.deadline:
        return recipient.deadline
    if pending.draft.deadline:
        return pending.draft.deadline.value
    return letter.deadline if letter else None


async def record(conn: AsyncConnection, audit: AuditContext, pending: Pending, content: bytes, matched: Matched) -> Filed:
    """Record a confirmed draft inside the caller's transaction: the copy, the letter, its places and cases.

    CaseError, and nothing may be committed, where something is not settled or there is nothing to record.
    """
    if open_questions := unsettled(pending, matched, audit.zone, audit.now):
        raise CaseError(f"This has to be settled first: {open_questions[0][1]}")
    rows = matched.new
    if not rows:
        raise CaseError("There is nothing to record: every recipient is recorded already.")
    source, copy = pending.draft.source, pending.document(content)
    origin = (source,) if source.sha256 else (source, copy.source())
    await documents.keep(conn, audit.server_id, copy)
    letter = matched.letter or await desk.add_letter(conn, audit, replace(letter_of(pending, audit.zone), sources=origin))
    drafted = [row.recipient.place() for row in rows if row.place is None]
    made = iter(await places.ensure_all(conn, audit.server_id, drafted, codec.dump(codec.SOURCES, origin)))
    ids = [(row.place.id, False) if row.place else next(made) for row in rows]
    sources = origin if matched.letter else ()
    wanted = [
        NewCase(place_id, deadline_of(pending, matched.letter, row.recipient), sources)
        for row, (place_id, _) in zip(rows, ids, strict=True)
    ]
    added = [(case_id, events[0]) for case_id, events in await desk.add_cases(conn, audit, letter, wanted)]
    new = [row.recipient.label for row, (_, is_new) in zip(rows, ids, strict=True) if is_new]
    already = tuple(row.case.number for row in matched.rows if row.case and not row.twin)
    return Filed(letter, matched.letter is None, added, tuple(new), already)


def is_table(pending: Pending) -> bool:
    """Whether the draft was read from rows and columns."""
    return pending.name.lower().endswith((".csv", ".xlsx", ".json"))


def kinds_asked(draft: Draft) -> tuple[str, ...]:
    """What the recipients are asked, where a text tells the recipients of several letters apart; in the text's order."""
    return tuple(dict.fromkeys(row.asked for row in draft.recipients if row.asked))


def _asked_of(draft: Draft, part: Part) -> str:
    """The reading's own question about it, in words."""
    return next((one.words for one in draft.questions if one.about is part), "")


def _letter_unsettled(draft: Draft, zone: ZoneInfo, now: datetime) -> list[tuple[Part, str]]:
    found = []
    if not draft.title and draft.letter_date is not None:  # without a date it gets one when it is dated
        found.append((Part.LETTER, NO_TITLE))
    if draft.authority is None:
        found.append((Part.AUTHORITY, _asked_of(draft, Part.AUTHORITY) or "Who sent the letter is not known."))
    if draft.letter_date is None:
        words = "The day that the letter bears is not known."
        found.append((Part.LETTER_DATE, _asked_of(draft, Part.LETTER_DATE) or words))
        return found
    sent, today = draft.letter_date.value, now.astimezone(zone).date()
    if sent > today:
        found.append(
            (Part.LETTER_DATE, f"The letter's date, {written(sent)}, is still to come (today is {written(today)}): correct it.")
        )
    return found


def _too_early(pending: Pending, matched: Matched) -> Iterator[tuple[Part, str]]:
    """Deadlines before the day of the letter that they would be recorded with, which may be another than the text's."""
    draft, letter = pending.draft, matched.letter
    if letter is not None:
        sent = letter.sent.earliest.astimezone(letter.sent.zone).date() if letter.sent.earliest else None
    else:
        sent = draft.letter_date.value if draft.letter_date else None
    if sent is None:
        return
    due = draft.deadline.value if draft.deadline else None
    if due and due.last_moment < start_of(sent, due.zone):
        words = f"The deadline, {written(due.date)}, lies before the letter's date, {written(sent)}: correct one of them."
        yield Part.DEADLINE, words
    for row in matched.new:
        own = row.recipient.deadline
        if own and own.last_moment < start_of(sent, own.zone):
            words = f"{row.recipient.label}: its own deadline, {written(own.date)}, lies before the letter, {written(sent)}"
            yield Part.RECIPIENTS, f"{words}: correct the letter's date, or delete the line and write it anew."
            return


def _torn(matched: Matched) -> Iterator[tuple[Part, str]]:
    """Places that stand twice in the draft with different deadlines of their own: either would be a guess."""
    first: dict[object, Match] = {}
    for row in matched.rows:
        mark = row.place.id if row.place else row.recipient.label
        other = first.setdefault(mark, row)
        if row.twin and row.case is None and row.recipient.deadline != other.recipient.deadline:
            words = f"{row.recipient.label} is the same place as {other.recipient.label}, with another deadline"
            yield Part.RECIPIENTS, f"{words}: delete the line that is wrong."


def _same_letter(letter: Letter, draft: Draft) -> bool:
    """The same day, and an authority whose telling words are all in the other's: "Justice Department", "U.S. Department of
    Justice"."""
    if draft.authority is None or draft.letter_date is None or letter.sent.last_day != draft.letter_date.value:
        return False
    ours, theirs = (set(key(name).split()) - SMALL_WORDS for name in (letter.authority, draft.authority.value))
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


async def _standing(conn: AsyncConnection, server_id: int, letter: Letter, now: datetime) -> dict[int, Case]:
    found = await cases.of_letter(conn, server_id, letter.id)
    return {case.place.id: case for case in found if case.at(now).exists}


def _most_shared(likely: Sequence[Letter], standing: dict[int, dict[int, Case]], wanted: set[int]) -> Letter | None:
    shared = {letter.id: len(wanted & standing[letter.id].keys()) for letter in likely}
    if len(likely) > 1 and not any(shared.values()):
        return None
    return max(likely, key=lambda letter: shared[letter.id], default=None)


def _rows(recipients: Iterable[Recipient], place_of: dict[int, Jurisdiction], standing: dict[int, Case]) -> tuple[Match, ...]:
    seen: set[object] = set()
    rows = []
    for one in recipients:
        place = place_of.get(id(one))
        mark: object = place.id if place else (one.name, one.state, one.kind)
        twin = one.is_settled and mark in seen
        seen.add(mark)
        rows.append(Match(one, place, standing.get(place.id) if place else None, twin))
    return tuple(rows)
