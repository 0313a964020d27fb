"""Letters in words: the list of them, and one with its recipients."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.record.case import Case, Letter, SourcedAmount
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Event
from bot.record.sources import Source
from bot.record.standing import Standing, deadline_of
from bot.words.card import Button, Buttons, Card, Style, Text, Tone
from bot.words.case_facts import counted
from bot.words.deadline_reasons import button as why_button
from bot.words.draft_pages import with_typed
from bot.words.notice_parts import WHAT_WAS_ASKED
from bot.words.paging import Passage, Query, packed
from bot.words.prose import due, happened, money, plural, safe, source
from bot.words.revisions import history_button
from bot.words.status import Placed, headline

MOST_DEADLINES = 3  # of recipients that are named beside the letter's own
MOST_FACTS = 8  # named beside the count of one status
BY_STATE_FROM = 40  # recipients of one status, from which on they are grouped by state


#: How recipients of a letter stand, and how many stand so.
Recipients = Sequence[tuple[Standing, int]]


def letters_cards(letters: Sequence[tuple[Letter, Recipients]], total: int, now: datetime) -> list[Card]:
    """Letters, newest first, with their deadlines and the status of their recipients at `now`; `total`: on all pages."""
    if not letters:
        return [Card((Text("## Letters\nNo letters are recorded yet. The desk can record one with /letter new."),))]
    sections = [Passage(tuple(_summary(letter, of_letter, now)), _why(letter, of_letter)) for letter, of_letter in letters]
    return packed(f"## Letters\n{plural(total, 'letter')}, newest first", sections)


def letter_cards(
    letter: Letter, cases: Placed, recipients: Recipients, now: datetime, changes: Sequence[str] = ()
) -> list[Card]:
    """One letter: what it demands and threatens, then its recipients by status. Without `cases` they are counted.

    `changes`: what says that it was changed since it was recorded (`words.revisions.changed_on`).
    """
    named = _recipients(cases) if cases or not recipients else [_counted_recipients(letter, recipients, now)]
    buttons = (*_why(letter, recipients), *((history_button(letter.id),) if changes else ()))
    sections = [Passage((*_facts(letter), *_origins(letter.sources), *changes), buttons), *named]
    return packed(f"## {safe(letter.title)}\n-# Short name: {safe(letter.slug)}", sections)


def asked_cards(letters: Sequence[Letter], events: Sequence[Event]) -> list[Card]:
    """What the letters of an alert ask, by which law and with which threats; `events`: those that set its deadlines."""
    sections = [Passage((*_facts(letter), *_origins(letter.sources)), title=f"**{safe(letter.title)}**") for letter in letters]
    of_letters = {cited for letter in letters for cited in letter.sources}
    others = [cited for event in events for cited in event.sources if cited not in of_letters]
    if others:
        sections.append(Passage(tuple(_origins(dict.fromkeys(others))), title="**Where the deadlines are from**"))
    return packed(f"## {WHAT_WAS_ASKED}", sections)


def _facts(letter: Letter) -> list[str]:
    return [
        f"{safe(letter.authority)}, sent {happened(letter.sent)}",
        f"Deadline: {due(letter.deadline)}" if letter.deadline else "Deadline: none recorded for the letter as a whole.",
        *([f"-# In the letter's words: “{safe(letter.deadline.words)}”"] if letter.deadline and letter.deadline.words else []),
        *([f"-# {safe(letter.deadline_note)}"] if letter.deadline_note else []),
        *([f"Demand: {safe(letter.demand)}"] if letter.demand else []),
        *([f"Legal basis: {safe('; '.join(letter.legal_basis))}"] if letter.legal_basis else []),
        *([f"The letter threatens: {safe('; '.join(letter.threatened))}"] if letter.threatened else []),
        *[f"At stake: {_amount(amount)}" for amount in letter.amounts],
        *[f"Sources disagree: {safe(conflict.text)}" for conflict in letter.conflicts],
    ]


def _origins(sources: Iterable[Source]) -> list[str]:
    return [f"-# Source: {source(cited)}" for cited in sources]


def twin_card(letter: Letter, recipients: Recipients, kept_id: int, now: datetime) -> Card:
    """A letter is recorded that the new one may be: which, and the buttons to decide. `kept_id` names what was typed."""
    lines = [
        "**A letter of that day, authority and title is already recorded.** Nothing was recorded yet.",
        "",
        *_summary(letter, recipients, now),
        f"-# Short name: {safe(letter.slug)}",
    ]
    use = Button("Use that letter", f"thatletter:{kept_id}:{letter.id}", style=Style.PRIMARY)
    row = Buttons((use, Button("Record another letter", f"newletter:{kept_id}")))
    return Card((Text("\n".join(lines)), row), Tone.SOON)


def use_cards(letter: Letter, typed: Sequence[tuple[str, str]]) -> list[Card]:
    """The recorded letter is the one that was meant: how to add recipients, and what was typed, as (label, text) pairs."""
    head = f"**Nothing was recorded:** {safe(letter.title)} is the letter.\n"
    head += f"Next: record its recipients with /case add letter:{safe(letter.slug)}\n"
    return with_typed(head, typed, "What you typed:")


def _why(letter: Letter, recipients: Recipients) -> tuple[Button, ...]:
    dated = letter.deadline or any(standing.due_on for standing, _ in recipients)
    return (why_button(f"lwhy:{letter.id}"),) if dated else ()


def _summary(letter: Letter, recipients: Recipients, now: datetime) -> Iterable[str]:
    yield f"**{safe(letter.title)}**"
    yield f"{safe(letter.authority)}, sent {happened(letter.sent)}"
    yield from _deadlines(letter, recipients)
    if not recipients:
        yield "No recipients are recorded yet. Add them with /case add."
        return
    yield _count_line(letter, recipients, now)


def _counted_recipients(letter: Letter, recipients: Recipients, now: datetime) -> Passage:
    lines = (*_deadlines(letter, recipients), _count_line(letter, recipients, now))
    of_letter = Query("deadlines", ("", "", "", str(letter.id)))
    return Passage(lines, (Button("Open cases by deadline", of_letter.turn(">0")),), title="**Recipients**")


def _count_line(letter: Letter, recipients: Recipients, now: datetime) -> str:
    counts = list(_counts(letter, recipients, now))
    separator = "; " if any(", " in count for count in counts) else ", "
    return f"{plural(sum(count for _, count in recipients), 'recipient')}: {separator.join(counts)}"


def _counts(letter: Letter, recipients: Recipients, now: datetime) -> Iterable[str]:
    """22 overdue (of these 2 refused; 1 subpoena carried out); 1 answered (partial answer)"""
    leads: Counter[str] = Counter()
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    for standing, count in recipients:
        lead, others = counted(standing, letter, now)
        leads[lead] += count
        for words in others:
            beside[lead][words] += count
    for lead, count in leads.most_common():
        alone = count == 1
        named = [
            safe(words) if alone else f"{several:,} {safe(words)}" for words, several in beside[lead].most_common(MOST_FACTS)
        ]
        rest = [plural(len(beside[lead]) - MOST_FACTS, "more fact")] if len(beside[lead]) > MOST_FACTS else []
        yield f"{count:,} {lead}" + (f" ({'' if alone else 'of these '}{'; '.join([*named, *rest])})" if named else "")


def _deadlines(letter: Letter, recipients: Recipients) -> Iterable[str]:
    """The letter's own deadline, then those of recipients that have another one, each with their number."""
    own = letter.deadline
    counts: Counter[Deadline | None] = Counter()
    for standing, count in recipients:
        counts[deadline_of(standing)] += count
    others = sorted(
        ((deadline, count) for deadline, count in counts.items() if deadline and not _same_moment(deadline, own)),
        key=lambda item: (-item[1], item[0].date),
    )
    parts = [due(own)] if own else []
    parts += [f"{due(deadline)} for {count:,}" for deadline, count in others[:MOST_DEADLINES]]
    rest = [count for _, count in others[MOST_DEADLINES:]]
    parts += [f"other dates for {sum(rest):,}"] if rest else []
    parts += [f"none recorded for {counts[None]:,}"] if counts[None] and (own or others) else []
    if own or others:
        yield f"Deadline: {'; '.join(parts if own else ['none for the letter as a whole', *parts])}"
    elif recipients:
        yield "Deadline: none recorded"


def _same_moment(deadline: Deadline, other: Deadline | None) -> bool:
    """Whether both end at one moment, which they show alike, whatever each was counted from."""
    return other is not None and (deadline.date, deadline.last_moment) == (other.date, other.last_moment)


def _recipients(cases: Placed) -> Iterable[Passage]:
    if not cases:
        yield Passage(("No recipients are recorded yet. Add them with /case add.",))
        return
    groups: dict[str, list[Case]] = defaultdict(list)
    for case, case_state in cases:
        groups[headline(case_state)].append(case)
    for words, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        head = f"**{safe(words[0].upper() + words[1:])}** ({len(members)})"
        yield Passage(tuple(_by_state(members) if len(members) >= BY_STATE_FROM else _names(members)), title=head)


def _names(members: Sequence[Case]) -> Iterable[str]:
    yield "; ".join(f"#{case.number} {safe(case.place.label)}" for case in sorted(members, key=lambda c: c.place.label))


def _by_state(members: Sequence[Case]) -> Iterable[str]:
    states: dict[str, list[Case]] = defaultdict(list)
    for case in members:
        states[case.place.state_name].append(case)
    for state, in_state in sorted(states.items()):
        names = [f"#{case.number} {safe(case.place.name)}" for case in sorted(in_state, key=lambda c: c.place.name)]
        for start in range(0, len(names), 25):
            yield f"{state}: {'; '.join(names[start : start + 25])}"


def _amount(stake: SourcedAmount) -> str:
    what = f" ({safe(stake.amount.what)})" if stake.amount.what else ""
    origin = f", {source(stake.sources[0])}" if stake.sources else ""
    return f"{money(stake.amount)}{what}{origin}"
