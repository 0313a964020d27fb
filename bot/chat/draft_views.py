"""Looking at a draft: read from the database, held against what the server has recorded, shown page by page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.session import Interaction
from bot.desk import draft_edits, draft_matching
from bot.desk.draft_matching import PENDING, Match, Matched, Pending
from bot.desk.session import Session
from bot.reader.draft import Draft, Found, Part, Question, Recipient, Span
from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.parsing import DATES
from bot.record.errors import CaseError
from bot.record.place_names import STATES
from bot.record.places import Jurisdiction, key
from bot.store import drafts
from bot.words.card import Card
from bot.words.draft_pages import preview_card
from bot.words.draft_preview import Asked, Preview, Row, Said

GONE = "This draft is gone: it was recorded or dropped, or it lay here too long. Run /import again."
NOT_YOURS = "This is somebody else's draft: only the person who read it in may change and confirm it."
AROUND = 45  # characters of the sentence on either side of the words that a date or a name was read from
WRITTEN_UNDER = {  # the button under which the answer to a question is written
    Part.AUTHORITY: "Edit letter",
    Part.LETTER_DATE: "Edit letter",
    Part.DEADLINE: "Edit letter",
    draft_matching.NO_TITLE: "Edit letter",
    draft_matching.NO_SOURCE: "Edit threats, source…",
    draft_matching.NO_RECIPIENT: "Edit recipients",
}
T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """A draft as it stands in the database, held against the server."""

    id: int
    pending: Pending
    matched: Matched

    @property
    def draft(self) -> Draft:
        return self.pending.draft

    @property
    def digest(self) -> str:
        """Names this state of the draft and of what it would record."""
        rows = [(row.place and row.place.full_label, row.case.number if row.case else 0) for row in self.matched.rows]
        state = PENDING.dump_json(self.pending) + repr((self.matched.letter, rows)).encode()
        return hashlib.sha256(state).hexdigest()[:16]


async def opened(interaction: Interaction, session: Session, id: int) -> Opened:
    """That draft, if it is this person's, of this server, and not too old; CaseError otherwise."""
    kept = await drafts.get(session.conn, session.server.id, id)
    if kept is None or session.now - kept.made_at > interaction.client.drafts_for:
        raise CaseError(GONE)
    if kept.person_id != interaction.user.id:
        raise CaseError(NOT_YOURS)
    pending = PENDING.validate_python(kept.body)
    return Opened(id, pending, await draft_matching.match(session.conn, session.server.id, pending, session.now))


async def keep(conn: AsyncConnection, id: int, pending: Pending) -> None:
    """Put a changed draft in the place of the old one; CaseError where it is gone."""
    if not await drafts.change(conn, id, PENDING.dump_python(pending, mode="json")):
        raise CaseError(GONE)


def card_of(session: Session, found: Opened, page: int = 0, remark: str = "") -> Card:
    return preview_card(preview_of(session, found), page, remark)


def preview_of(session: Session, found: Opened) -> Preview:
    """What a person is shown of it."""
    draft, matched, pending = found.draft, found.matched, found.pending
    unsettled = draft_matching.unsettled(pending, matched, session.server.zone, session.now)
    told = {words for _, words in unsettled}
    around = 0 if draft_matching.is_table(pending) else AROUND  # the cells beside one are no sentence
    return Preview(
        id=found.id,
        digest=found.digest,
        now=session.now,
        title=draft.title,
        source=None if pending.needs_source else replace(draft.source, sha256="", read_on=""),  # no copy is kept yet
        authority=_said(draft, draft.authority, around),
        sent=_seen_from(draft, _said(draft, draft.letter_date, around)),
        deadline=_said(draft, draft.deadline, around),
        demand=_said(draft, draft.demand),
        legal_basis=tuple(Said(one.value, _words(draft, one.span), one.doubt) for one in draft.legal_basis),
        threatened=tuple(Said(one.value, _words(draft, one.span), one.doubt) for one in draft.threatened),
        rows=tuple(_row(draft, match) for match in matched.rows),
        cleared=tuple(_row(draft, Match(one)) for one in draft.cleared),
        stated=_said(draft, draft.stated_count),
        to_settle=tuple(_asked(session, draft, part, words) for part, words in unsettled),
        to_look_at=tuple(_asked(session, draft, one.about, one.words) for one in draft.questions if one.words not in told),
        kinds=_kinds(draft),
        letter=matched.letter,
        others=tuple(one for one in matched.likely if one != matched.letter),
        source_is_file=not draft.source.url and draft.source.title == pending.name,
        read_from="" if draft.source.sha256 else pending.name,  # a table's rows may name a source of their own
    )


def _asked(session: Session, draft: Draft, part: Part, words: str) -> Asked:
    """What is open, in words; where the reading asked it, with the words of the text and the answers to choose from."""
    where = WRITTEN_UNDER.get(words, WRITTEN_UNDER.get(part, ""))
    question = next((one for one in draft.questions if one.words == words), None)
    if question is None:
        return Asked(words, where=where)
    offered = draft_edits.answers(draft, question, session.server.zone)
    choices = tuple((mark_of_answer(question, label), label) for label, _ in offered)
    return Asked(words, _words(draft, question.span), choices, where)


def mark_of_answer(question: Question, label: str) -> str:
    return _mark(question.words, label)


def _kinds(draft: Draft) -> tuple[tuple[str, str, int], ...]:
    """What the recipients of several letters are asked, each with its mark and how many they are; empty for one letter."""
    asked = draft_matching.kinds_asked(draft)
    counts = [sum(row.asked == one for row in draft.recipients) for one in asked]
    return tuple((mark_of_kind(one), one, count) for one, count in zip(asked, counts, strict=True)) if len(asked) > 1 else ()


def mark_of_kind(asked: str) -> str:
    return _mark(asked)


def mark_of(row: Recipient) -> str:
    """Names a row of the draft in a button, whatever its place among the others."""
    return _mark(row.label, row.span)


def mark_of_place(place: Jurisdiction) -> str:
    return _mark(place.full_label, place.ocd_id)


def _mark(*of: object) -> str:
    """Names it in a custom_id, which Discord limits to 100 characters."""
    return hashlib.sha256(repr(of).encode()).hexdigest()[:10]


def _row(draft: Draft, match: Match) -> Row:
    one, place = match.recipient, match.place
    return Row(
        label=one.label,
        state=STATES.get(one.state or "", ""),
        mark=mark_of(one),
        quote=_quote(draft, one),
        doubt=one.doubt,
        settled=one.is_settled,
        candidates=tuple((mark_of_place(candidate), candidate) for candidate in one.candidates),
        new_place=one.is_settled and place is None,
        known=place.full_label if place and place.full_label != one.label else "",
        case=match.case.number if match.case else None,
        twin=match.twin,
        asked=one.asked,
        deadline=one.deadline if one.deadline != (draft.deadline and draft.deadline.value) else None,
    )


def _quote(draft: Draft, one: Recipient) -> str:
    """The words it was read from, where they say it differently."""
    words = _words(draft, one.span)
    said_alike = (*(one.place().search_keys() if one.is_settled else (key(one.name),)), key(one.label))
    return "" if key(words) in said_alike else words


def _said(draft: Draft, found: Found[T] | None, around: int = 0) -> Said[T] | None:
    """`around`: how many characters of its sentence are shown on either side."""
    if found is None:
        return None
    said = Said(found.value, _words(draft, found.span), found.doubt)
    if found.span is None or not around:
        return said
    before, after = draft.text[: found.span.start], draft.text[found.span.end :]
    return replace(said, before=_end_of(before, around), after=_start_of(after, around))


def _seen_from(draft: Draft, said: Said[date] | None) -> Said[date] | None:
    """With the date in the text that “today” or “Wednesday” goes with: the first that is the day, or within a week after it."""
    if said is None or not said.words or any(one.isdigit() for one in said.words):
        return said
    for found in DATES.finditer(draft.text):
        try:
            later = parse_date(found[0]) - said.value
        except CaseError:
            continue
        if timedelta() <= later < timedelta(days=7):
            return replace(said, seen_from=found[0])
    return said


def _end_of(text: str, limit: int) -> str:
    """The last words of a text, of its last paragraph only."""
    paragraph = text[-2 * limit :].rpartition("\n\n")[2]
    folded = " ".join(paragraph.split()) + (" " if paragraph[-1:].isspace() else "")
    return folded if len(folded) <= limit else "…" + folded[-limit:].partition(" ")[2]


def _start_of(text: str, limit: int) -> str:
    """The first words of a text, of its first paragraph only."""
    paragraph = text[: 2 * limit].partition("\n\n")[0]
    folded = (" " if paragraph[:1].isspace() else "") + " ".join(paragraph.split())
    return folded if len(folded) <= limit else folded[:limit].rpartition(" ")[0] + "…"


def _words(draft: Draft, span: Span | None) -> str:
    return draft.words(span) if span else ""
