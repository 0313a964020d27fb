"""Which cases of a letter something is recorded in, as it was typed: how many they are, which, and what to offer."""

from __future__ import annotations

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


async def count_chosen(session: Session, ref: LetterRef, typed: str) -> int | None:
    """How many cases the choice means that was typed; CaseError as `cases_chosen`. None if that would take long to find out."""
    if not await is_usable(session):
        await letter_again(session, ref)
        read_which(typed)
        return None
    return len((await cases_chosen(session, ref, typed))[1])


async def cases_chosen(session: Session, ref: LetterRef, typed: str) -> tuple[WhichCases, list[int]]:
    """The choice that was typed, and the ids of the cases that it means now, at least one; CaseError if there is none, and if
    there are more than `bulk.MOST`, with how to narrow it."""
    letter = await letter_again(session, ref)
    which = read_which(typed)
    count, case_ids = await _chosen(session, letter.id, which)
    if not count:
        raise CaseError(_none_chosen(letter.title, typed, await _counts(session, letter.id, EVERY_CASE)))
    if count > bulk.MOST:
        counts = await _counts(session, letter.id, which)
        bulk.check_count(count, _how_to_narrow(which, count, counts) if counts else "")
    return which, case_ids


@or_replayed
async def _chosen(session: Session, letter_id: int, which: WhichCases) -> tuple[int, list[int]]:
    if await is_usable(session):
        return await letter_cases.chosen(session.conn, letter_id, which, session.now, bulk.MOST)
    case_ids: list[int] = []
    async for page in case_pages.of_letters(session.conn, session.server.id, [letter_id], REPLAYED_AT_ONCE):
        case_ids += [case.id for case in page if which.accepts(case, case.at(session.now))]
    return len(case_ids), case_ids


@or_replayed
async def _counts(session: Session, letter_id: int, which: WhichCases) -> LetterCounts | None:
    """How many cases of a letter there are, by how they stand and by state; None while nothing but a replay could say it.

    `which`: what was chosen already.
    """
    if not await is_usable(session):
        return None
    return await letter_cases.counts(session.conn, letter_id, session.now, which)


async def which_like(session: Session, letter_id: int, typed: str) -> Suggestions:
    """Choices with how many cases each has; the last part is completed, those before it stay."""
    *before, last = typed.split(";")
    start = "".join(f"{part.strip()}; " for part in before if part.strip())
    given = read_which(";".join(before)) if start else EVERY_CASE
    taken = {*(group.value for group in given.groups), *given.states, *([PICKED] if given.picked else [])}
    offered = _choices(await _counts(session, letter_id, given))
    choices = {value: text for value, text in offered.items() if value not in taken}
    if last.strip().upper() in choices:  # a postal code, which begins other words too
        last = choices[last.strip().upper()]
    return {start + value: start + text for value, text in matching(last, choices).items()}


def _choices(counts: LetterCounts | None) -> Mapping[str, str]:
    if counts is None:
        return {**{group.value: _words(group) for group in CaseGroup}, PICKED: PICKED, **STATES}
    groups = {group.value: f"{_words(group)} ({counts.of_group[group]:,})" for group in CaseGroup if counts.of_group[group]}
    picked = {PICKED: f"{PICKED}: choose in a list ({counts.total:,})"} if 0 < counts.total <= bulk.MOST else {}
    return {
        **groups,
        **picked,
        **{state: f"{STATES.get(state, state)} ({count:,})" for state, count in counts.of_state.items()},
    }


def _words(group: CaseGroup) -> str:
    return str(group.status or group.value)


def _none_chosen(title: str, typed: str, counts: LetterCounts | None) -> str:
    if counts and not counts.total:
        return f"“{title}” has no recipients yet. Record them first, with /case add."
    there = f" It has {listed(_named(counts))}." if counts else ""
    return f"“{title}” has no such case: {typed.strip()}.{there}"


def _named(counts: LetterCounts) -> list[str]:
    """ "30 open", "12 overdue", "3 in California"."""
    groups = [f"{counts.of_group[group]:,} {_words(group)}" for group in CaseGroup if counts.of_group[group]]
    states = [f"{count:,} in {STATES.get(state, state)}" for state, count in counts.of_state.items()]
    return [*groups, *states[:MOST_NAMED]] or [f"{counts.total:,} that have ended"]


def _how_to_narrow(which: WhichCases, count: int, counts: LetterCounts) -> str:
    """`counts`: of what was chosen."""
    first = [f"{STATES.get(state, state)} ({number:,})" for state, number in counts.of_state.items()]
    states = [f"a state, like {listed(first[:MOST_NAMED], 'or')}"] if len(which.states) != 1 and len(first) > 1 else []
    fewer = {group: number for group, number in counts.of_group.items() if 0 < number < count and group not in which.groups}
    ways = [*states, *(f"{group.value} ({number:,})" for group, number in fewer.items()), "numbers, like #1-#500"]
    return f"Narrow it in the option which: {'; '.join(ways)}. Several of them are separated by semicolons."
