"""Changing a draft by what a person typed: every function gives a new draft, and what was not touched stays as it was read.

A question of the reading is settled by whoever writes the answer into the field that it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rapidfuzz import fuzz

from bot.intake.draft import Draft, Found, Part, Question, Recipient
from bot.record.dates import Deadline, written
from bot.record.events import Source

ALIKE = 60  # of 100: a line is a corrected one of before rather than a new one


@dataclass(frozen=True)
class Step:
    """One changed line: removed (`new` is None), added (`old` is None), or corrected."""

    old: str | None
    new: str | None


def sent_by(draft: Draft, authority: str) -> Draft:
    return replace(draft, authority=Found(authority) if authority else None, questions=_without(draft, Part.AUTHORITY))


def dated(draft: Draft, day: date) -> Draft:
    """With another date. A deadline that was counted from the old one no longer holds, and has to be written again."""
    questions = _without(draft, Part.LETTER_DATE)
    counted = draft.deadline if draft.deadline and draft.deadline.value.start else None
    if counted and (draft.letter_date is None or draft.letter_date.value != day):
        words = f"The deadline, {written(counted.value.date)}, was counted before the letter's date changed. Write it again."
        questions = (*questions, Question(Part.DEADLINE, words, counted.span))
        draft = replace(draft, deadline=None)
    return replace(draft, letter_date=Found(day), questions=questions)


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
    best = max(others, key=lambda other: fuzz.ratio(line, other), default=None)
    return best if best is not None and fuzz.ratio(line, best) >= ALIKE else None
