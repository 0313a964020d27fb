"""From a draft to the values that its preview shows, each with the words of the text that it was read from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.desk import draft_edits, draft_questions, draft_ticks
from bot.desk.draft_matching import MatchedDraft, MatchedRecipient
from bot.desk.draft_pending import PendingDraft, dump
from bot.files.sheets.rows import HiddenRows
from bot.reader.draft import Draft, Found, Recipient, Span
from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.parsing import DATES
from bot.record.errors import CaseError
from bot.record.place_names import STATES
from bot.record.places import Jurisdiction, name_key
from bot.record.questions import LetterKind, Question, QuestionKind, Reading
from bot.record.quoting import clipped, cut, last_words, whole
from bot.words.draft_preview import OfferedPlace, OpenQuestion, Preview, QuotedValue, RecipientRow, Remark

#: Characters of the sentence on either side of the words that a date or a name was read from.
AROUND = 45
T = TypeVar("T")


@dataclass(frozen=True)
class DraftView:
    """A draft as it is in the database, matched with what the server had recorded at `now`."""

    id: int
    pending: PendingDraft
    matched: MatchedDraft
    #: The server's time zone.
    zone: ZoneInfo
    now: datetime
    remark: Remark | None = None

    @property
    def draft(self) -> Draft:
        return self.pending.draft

    @property
    def digest(self) -> str:
        """Names this state of the draft and of what it would record."""
        rows = [(row.place and row.place.full_label, row.case.number if row.case else 0) for row in self.matched.rows]
        state = repr((dump(self.pending), self.matched.letter, [letter.id for letter in self.matched.likely], rows))
        return hashlib.sha256(state.encode()).hexdigest()[:16]


def preview_of(view: DraftView) -> Preview:
    draft, matched, pending = view.draft, view.matched, view.pending
    to_settle = draft_questions.unsettled(pending, matched, view.zone, view.now)
    around = 0 if pending.is_table else AROUND  # the cells beside a value are not a sentence
    return Preview(
        id=view.id,
        digest=view.digest,
        now=view.now,
        title=draft.title,
        source=None if pending.needs_source else replace(draft.source, sha256="", read_on=""),  # the copy is not saved yet
        authority=_quoted(draft, draft.authority, around),
        sent=_seen_from(draft, _quoted(draft, draft.letter_date, around)),
        deadline=_quoted(draft, draft.deadline, around),
        demand=_quoted(draft, draft.demand),
        legal_basis=tuple(_with_words(draft, basis) for basis in draft.legal_basis),
        threatened=tuple(_with_words(draft, threat) for threat in draft.threatened),
        rows=tuple(_row(draft, row) for row in matched.rows),
        cleared=tuple(_row(draft, MatchedRecipient(place)) for place in draft_edits.still_cleared(draft)),
        offered=_offered(draft),
        counts=draft_ticks.counts_of(draft),
        stated=_quoted(draft, draft.stated_count),
        to_settle=tuple(_open_question(draft, question) for question in to_settle),
        to_check=tuple(_open_question(draft, question) for question in _to_check(draft) if question not in to_settle),
        kinds=_kinds(draft),
        letter=matched.letter,
        others=tuple(letter for letter in matched.likely if letter != matched.letter),
        must_choose=matched.must_choose,
        hidden_rows=pending.hidden_rows,
        quietly=pending.quietly,
        hidden_skipped=None if pending.hidden is None else pending.hidden is HiddenRows.SKIP,
        source_is_file=not draft.source.url and draft.source.title == pending.name,
        read_from="" if draft.source.sha256 else pending.name,  # the rows of a table may name a source of their own
    )


# What buttons name in their custom_id, which Discord limits to 100 characters


def mark_of_row(row: Recipient) -> str:
    """Names a row of the draft, whatever its place among the others."""
    return _mark(row.label, row.span)


def mark_of_place(place: Jurisdiction) -> str:
    return _mark(place.full_label, place.ocd_id)


def mark_of_answer(question: Question, reading: Reading) -> str:
    return _mark(question.kind.value, question.span, reading.value)


def _mark(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:10]


# The parts of a preview


def _open_question(draft: Draft, question: Question) -> OpenQuestion:
    choices = tuple((mark_of_answer(question, reading), reading) for reading in draft_edits.answers(question))
    return OpenQuestion(question, _words(draft, question.span), choices)


def _to_check(draft: Draft) -> Iterator[Question]:
    """The reader's questions that are still open, with the number of recipients as it is now.

    To whom it was is to be settled, or has been answered.
    """
    known = draft.authority and draft.letter_date and draft.recipients
    for question in draft.questions:
        if question.kind is QuestionKind.NO_RECIPIENT_NAMED or (question.kind is QuestionKind.LETTER_NOT_UNDERSTOOD and known):
            continue
        if question.found is not None:
            question = replace(question, found=len(draft.recipients))
        if question.found is None or question.found not in (question.count, *question.counts):
            yield question


def _offered(draft: Draft) -> tuple[OfferedPlace, ...]:
    ticked = draft_ticks.ticked(draft)
    return tuple(
        OfferedPlace(
            mentioned.place.label,
            _words(draft, mentioned.place.span) or mentioned.place.name,
            mentioned.words,
            mentioned.list_number,
            index in ticked,
        )
        for index, mentioned in enumerate(draft.mentioned)
    )


def _kinds(draft: Draft) -> tuple[tuple[LetterKind, int], ...]:
    """Empty if all recipients got the same letter."""
    kinds = draft_questions.kinds_asked(draft)
    counts = tuple((kind, sum(row.asked is kind for row in draft.recipients)) for kind in kinds)
    return counts if len(counts) > 1 else ()


def _row(draft: Draft, matched: MatchedRecipient) -> RecipientRow:
    recipient, place = matched.recipient, matched.place
    return RecipientRow(
        label=recipient.label,
        state=STATES.get(recipient.state or "", ""),
        mark=mark_of_row(recipient),
        quote=_quote(draft, recipient),
        doubt=recipient.doubt,
        settled=recipient.is_settled,
        candidates=tuple((mark_of_place(candidate), candidate) for candidate in recipient.candidates),
        new_place=recipient.is_settled and place is None,
        known=place.full_label if place and place.full_label != recipient.label else "",
        case=matched.case.number if matched.case else None,
        twin=matched.twin,
        asked=recipient.asked,
        takes_letters_deadline=recipient.states_no_deadline and recipient.deadline is None,
        deadline=recipient.deadline if recipient.deadline != (draft.deadline and draft.deadline.value) else None,
    )


def _quote(draft: Draft, recipient: Recipient) -> str:
    """The words it was read from, if they name it differently."""
    words = _words(draft, recipient.span)
    names = recipient.place().search_keys() if recipient.is_settled else (name_key(recipient.name),)
    return "" if name_key(words) in (*names, name_key(recipient.label)) else words


def _with_words(draft: Draft, found: Found[T]) -> QuotedValue[T]:
    return QuotedValue(found.value, _words(draft, found.span), found.doubt)


def _quoted(draft: Draft, found: Found[T] | None, around: int = 0) -> QuotedValue[T] | None:
    """`around`: how many characters of its sentence are quoted on either side."""
    if found is None:
        return None
    value = _with_words(draft, found)
    if found.span is None or not around:
        return value
    before, after = draft.text[: found.span.start], draft.text[found.span.end :]
    return replace(value, before=_end_of(before, around), after=_start_of(after, around))


def _seen_from(draft: Draft, sent: QuotedValue[date] | None) -> QuotedValue[date] | None:
    """With the date in the text that “today” or “Wednesday” refers to: the first that is the day, or within a week after it."""
    if sent is None or not sent.words or any(character.isdigit() for character in sent.words):
        return sent
    for match in DATES.finditer(draft.text):
        try:
            later = parse_date(match[0]) - sent.value
        except CaseError:
            continue
        if timedelta() <= later < timedelta(days=7):
            return replace(sent, seen_from=match[0])
    return sent


def _end_of(text: str, limit: int) -> str:
    """The last words of a text, of its last paragraph only."""
    start, _ = whole(text, max(0, len(text) - 2 * limit), len(text))
    paragraph = text[start:].rpartition("\n\n")[2]
    folded = " ".join(paragraph.split()) + (" " if paragraph[-1:].isspace() else "")
    return last_words(folded, limit)


def _start_of(text: str, limit: int) -> str:
    """The first words of a text, of its first paragraph only."""
    paragraph = text[: cut(text, 2 * limit) or limit].partition("\n\n")[0]
    folded = (" " if paragraph[:1].isspace() else "") + " ".join(paragraph.split())
    return clipped(folded, limit)


def _words(draft: Draft, span: Span | None) -> str:
    return draft.words(span) if span else ""
