"""The places of an alert: all of them, or as many as fit a screen, or how many there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.record.case import Case
from bot.words.case_facts import short_facts
from bot.words.notice_parts import by_state, name_in_state
from bot.words.prose import clipped, listed, plural, safe
from bot.words.screen import rows
from bot.words.status import Placed

MOST_LINES = 5  # of a list that has a line for each state
MOST_GROUPS = 3  # of cases that stand alike
MOST_STATES = 4  # with their counts
NO_STATE = "No state"
FEWEST_ROWS = 2  # of counts, however little room there is
FEW = 3  # cases that are named and not counted
LONGEST_STATUS = 120  # characters
LONGEST_LABEL = 60  # of a place that is named in a count
#: Groups of cases that need no heading, since the headline of the alert says it.
PLAIN = ({"overdue"}, {"awaiting answer"})


@dataclass(frozen=True)
class FittingList:
    lines: list[str]
    #: Whether all places are named in it.
    is_whole: bool


def place_lines(cases: Placed) -> list[str]:
    """All places: by state if the headline says all that holds of them, else by all that holds and state."""
    return [line for status, members in _groups(cases) for line in (*_heading(status, members), *by_state(members, not status))]


def fitting_list(cases: Placed, room: int) -> FittingList:
    """The places in about so many rows of a screen: all of them if that is possible, else how many are where."""
    groups = _groups(cases)
    lines = place_lines(cases)
    if len(lines) <= MOST_LINES and rows(*lines) <= room:
        return FittingList(lines, True)
    run_on = [_in_a_line(status, members, _run_on(members)) for status, members in groups]
    if rows(*run_on) <= room:
        return FittingList(run_on, True)
    counts = [_in_a_line(status, members, _in_short(members)) for status, members in groups[:MOST_GROUPS]]
    rest = sum(len(members) for _, members in groups[MOST_GROUPS:])
    counts += [f"{rest:,} more that stand differently"] if rest else []
    if rows(*counts) <= max(room, FEWEST_ROWS):
        return FittingList(counts, False)
    return FittingList([_in_short([case for case, _ in cases])], False)


def says_nothing_more(cases: Placed) -> bool:
    """Whether a list of these would say nothing but the names, since the headline says how all of them stand."""
    return [status for status, _ in _groups(cases)] == [""]


def fitting_places(cases: Sequence[Case], room: int) -> FittingList:
    """`fitting_list` of cases of which nothing but the place is said."""
    if len(cases) <= FEW:
        return FittingList([_in_short(cases)], True)
    lines = list(by_state(cases, bold=False))
    if len(lines) <= MOST_LINES and rows(*lines) <= room:
        return FittingList(lines, True)
    run_on = _run_on(cases)
    return FittingList([run_on], True) if rows(run_on) <= room else FittingList([_in_short(cases)], False)


def _run_on(members: Sequence[Case]) -> str:
    """CA: Berkeley, Fremont · CO: Denver"""
    by_code: dict[str, list[str]] = defaultdict(list)
    for case in members:
        by_code[case.place.state].append(name_in_state(case.place))
    return " · ".join(f"**{state or NO_STATE}** {', '.join(sorted(names))}" for state, names in sorted(by_code.items()))


def _in_short(members: Sequence[Case]) -> str:
    """The places if they are few, else how many are where: "California 12, Oregon 2 and 9 in 9 other states"."""
    if len(members) <= FEW:
        return safe(listed([clipped(case.place.label, LONGEST_LABEL) for case in members]))
    counts = Counter(case.place.state_name for case in members).most_common()
    shown = [(state, count) for state, count in counts[:MOST_STATES] if count > 1 or len(counts) <= MOST_STATES]
    rest = len(members) - sum(count for _, count in shown)
    others = [f"{rest:,} in {plural(len(counts) - len(shown), 'other state' if shown else 'state')}"] if rest else []
    return listed([*(f"{state} {count:,}" for state, count in shown), *others])


def _in_a_line(status: str, members: Sequence[Case], places: str) -> str:
    return ": ".join((*_heading(status, members), places))


def _groups(cases: Placed) -> list[tuple[str, list[Case]]]:
    """Cases that stand alike, the most common first; without words where the headline says how they stand."""
    by_status: dict[str, list[Case]] = defaultdict(list)
    for case, case_state in cases:
        by_status[", ".join(short_facts(case_state))].append(case)
    if by_status.keys() in PLAIN:
        return [("", [case for case, _ in cases])]
    return sorted(by_status.items(), key=lambda item: -len(item[1]))


def _heading(status: str, members: Sequence[Case]) -> list[str]:
    words = clipped(status, LONGEST_STATUS)
    return [f"**{safe(words[0].upper() + words[1:])}** ({len(members):,})"] if status else []
