"""Changes of a draft: each function gives a new draft, and what was not changed stays as it was read.

Whoever fills in a field settles the reader's questions about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.reader.draft import Draft, Found, Recipient
from bot.record.deadlines.calendars import NONE, Calendar
from bot.record.deadlines.counting import counted
from bot.record.deadlines.dates import written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.recounting import recounted
from bot.record.questions import DayReading, DeadlineReading, LetterKind, NameReading, Part, Question, QuestionKind, Reading
from bot.record.sources import Source

if TYPE_CHECKING:  # it needs the database, and `letterwatch extract` does not
    from bot.desk.draft_lines import LineChange

OF_THE_OTHER = "the text describes two letters and may say this of the other one only."

# The letter


def titled(draft: Draft) -> Draft:
    """With a title made from the letter's date if it has none. The title is the desk's own name for the letter."""
    if draft.title or draft.letter_date is None:
        return draft
    return replace(draft, title=f"Letter of {written(draft.letter_date.value)}")


def with_authority(draft: Draft, authority: str) -> Draft:
    return replace(draft, authority=Found(authority) if authority else None, questions=_without(draft, Part.AUTHORITY))


def with_date(draft: Draft, day: date, calendar: Calendar = NONE) -> Draft:
    """With another date of the letter.

    1. What was counted from the old date and no form shows is counted again on `calendar`: the deadlines of single
       recipients, and those that a question offers to choose from.
    2. A deadline of the letter that was counted from the old date is removed, and asked for again.
    """
    draft = replace(draft, questions=_without(draft, Part.LETTER_DATE))
    if before := draft.letter_date:
        draft = _recounted(draft, lambda deadline: _counted_from(deadline, before.value, day, calendar))
    questions = draft.questions
    if old := counted_from_letter(draft):
        questions = (*questions, Question(QuestionKind.DEADLINE_COUNTED_FROM_OLD_DATE, old.span, day=old.value.date))
        draft = replace(draft, deadline=None)
    return replace(draft, letter_date=Found(day), questions=questions)


def counted_from_letter(draft: Draft) -> Found[Deadline] | None:
    """The deadline, if it was counted from the letter's own date."""
    if draft.deadline is None or draft.letter_date is None:
        return None
    return draft.deadline if draft.deadline.value.start_day == draft.letter_date.value else None


def counted_again(before: Draft, draft: Draft, calendar: Calendar) -> Draft | None:
    """`draft`, which is `before` with another date, with the deadline counted from that date by the same rule.

    The deadline keeps its time zone and the words that it was read from. None if it was not counted from the letter's date,
    or was counted in hours.
    """
    deadline = counted_from_letter(before)
    if deadline is None or before.letter_date is None or draft.letter_date is None:
        return None
    again = _counted_from(deadline.value, before.letter_date.value, draft.letter_date.value, calendar)
    if again is deadline.value:
        return None
    return replace(draft, deadline=replace(deadline, value=again), questions=_without(draft, Part.DEADLINE))


def _counted_from(deadline: Deadline, before: date, day: date, calendar: Calendar) -> Deadline:
    """The same number of days from `day` if it was counted from `before`; else the deadline itself."""
    if deadline.rule is None or not deadline.is_countable or deadline.start != before:
        return deadline
    return replace(counted(deadline.rule, day, deadline.zone, calendar), words=deadline.words)


def on_calendar(draft: Draft, calendar: Calendar) -> Draft:
    """With every counted deadline counted on that calendar, and those that a question offers to choose from too."""
    deadline = draft.deadline and replace(draft.deadline, value=recounted(draft.deadline.value, calendar))
    return _recounted(replace(draft, deadline=deadline), lambda deadline: recounted(deadline, calendar))


def _recounted(draft: Draft, again: Callable[[Deadline], Deadline]) -> Draft:
    """With the deadlines of single recipients, and those that a question offers, counted by `again`."""

    def offered(reading: Reading) -> Reading:
        return replace(reading, value=again(reading.value)) if isinstance(reading, DeadlineReading) else reading

    rows = tuple(replace(row, deadline=row.deadline and again(row.deadline)) for row in draft.recipients)
    questions = tuple(
        replace(question, readings=tuple(offered(reading) for reading in question.readings)) for question in draft.questions
    )
    return replace(draft, recipients=rows, questions=questions)


def with_deadline(draft: Draft, deadline: Deadline | None) -> Draft:
    return replace(draft, deadline=Found(deadline) if deadline else None, questions=_without(draft, Part.DEADLINE))


def with_demand(draft: Draft, demand: str) -> Draft:
    return replace(draft, demand=Found(demand) if demand else None)


def with_threats(draft: Draft, lines: Sequence[str]) -> Draft:
    return replace(draft, threatened=_lines(draft.threatened, lines))


def with_legal_basis(draft: Draft, lines: Sequence[str]) -> Draft:
    return replace(draft, legal_basis=_lines(draft.legal_basis, lines))


def with_source(draft: Draft, source: Source) -> Draft:
    """With another title and address. Publisher, date and copy stay those of the document that was read."""
    return replace(draft, source=replace(draft.source, title=source.title, url=source.url))


# The recipients


def without_row_questions(draft: Draft) -> Draft:
    """Without the questions that a recipient's own row shows: it has the words, the doubt and the candidates.

    The question about the number of recipients goes too, since that number is compared with the rows each time.
    """
    rows = {row.span for row in draft.recipients if row.candidates}
    rows |= {draft.stated_count.span} if draft.stated_count else set()
    questions = tuple(
        question for question in draft.questions if question.about is not Part.RECIPIENTS or question.span not in rows
    )
    return replace(draft, questions=questions)


def with_rows(draft: Draft, changes: Sequence[LineChange], meant: Mapping[str, Recipient]) -> Draft:
    """The recipients after those changes of their labels; `meant` has what each new line means.

    A corrected row keeps the words of the text it was read from, what it is asked and its deadline. A row that somebody
    else removed meanwhile stays removed, and one that is already there is not added twice.
    """
    rows = list(draft.recipients)
    for change in changes:
        at = next((at for at, row in enumerate(rows) if row.label == change.old), None)
        new = meant[change.new] if change.new is not None else None
        if at is not None and new is not None:
            rows[at] = _in_place_of(rows[at], new)
        elif at is not None:
            del rows[at]
        elif new is not None and new.label not in {row.label for row in rows}:
            rows.append(new)
    return replace(draft, recipients=tuple(rows))


def still_cleared(draft: Draft) -> list[Recipient]:
    """The cleared places, without those that a person has made recipients."""
    labels = {row.label for row in draft.recipients}
    return [place for place in draft.cleared if place.label not in labels]


def with_candidate(draft: Draft, row: Recipient, candidate: Recipient) -> Draft:
    """With an unsettled row settled by one of its candidates."""
    settled = _in_place_of(row, candidate)
    return replace(draft, recipients=tuple(settled if other == row else other for other in draft.recipients))


def _in_place_of(row: Recipient, new: Recipient) -> Recipient:
    return replace(new, span=row.span, asked=row.asked, deadline=row.deadline)


def of_one_letter(draft: Draft, kind: LetterKind | None) -> Draft:
    """Only the recipients of that letter; with None all of them, as recipients of one letter. Whom a person ticked or typed
    stays.

    A letter that demands no documents does not make the other one's demand, and the threats and the deadline may be of the
    other one only: a person has to check them.
    """
    offered = {mentioned.place.span for mentioned in draft.mentioned}
    rows = tuple(
        replace(row, asked=None)
        for row in draft.recipients
        if kind is None or row.asked is kind or (row.asked is None and (row.span is None or row.span in offered))
    )
    draft = replace(draft, recipients=rows, questions=_without(draft, Part.LETTER))
    if kind is not LetterKind.NO_DOCUMENTS:
        return draft
    threatened = tuple(replace(threat, doubt=threat.doubt or OF_THE_OTHER) for threat in draft.threatened)
    deadline = draft.deadline and replace(draft.deadline, doubt=draft.deadline.doubt or OF_THE_OTHER)
    return replace(draft, demand=None, threatened=threatened, deadline=deadline)


# The reader's questions


def answers(question: Question) -> tuple[Reading, ...]:
    """The readings of a question that can be chosen as its answer; of two deadlines of one moment the first.

    Places and letters are not among them: rows of the preview and buttons under the letter offer those.
    """
    if question.about in (Part.RECIPIENTS, Part.LETTER):
        return ()
    first: dict[object, Reading] = {}
    for reading in question.readings:
        value = reading.value
        first.setdefault(value.last_moment if isinstance(value, Deadline) else value, reading)
    return tuple(first.values())


def with_answer(draft: Draft, question: Question, reading: Reading, calendar: Calendar = NONE) -> Draft:
    """With one of the `answers` that a question has. It keeps the words that it was read from; `calendar` as in `with_date`."""
    span = reading.span or question.span
    match reading:
        case NameReading(value=authority):
            return replace(with_authority(draft, authority), authority=Found(authority, span))
        case DayReading(value=day):
            return replace(with_date(draft, day, calendar), letter_date=Found(day, span))
        case DeadlineReading(value=deadline):
            return replace(with_deadline(draft, deadline), deadline=Found(deadline, span))
        case _:
            raise ValueError(f"{reading} is no answer to a question about the letter")


def _without(draft: Draft, about: Part) -> tuple[Question, ...]:
    return tuple(question for question in draft.questions if question.about is not about)


def _lines(before: Sequence[Found[str]], lines: Sequence[str]) -> tuple[Found[str], ...]:
    """The lines as they are now; those that were there before keep the words they were read from."""
    known = {found.value: found for found in before}
    return tuple(known.get(line) or Found(line) for line in lines)
