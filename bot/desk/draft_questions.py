"""What a person must settle before a draft can be recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.desk.draft_matching import MatchedDraft, MatchedRecipient
from bot.desk.draft_pending import PendingDraft
from bot.reader.draft import Draft
from bot.record.deadlines.zones import start_of
from bot.record.questions import LetterKind, Part, Question, QuestionKind

MOST_ROWS = 5


def unsettled(pending: PendingDraft, matched: MatchedDraft, zone: ZoneInfo, now: datetime) -> list[Question]:
    """What must be settled before the draft can be recorded; empty if it can be. `zone` is the server's.

    If the reader has asked about the same part of the draft, its own question is taken: it knows more.
    """
    draft = pending.draft
    questions: list[Question] = []
    if len(kinds_asked(draft)) > 1:
        questions.append(_readers_own(draft, Part.LETTER) or Question(QuestionKind.SEVERAL_LETTERS))
    if matched.must_choose:
        titles = tuple(letter.title for letter in matched.likely)
        questions.append(Question(QuestionKind.LETTER_MAY_BE_RECORDED, names=titles))
    if matched.letter is None:
        questions += _of_letter(draft, zone, now)
    questions += [*_too_early(pending, matched), *_conflicting(matched)]
    if pending.needs_source:
        questions.append(Question(QuestionKind.NO_SOURCE))
    return [*questions, *_of_recipients(draft, matched)]


def kinds_asked(draft: Draft) -> tuple[LetterKind, ...]:
    """Which letters the recipients got, in the order of the text, if it tells the recipients of several letters apart."""
    return tuple(dict.fromkeys(row.asked for row in draft.recipients if row.asked))


def _readers_own(draft: Draft, part: Part) -> Question | None:
    return next((question for question in draft.questions if question.about is part), None)


def _of_letter(draft: Draft, zone: ZoneInfo, now: datetime) -> Iterator[Question]:
    if not draft.title and draft.letter_date is not None:  # a draft without a date gets a title when it is dated
        yield Question(QuestionKind.NO_TITLE)
    if draft.authority is None:
        yield _readers_own(draft, Part.AUTHORITY) or Question(QuestionKind.AUTHORITY_UNKNOWN)
    if draft.letter_date is None:
        yield _readers_own(draft, Part.LETTER_DATE) or Question(QuestionKind.LETTER_DATE_UNKNOWN)
        return
    sent, today = draft.letter_date.value, now.astimezone(zone).date()
    if sent > today:
        yield Question(QuestionKind.LETTER_DATE_IN_FUTURE, day=sent, today=today)


def _of_recipients(draft: Draft, matched: MatchedDraft) -> Iterator[Question]:
    open_rows = [row.recipient for row in matched.rows if not row.recipient.is_settled]
    for recipient in open_rows[:MOST_ROWS]:
        yield Question(QuestionKind.RECIPIENT_UNSETTLED, names=(recipient.label,), reason=recipient.doubt or "")
    if len(open_rows) > MOST_ROWS:
        yield Question(QuestionKind.MORE_RECIPIENTS_UNSETTLED, count=len(open_rows) - MOST_ROWS)
    if not draft.recipients:
        yield _to_whom(draft)


def _to_whom(draft: Draft) -> Question:
    """Wherever the text names places, with the likeliest to choose from."""
    if not draft.mentioned:
        return Question(QuestionKind.NO_RECIPIENT)
    names = tuple(mentioned.place.label for mentioned in draft.mentioned[:MOST_ROWS])
    return Question(QuestionKind.RECIPIENTS_TO_TICK, names=names, count=len(draft.mentioned))


def _too_early(pending: PendingDraft, matched: MatchedDraft) -> Iterator[Question]:
    """Deadlines before the day of the letter that they would be recorded with, which may be another than the text's."""
    sent = _day_sent(pending, matched)
    if sent is None:
        return
    due = pending.draft.deadline.value if pending.draft.deadline else None
    if due and due.last_moment < start_of(sent, due.zone):
        yield Question(QuestionKind.DEADLINE_BEFORE_LETTER, day=due.date, sent=sent)
    for row in matched.new:
        own = row.recipient.deadline
        if own and own.last_moment < start_of(sent, own.zone):
            names = (row.recipient.label,)
            yield Question(QuestionKind.OWN_DEADLINE_BEFORE_LETTER, names=names, day=own.date, sent=sent)
            return


def _day_sent(pending: PendingDraft, matched: MatchedDraft) -> date | None:
    letter, letter_date = matched.letter, pending.draft.letter_date
    if letter is not None:
        return letter.sent.earliest.astimezone(letter.sent.zone).date() if letter.sent.earliest else None
    return letter_date.value if letter_date else None


def _conflicting(matched: MatchedDraft) -> Iterator[Question]:
    """Places that are in the draft twice with different deadlines of their own: either would be a guess."""
    first: dict[object, MatchedRecipient] = {}
    for row in matched.rows:
        identity = row.place.id if row.place else row.recipient.label
        other = first.setdefault(identity, row)
        if row.twin and row.case is None and row.recipient.deadline != other.recipient.deadline:
            names = (row.recipient.label, other.recipient.label)
            yield Question(QuestionKind.SAME_PLACE_OTHER_DEADLINE, names=names)
