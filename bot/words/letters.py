"""Letters in words: the list of them, and one with its recipients."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from bot.record.case import Case, Letter, SourcedAmount
from bot.words.card import Button, Card, Text
from bot.words.deadline_reasons import button as why_button
from bot.words.paging import Section, packed
from bot.words.prose import due, happened, money, plural, safe, source
from bot.words.status import Placed, headline

MOST_DEADLINES = 3  # named beside the one that most recipients of a letter have
BY_STATE_FROM = 40  # recipients of one status from which their names are grouped by state


def letters_cards(letters: Sequence[tuple[Letter, Placed]]) -> list[Card]:
    """Every letter, newest first, with how its recipients stand."""
    if not letters:
        return [Card((Text("## Letters\nNo letter is recorded yet. The desk records one with /letter new."),))]
    newest = sorted(letters, key=lambda pair: (pair[0].sent.latest, pair[0].id), reverse=True)
    sections = [Section(tuple(_summary(letter, cases)), _why(letter, cases)) for letter, cases in newest]
    return packed(f"## Letters\n{plural(len(letters), 'letter')}, newest first", sections)


def letter_cards(letter: Letter, cases: Placed) -> list[Card]:
    """One letter: what it asks and threatens, then its recipients by status."""
    facts = [
        f"{safe(letter.authority)}, sent {happened(letter.sent)}",
        f"Deadline: {due(letter.deadline)}" if letter.deadline else "Deadline: none is recorded for the letter as a whole.",
        *([f"-# The letter's words: “{safe(letter.deadline.words)}”"] if letter.deadline and letter.deadline.words else []),
        *([f"-# {safe(letter.deadline_note)}"] if letter.deadline_note else []),
        *([f"Asked: {safe(letter.demand)}"] if letter.demand else []),
        *([f"Legal basis: {safe('; '.join(letter.legal_basis))}"] if letter.legal_basis else []),
        *([f"The letter threatens: {safe('; '.join(letter.threatened))}"] if letter.threatened else []),
        *[f"At stake: {_amount(one)}" for one in letter.amounts],
        *[f"Sources disagree: {safe(one.text)}" for one in letter.conflicts],
    ]
    origins = [f"-# Source: {source(one)}" for one in letter.sources]
    sections = [Section(tuple(facts + origins), _why(letter, cases)), *_recipients(cases)]
    return packed(f"## {safe(letter.title)}\n-# Short name: {safe(letter.slug)}", sections)


def _why(letter: Letter, cases: Placed) -> tuple[Button, ...]:
    """The button that explains its deadlines, where it has any."""
    dated = letter.deadline or any(case_state.deadline for _, case_state in cases)
    return (why_button(f"lwhy:{letter.id}"),) if dated else ()


def _summary(letter: Letter, cases: Placed) -> Iterable[str]:
    yield f"**{safe(letter.title)}**"
    yield f"{safe(letter.authority)}, sent {happened(letter.sent)}"
    yield from _deadlines(letter, cases)
    if not cases:
        yield "No recipient is recorded yet: /case add."
        return
    counts = Counter("overdue" if case_state.overdue else case_state.status.value for _, case_state in cases)
    told = ", ".join(f"{count} {words}" for words, count in counts.most_common())
    yield f"{plural(len(cases), 'recipient')}: {told}"


def _deadlines(letter: Letter, cases: Placed) -> Iterable[str]:
    """The deadline of most recipients, then those of the others and how many they are."""
    counts = Counter(case_state.deadline for _, case_state in cases) or Counter([letter.deadline])
    most, *others = sorted(counts.items(), key=lambda item: (item[0] is None, -item[1], item[0].date if item[0] else date.max))
    if most[0] is None:
        if cases:
            yield "Deadline: unknown"
        return
    told = [due(most[0])]
    told += [f"{due(deadline)} for {count}" for deadline, count in others[:MOST_DEADLINES] if deadline]
    rest = [count for deadline, count in others[MOST_DEADLINES:] if deadline]
    told += [f"other days for {sum(rest)}"] if rest else []
    told += [f"unknown for {counts[None]}"] if counts[None] else []
    yield f"Deadline: {'; '.join(told)}"


def _recipients(cases: Placed) -> Iterable[Section]:
    if not cases:
        yield Section(("No recipient is recorded yet: /case add.",))
        return
    groups: dict[str, list[Case]] = defaultdict(list)
    for case, case_state in cases:
        groups[headline(case_state)].append(case)
    for words, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        head = f"**{safe(words[0].upper() + words[1:])}** ({len(members)})"
        yield Section(tuple(_by_state(members) if len(members) >= BY_STATE_FROM else _names(members)), title=head)


def _names(members: Sequence[Case]) -> Iterable[str]:
    yield "; ".join(f"#{case.number} {safe(case.place.label)}" for case in sorted(members, key=lambda c: c.place.label))


def _by_state(members: Sequence[Case]) -> Iterable[str]:
    states: dict[str, list[Case]] = defaultdict(list)
    for case in members:
        states[case.place.state_name].append(case)
    for state, found in sorted(states.items()):
        names = [f"#{case.number} {safe(case.place.name)}" for case in sorted(found, key=lambda c: c.place.name)]
        for start in range(0, len(names), 25):
            yield f"{state}: {'; '.join(names[start : start + 25])}"


def _amount(one: SourcedAmount) -> str:
    what = f" ({safe(one.amount.what)})" if one.amount.what else ""
    origin = f", {source(one.sources[0])}" if one.sources else ""
    return f"{money(one.amount)}{what}{origin}"
