"""Names that no list knows: items among known items of a list, or in a list that is introduced as one of institutions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.reader.mentions.grouping import number_lists
from bot.reader.mentions.named import Named
from bot.reader.mentions.written_words import WORD, Words
from bot.reader.rules import entries

NOUNS = entries("institution_nouns")
NO_PART = entries("function_words")
TITLES = entries("titles")
#: With a capital and no name of an addressee: days, months, officials, persons' titles.
NO_NAME = entries("no_names") | TITLES
JOINING = frozenset({"of", "for", "de", "du", "del", "la"})
MOST_WORDS = 6
BEFORE_LIST, BEHIND_LIST = 250, 120  # characters in which the noun of a list stands


def with_unlisted(names: Sequence[Named], words: Words) -> list[Named]:
    """The names and those that only their list shows, in order; weak and partial names give way to these.

    1. Every run of words with a capital that is no known name may be one.
    2. In its list, at least two names are known and no fewer than the unknown ones, or a noun for institutions stands beside.
    3. A name that one list shows is that name in the whole text.
    """
    firm = [name for name in names if not name.is_unknown and not name.is_part_of_name]
    runs = _runs(firm, words)
    merged = sorted([*firm, *runs], key=lambda name: name.start)
    number_lists(words.flat, merged)
    lists: dict[int, list[Named]] = defaultdict(list)
    for name in merged:
        lists[name.group].append(name)
    accepted: dict[str, bool] = {}
    for listed in lists.values():
        if (is_institution := _sort_of(listed, words)) is not None:
            accepted |= {name.name: is_institution for name in listed if name.is_unlisted}
    shown = [run for run in runs if run.name in accepted]
    for run in shown:
        run.is_institution = accepted[run.name]
    return _put_in(names, shown)


def _runs(firm: Sequence[Named], words: Words) -> list[Named]:
    covered = {at for name in firm for at in range(name.first, name.following)}
    runs: list[Named] = []
    free = 0
    for at in words.capitals:
        if at < free or at in covered:
            continue
        last = _run_end(at, covered, words)
        free = last + 1
        if run := _run(at, last, words):
            runs.append(run)
    return runs


def _run_end(at: int, covered: set[int], words: Words) -> int:
    last = at
    while last - at < MOST_WORDS:
        following = last + 1
        gap = words.gap(last)
        if words.texts[last].endswith("'s") or following in covered:
            break
        if words.lower(following) in JOINING and gap == " " == words.gap(following) and words.is_capital(following + 1):
            if following + 1 in covered:
                break
            last += 2
        elif words.is_capital(following) and (gap in (" ", "-", " & ", " - ") or words.are_joined(last)) and "\n" not in gap:
            last += 1
        else:
            break
    return last


def _run(first: int, last: int, words: Words) -> Named | None:
    while first <= last and (words.lower(first) in NO_PART or words.lower(first) in NO_NAME):
        if words.lower(first) in NO_NAME:
            return None
        first += 1
    if first > last or any(
        words.lower(at).rstrip("s") in NO_NAME or words.lower(at) in NO_NAME for at in range(first, last + 1)
    ):
        return None
    if words.lower(first - 1) in NO_NAME and words.gap(first - 1) in (" ", ". "):
        return None
    end = words.ends[last] - (2 if words.texts[last].endswith("'s") else 0)
    name = " ".join(words.flat[words.starts[first] : end].split())
    return Named(first, last, words.starts[first], end, name, last + 1, is_unlisted=True) if len(name) > 1 else None


def _sort_of(listed: Sequence[Named], words: Words) -> bool | None:
    """Whether the unknown names of a list are institutions; None if they are no names of addressees."""
    unknown = [name for name in listed if name.is_unlisted]
    if not unknown or len(listed) < 2:
        return None
    institutions = sum(name.is_institution for name in listed)
    known = len(listed) - len(unknown)
    if known >= max(2, len(unknown)):
        return institutions * 2 > known
    if institutions or _is_introduced(listed, words):
        return True
    return None


def _is_introduced(listed: Sequence[Named], words: Words) -> bool:
    start, end = listed[0].start, listed[-1].end
    before = BEFORE_LIST if len(listed) > 2 else 40
    behind = BEHIND_LIST if len(listed) > 2 else 20
    flat = words.flat
    beside = [*WORD.finditer(flat, max(0, start - before), start), *WORD.finditer(flat, end, min(len(flat), end + behind))]
    return any(match[0].casefold() in NOUNS for match in beside)


def _put_in(names: Sequence[Named], shown: Sequence[Named]) -> list[Named]:
    taken = {at for run in shown for at in range(run.first, run.last + 1)}
    kept = [name for name in names if not taken.intersection(range(name.first, name.last + 1))]
    return sorted([*kept, *shown], key=lambda name: name.start)
