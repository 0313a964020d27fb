"""Changing a draft by what a person typed: every function gives a new draft, and what was not touched stays as it was read.

A question of the reading is settled by whoever writes the answer into the field that it is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from bot.reader.draft import Draft, Found, Part, Question, Recipient, Span
from bot.record.deadlines.calendars import NONE, Calendar
from bot.record.deadlines.counting import counted
from bot.record.deadlines.dates import parse_date, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline as rule_of
from bot.record.deadlines.recounting import recounted
from bot.record.errors import CaseError
from bot.record.sources import Source

LETTER_ONLY = "letter"  # what the recipients of the letter that demands no documents are asked
OF_THE_OTHER = "the text tells of two letters, and may say this of the other one alone."
ALIKE = 75  # of 100: names so like each other are one name, mended


Answer = Found[str] | Found[date] | Found[Deadline]  # to a question: an authority, the letter's date, its deadline


@dataclass(frozen=True)
class Step:
    """One changed line: removed (`new` is None), added (`old` is None), or corrected."""

    old: str | None
    new: str | None


def titled(draft: Draft) -> Draft:
    """With a title that tells it from others, where it has none and its date is known: what people here call it is theirs."""
    if draft.title or draft.letter_date is None:
        return draft
    return replace(draft, title=f"Letter of {written(draft.letter_date.value)}")


def sent_by(draft: Draft, authority: str) -> Draft:
    return replace(draft, authority=Found(authority) if authority else None, questions=_without(draft, Part.AUTHORITY))


def dated(draft: Draft, day: date, calendar: Calendar = NONE) -> Draft:
    """With another date. A deadline that was counted from the old one no longer holds, and has to be counted anew.

    Those of single recipients, which no form shows, are counted anew at once, on `calendar`.
    """
    questions = _without(draft, Part.LETTER_DATE)
    if before := draft.letter_date:
        rows = tuple(
            replace(row, deadline=row.deadline and _counted_from(row.deadline, before.value, day, calendar))
            for row in draft.recipients
        )
        draft = replace(draft, recipients=rows)
    if counted := counted_from_letter(draft):
        words = f"The deadline, {written(counted.value.date)}, was counted from another date of the letter. Write it again."
        questions = (*questions, Question(Part.DEADLINE, words, counted.span))
        draft = replace(draft, deadline=None)
    return replace(draft, letter_date=Found(day), questions=questions)


def _counted_from(deadline: Deadline, before: date, day: date, calendar: Calendar) -> Deadline:
    """The same number of days from `day`, where they were counted from `before`; the deadline itself where they were not."""
    if deadline.rule is None or not deadline.is_countable or deadline.start != before:
        return deadline
    return replace(counted(deadline.rule, day, deadline.zone, calendar), words=deadline.words)


def counted_from_letter(draft: Draft) -> Found[Deadline] | None:
    """The deadline, where it was counted from the letter's own date."""
    if draft.deadline is None or draft.letter_date is None:
        return None
    return draft.deadline if draft.deadline.value.start_day == draft.letter_date.value else None


def counted_anew(before: Draft, draft: Draft, calendar: Calendar) -> Draft | None:
    """`draft`, a `before` of another date, with the deadline counted from that date by the same rule, in the same time zone; it
    keeps the words that it was read from. None where it was not counted from the letter's date in days or longer units."""
    found = counted_from_letter(before)
    if found is None or before.letter_date is None or draft.letter_date is None:
        return None
    deadline = _counted_from(found.value, before.letter_date.value, draft.letter_date.value, calendar)
    if deadline is found.value:
        return None
    return replace(draft, deadline=replace(found, value=deadline), questions=_without(draft, Part.DEADLINE))


def on_calendar(draft: Draft, calendar: Calendar) -> Draft:
    """Every counted deadline counted on that calendar."""
    deadline = draft.deadline and replace(draft.deadline, value=recounted(draft.deadline.value, calendar))
    rows = tuple(
        one if one.deadline is None else replace(one, deadline=recounted(one.deadline, calendar)) for one in draft.recipients
    )
    return replace(draft, deadline=deadline, recipients=rows)


def due(draft: Draft, deadline: Deadline | None) -> Draft:
    found = Found(deadline) if deadline else None
    return replace(draft, deadline=found, questions=_without(draft, Part.DEADLINE))


def asking(draft: Draft, demand: str) -> Draft:
    return replace(draft, demand=Found(demand) if demand else None)


def threatening(draft: Draft, lines: Sequence[str]) -> Draft:
    return replace(draft, threatened=_kept(draft.threatened, lines))


def based_on(draft: Draft, lines: Sequence[str]) -> Draft:
    return replace(draft, legal_basis=_kept(draft.legal_basis, lines))


def standing_at(draft: Draft, source: Source) -> Draft:
    """Another title and address; publisher, date and copy stay those of what was read."""
    return replace(draft, source=replace(draft.source, title=source.title, url=source.url))


def asked_at_rows(draft: Draft) -> Draft:
    """Without the questions that a recipient's own row asks: it has the words, the doubt and the places to choose from.

    Nor that about the number of recipients, which is held against those found each time.
    """
    rows = {row.span for row in draft.recipients if row.candidates}
    rows |= {draft.stated_count.span} if draft.stated_count else set()
    kept = tuple(one for one in draft.questions if one.about is not Part.RECIPIENTS or one.span not in rows)
    return replace(draft, questions=kept)


def changed_lines(before: Sequence[str], after: Sequence[str]) -> list[Step]:
    """How a person changed a list of lines, whatever their order. A mended line is paired with what it was, if it is still
    like it."""
    gone = list((Counter(before) - Counter(after)).elements())
    steps = []
    for line in (Counter(after) - Counter(before)).elements():
        was = _likest(line, gone)
        if was is not None:
            gone.remove(was)
        steps.append(Step(was, line))
    return [*steps, *(Step(line, None) for line in gone)]


def with_rows(draft: Draft, steps: Sequence[Step], resolved: Mapping[str, Recipient]) -> Draft:
    """The recipients after those steps, by their labels; `resolved` has what each new line means.

    A corrected row keeps the words of the text it was read from, what it is asked and its deadline. A row that somebody else
    removed meanwhile stays removed, one that stands already is not doubled.
    """
    rows = list(draft.recipients)
    for step in steps:
        at = next((at for at, row in enumerate(rows) if row.label == step.old), None)
        new = resolved[step.new] if step.new is not None else None
        if at is not None and new is not None:
            was = rows[at]
            rows[at] = replace(new, span=was.span, asked=was.asked, deadline=was.deadline)
        elif at is not None:
            del rows[at]
        elif new is not None and new.label not in {row.label for row in rows}:
            rows.append(new)
    named = {row.label for row in rows}
    cleared = tuple(one for one in draft.cleared if one.label not in named)
    return replace(draft, recipients=tuple(rows), cleared=cleared)


def of_one_letter(draft: Draft, asked: str | None) -> Draft:
    """Only the recipients that are asked this, or with None all of them, as those of one letter.

    A letter that demands no documents does not bear the demand of the other, and what is threatened or due may be of the
    other alone: a person has to look.
    """
    rows = tuple(replace(row, asked="") for row in draft.recipients if asked is None or row.asked == asked)
    draft = replace(draft, recipients=rows, questions=_without(draft, Part.LETTER))
    if asked != LETTER_ONLY:
        return draft
    threatened = tuple(replace(one, doubt=one.doubt or OF_THE_OTHER) for one in draft.threatened)
    deadline = draft.deadline and replace(draft.deadline, doubt=draft.deadline.doubt or OF_THE_OTHER)
    return replace(draft, demand=None, threatened=threatened, deadline=deadline)


def answers(draft: Draft, question: Question, zone: ZoneInfo) -> tuple[tuple[str, Answer], ...]:
    """The readings that a question names, each with what it stands for, as far as they can be read.

    A reading may have its own words of the text behind it: 23 February 2018 (“by Feb. 23”); else they are the question's.
    """
    found: dict[str, Answer] = {}
    for reading in question.readings:
        label, own, words = reading.partition(" (“")
        span = _where(draft, words.removesuffix("”)")) if own else question.span
        try:
            found.setdefault(label, _answer(question.about, label, span, zone))
        except CaseError:
            continue
    return tuple(found.items())


def _answer(about: Part, text: str, span: Span | None, zone: ZoneInfo) -> Answer:
    match about:
        case Part.AUTHORITY:
            return Found(text, span)
        case Part.LETTER_DATE:
            return Found(parse_date(text), span)
        case Part.DEADLINE:
            return Found(rule_of(text, zone), span)
        case _:
            raise CaseError(f"“{text}” is chosen elsewhere.")


def _where(draft: Draft, words: str) -> Span | None:
    found = re.search(r"\s+".join(map(re.escape, words.split())), draft.text) if words.strip() else None
    return Span(*found.span()) if found else None


def picked(draft: Draft, answer: Answer, calendar: Calendar = NONE) -> Draft:
    """With the answer that a person chose; it keeps the words that it was read from. `calendar` as in `dated`."""
    if isinstance(answer.value, Deadline):
        return replace(due(draft, answer.value), deadline=answer)
    if isinstance(answer.value, str):
        return replace(sent_by(draft, answer.value), authority=answer)
    return replace(dated(draft, answer.value, calendar), letter_date=answer)


def chosen(draft: Draft, row: Recipient, candidate: Recipient) -> Draft:
    """A doubtful row settled by one of its candidates."""
    settled = replace(candidate, span=row.span, asked=row.asked, deadline=row.deadline)
    rows = tuple(settled if one == row else one for one in draft.recipients)
    return replace(draft, recipients=rows)


def _without(draft: Draft, about: Part) -> tuple[Question, ...]:
    return tuple(one for one in draft.questions if one.about is not about)


def _kept(before: Sequence[Found[str]], lines: Sequence[str]) -> tuple[Found[str], ...]:
    """Lines as they are typed now; those that stood there before keep the words they were read from."""
    known = {one.value: one for one in before}
    return tuple(known.get(line) or Found(line) for line in lines)


def _likest(line: str, others: Sequence[str]) -> str | None:
    """The other line whose name is most like this one's, the state and kind behind it left aside."""
    name = line.partition(",")[0]
    likeness = [(fuzz.ratio(name, other.partition(",")[0]), other) for other in others]
    best = max(likeness, default=(0, None))
    return best[1] if best[0] >= ALIKE else None
