"""Which cases of a letter something is recorded in, as it was typed: how many they are, which, and what to offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.desk import bulk
from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.lookups import LetterRef, letter_again
from bot.desk.pages import REPLAYED_AT_ONCE
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions, matching
from bot.record.errors import CaseError
from bot.record.place_names import STATES
from bot.record.which_cases import EVERY_CASE, PICKED, CaseGroup, WhichCases, read_which
from bot.store import case_pages, letter_cases
from bot.store.letter_cases import LetterCounts
from bot.words.prose import listed

MOST_NAMED = 3  # states


async def cases_chosen(session: Session, ref: LetterRef, typed: str) -> tuple[WhichCases, list[int]]:
    """The choice that was typed, and the ids of the cases that it means now, at least one; CaseError if there is none, and if
    there are more than `bulk.MOST`, with how to narrow it."""
    letter = await letter_again(session, ref)
    which = read_which(typed)
    count, case_ids = await _chosen(session, letter.id, which)
    if count and count <= bulk.MOST:
        return which, case_ids
    counts = await counts_of(session, letter.id)
    if not counts.total:
        raise CaseError(f"“{letter.title}” has no recipients yet. Record them first, with /case add.")
    if not count:
        raise CaseError(f"“{letter.title}” has no such case: {typed.strip()}. It has {listed(_named(counts))}.")
    bulk.check_count(count, _how_to_narrow(which, count, await counts_of(session, letter.id, which)))
    return which, case_ids


@or_replayed
async def _chosen(session: Session, letter_id: int, which: WhichCases) -> tuple[int, list[int]]:
    if await is_usable(session):
        return await letter_cases.chosen(session.conn, letter_id, which, session.now, bulk.MOST)
    case_ids: list[int] = []
    async for page in case_pages.of_letters(session.conn, session.server.id, [letter_id], REPLAYED_AT_ONCE):
        case_ids += [case.id for case in page if which.accepts(case, case.at(session.now))]
    return len(case_ids), case_ids[: bulk.MOST]


@or_replayed
async def counts_of(session: Session, letter_id: int, which: WhichCases = EVERY_CASE) -> LetterCounts:
    """How many cases of a letter there are, by how they stand and by state. `which`: what was chosen already."""
    if await is_usable(session):
        return await letter_cases.counts(session.conn, letter_id, session.now, which)
    of_groups, in_states = WhichCases(which.groups), WhichCases(states=which.states)
    of_group: Counter[CaseGroup] = Counter()
    of_state: Counter[str] = Counter()
    total = 0
    async for page in case_pages.of_letters(session.conn, session.server.id, [letter_id], REPLAYED_AT_ONCE):
        for case, case_state in ((case, case.at(session.now)) for case in page):
            total += case_state.exists
            of_state[case.place.state] += of_groups.accepts(case, case_state)
            of_group.update(group for group in CaseGroup if in_states.accepts(case, case_state) and group.has(case_state))
    return LetterCounts(total, of_group, {state: count for state, count in of_state.most_common() if state and count})


async def which_like(session: Session, letter_id: int, typed: str) -> Suggestions:
    """Choices with how many cases each has; the last part is completed, those before it stay."""
    *before, last = typed.split(";")
    start = "".join(f"{part.strip()}; " for part in before if part.strip())
    given = read_which(";".join(before)) if start else EVERY_CASE
    taken = {*(group.value for group in given.groups), *given.states, *([PICKED] if given.picked else [])}
    counted = _choices(await counts_of(session, letter_id, given))
    choices = {value: text for value, text in counted.items() if value not in taken}
    if last.strip().upper() in choices:  # a postal code, which begins other words too
        last = choices[last.strip().upper()]
    return {start + value: start + text for value, text in matching(last, choices).items()}


def _choices(counts: LetterCounts) -> Mapping[str, str]:
    groups = {group.value: f"{group.status or group.value} ({counts.of_group[group]:,})" for group in CaseGroup}
    groups = {group.value: groups[group.value] for group in CaseGroup if counts.of_group[group]}
    picked = {PICKED: f"{PICKED}: choose in a list ({counts.total:,})"} if 0 < counts.total <= bulk.MOST else {}
    return {
        **groups,
        **picked,
        **{state: f"{STATES.get(state, state)} ({count:,})" for state, count in counts.of_state.items()},
    }


def _named(counts: LetterCounts) -> list[str]:
    """ "30 open", "12 overdue", "3 in California"."""
    groups = [f"{counts.of_group[group]:,} {group.status or group.value}" for group in CaseGroup if counts.of_group[group]]
    states = [f"{count:,} in {STATES.get(state, state)}" for state, count in counts.of_state.items()]
    return [*groups, *states[:MOST_NAMED]] or [f"{counts.total:,} that have ended"]


def _how_to_narrow(which: WhichCases, count: int, counts: LetterCounts) -> str:
    """`counts`: of what was chosen."""
    first = [f"{STATES.get(state, state)} ({number:,})" for state, number in counts.of_state.items()]
    states = [f"a state, like {listed(first[:MOST_NAMED], 'or')}"] if len(which.states) != 1 and len(first) > 1 else []
    fewer = {group: number for group, number in counts.of_group.items() if 0 < number < count and group not in which.groups}
    ways = [*states, *(f"{group.value} ({number:,})" for group, number in fewer.items()), "numbers, like #1-#500"]
    return f"Narrow it in the option which: {'; '.join(ways)}. Several of them are separated by semicolons."
