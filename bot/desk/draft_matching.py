"""A draft compared with what a server has recorded: its letter, its places and its cases there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.desk.draft_pending import PendingDraft
from bot.desk.letter_names import letters_that
from bot.desk.session import Session
from bot.desk.twin_letters import same_authority, same_day, same_title
from bot.files.sheets.letter_groups import own_key
from bot.reader.draft import Draft, Recipient
from bot.record.case import Case, Letter
from bot.record.deadlines.when import When
from bot.record.places import Jurisdiction
from bot.store import cases, places


@dataclass(frozen=True)
class MatchedRecipient:
    """One recipient of a draft, with its place and its case on the server if they are recorded."""

    recipient: Recipient
    place: Jurisdiction | None = None
    case: Case | None = None
    #: An earlier recipient of the draft is the same place.
    twin: bool = False

    @property
    def is_new(self) -> bool:
        """Whether confirming the draft makes a case of it."""
        return self.recipient.is_settled and self.case is None and not self.twin


@dataclass(frozen=True)
class MatchedDraft:
    """A draft compared with what a server has recorded."""

    #: The recorded letter that the recipients are added to; None for a new one.
    letter: Letter | None
    #: The recorded letters that it may be: of the same authority and day.
    likely: tuple[Letter, ...]
    rows: tuple[MatchedRecipient, ...]
    #: Whether a person must say if it is one of those, or another letter.
    must_choose: bool = False

    @property
    def new(self) -> list[MatchedRecipient]:
        return [row for row in self.rows if row.is_new]


async def match(session: Session, pending: PendingDraft) -> MatchedDraft:
    """Compare a draft with what the server has recorded.

    1. Its letter is the one that a person chose.
    2. Else that of a table is the recorded letter of just its authority, date and title; that of a text is the recorded letter
       of the same authority and day, or of several such letters the one that most of the recipients have already.
    3. Else it is a new one. If there is a letter that it may be, a person must say so.
    """
    draft = pending.draft
    likely = await _likely_letters(session, draft)
    settled = [recipient for recipient in draft.recipients if recipient.is_settled]
    known = await places.matched(session.conn, session.server.id, [recipient.place() for recipient in settled])
    place_of = {id(recipient): known[index] for index, recipient in enumerate(settled) if index in known}
    chosen = await cases.letter_with_id(session.conn, session.server.id, pending.letter_id) if pending.letter_id else None
    cases_of = {letter.id: await _cases_by_place(session, letter) for letter in {*likely, *filter(None, [chosen])}}
    if chosen is None and pending.letter_id is None:
        if pending.is_table and draft.title:
            chosen = _written_just_so(likely, draft, session.server.zone)
        else:
            chosen = _with_most_in_common(likely, cases_of, {place.id for place in place_of.values()})
    of_letter = cases_of[chosen.id] if chosen else {}
    must_choose = chosen is None and pending.letter_id is None and bool(likely)
    rows = await asyncio.to_thread(_rows, draft.recipients, place_of, of_letter)
    return MatchedDraft(chosen, tuple(likely), rows, must_choose)


async def _likely_letters(session: Session, draft: Draft) -> list[Letter]:
    if draft.authority is None or draft.letter_date is None:
        return []
    sent = When(draft.letter_date.value.isoformat(), session.server.zone)
    of_that_day = await letters_that(session, lambda day, title: same_day(day, sent))
    return [letter for letter in of_that_day if _is_same_letter(letter, draft, session.server.zone)]


def _is_same_letter(letter: Letter, draft: Draft, zone: ZoneInfo) -> bool:
    """Whether both names are of one authority, and the day is the same, or may be the same and the title is."""
    if draft.authority is None or draft.letter_date is None:
        return False
    sent = When(draft.letter_date.value.isoformat(), zone)
    if not (same_day(letter.sent, sent) and same_authority(letter.authority, draft.authority.value)):
        return False
    return letter.sent.last_day == sent.last_day or bool(draft.title and same_title(letter.title, draft.title))


def _written_just_so(likely: Sequence[Letter], draft: Draft, zone: ZoneInfo) -> Letter | None:
    """The one letter of just that authority, date and title."""
    if not likely or draft.authority is None or draft.letter_date is None:
        return None
    key = own_key(draft.authority.value, When(draft.letter_date.value.isoformat(), zone), draft.title)
    exact = [letter for letter in likely if own_key(letter.authority, letter.sent, letter.title) == key]
    return exact[0] if len(exact) == 1 else None


async def _cases_by_place(session: Session, letter: Letter) -> dict[int, Case]:
    of_letter = await cases.of_letter(session.conn, session.server.id, letter.id)
    return await asyncio.to_thread(lambda: {case.place.id: case for case in of_letter if case.at(session.now).exists})


def _with_most_in_common(
    likely: Sequence[Letter], cases_of: Mapping[int, Mapping[int, Case]], place_ids: set[int]
) -> Letter | None:
    shared = {letter.id: len(place_ids & cases_of[letter.id].keys()) for letter in likely}
    if len(likely) > 1 and not any(shared.values()):
        return None
    return max(likely, key=lambda letter: shared[letter.id], default=None)


def _rows(
    recipients: Iterable[Recipient], place_of: Mapping[int, Jurisdiction], case_of: Mapping[int, Case]
) -> tuple[MatchedRecipient, ...]:
    """`place_of` is by the identity of the recipient, `case_of` by the id of the place."""
    seen: set[object] = set()
    rows = []
    for recipient in recipients:
        place = place_of.get(id(recipient))
        identity: object = place.id if place else (recipient.name, recipient.state, recipient.kind)
        twin = recipient.is_settled and identity in seen
        seen.add(identity)
        rows.append(MatchedRecipient(recipient, place, case_of.get(place.id) if place else None, twin))
    return tuple(rows)
