"""Names that no list knows: items among known items of a list, or in a list that is introduced as one of institutions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

from bot.reader.mentions.addressed import addressed_words
from bot.reader.mentions.capital_runs import FEDERAL, UNIVERSITIES, capital_runs
from bot.reader.mentions.grouping import number_lists
from bot.reader.mentions.joined_names import SUBJECTS
from bot.reader.mentions.list_lines import ListLines
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.no_names import around, no_persons, without_addresses, without_persons
from bot.reader.mentions.run_ends import OF, ORGANIZATIONS
from bot.reader.mentions.whole_items import with_whole_items
from bot.reader.mentions.written_words import FOREIGN, WORD, Words
from bot.reader.rules import rule_table, word_lists, word_set
from bot.record.place_names import STATES, fold

NOUNS = word_set("institution_nouns")
PARTS = word_lists("name_parts")
RULES = rule_table("mentions")
BEFORE_LIST, BEHIND_LIST, NEAR = 500, 120, 40  # characters in which the noun of a list stands; for a pair


def with_unlisted(names: Sequence[Mention], words: Words, told: Set[int]) -> list[Mention]:
    """The names and those that only their list shows, in order; weak and partial names give way to these.

    1. Every run of words with a capital that is no known name may be one.
    2. In its list, at least two names are known and no fewer than the unknown ones, or a noun for institutions stands beside
       and the list is no menu of the page.
    3. A name that one list shows is that name in the whole text, and its other lists are such lists.

    `told`: the words of sentences that speak of letters.
    """
    lines = ListLines(words.flat)
    menus = lines.menus(names)
    names = [name for name in names if not menus.overlaps(name.start, name.end)]
    firm = [name for name in names if not name.is_unknown and not name.is_part_of_name]
    addressed = addressed_words(words, lines)
    runs = [run for run in capital_runs(firm, words, addressed, told) if not menus.overlaps(run.start, run.end)]
    taken = {at for run in runs for at in range(run.first, run.following)}
    merged = sorted([*(name for name in firm if name.first not in taken), *runs], key=lambda name: name.start)
    number_lists(words.flat, merged)
    lists: dict[int, list[Mention]] = defaultdict(list)
    for name in merged:
        lists[name.group].append(name)
    accepted = {run.name: True for run in runs if run.is_institution}
    named_in = [
        without_persons(listed)
        for listed in lists.values()
        if not lines.is_furniture(listed[0].start) or _is_mostly_known(listed)
    ]
    for listed in named_in:
        _accept(listed, _sort_of(listed, words), accepted)
    above_addresses = (
        run.name for run in runs if RULES.search("an addressee above its address", around(words.flat, run.start, run.end))
    )
    accepted |= dict.fromkeys(above_addresses, True)
    for listed in named_in:
        if any(accepted.get(name.name) for name in listed if name.is_unlisted):
            _accept([name for name in listed if not _has_noun(name, accepted)], True, accepted)
    for listed in lists.values():
        for run in no_persons(listed):
            if run.first in addressed:
                accepted.setdefault(run.name, not _is_known(listed))
    shown = [run for run in runs if run.name in accepted]
    for run in shown:
        run.is_institution = accepted[run.name] or _shows_itself(run, words)
    kept = with_whole_items(_put_in(names, shown, words), words)
    called = _called_by_letters(kept, addressed, words)
    for name in kept:
        before = words.lower(name.first - 1)
        is_asked = before == "from" and words.lower(name.first - 2) in PARTS["asked from somebody"]
        is_seat = before in ("in", "at", "from") and not is_asked
        name.is_addressed = (name.first in addressed and not is_seat) or name.name in called
        _keep_possessive(name, words)
    return list(without_addresses(kept, words.flat))


def _called_by_letters(names: Sequence[Mention], addressed: Set[int], words: Words) -> set[str]:
    """The institutions that are written to by their letters: "Alder State University (ASU) ... a letter to ASU's head"."""
    letters = {
        found["letters"]: name.name
        for name in names
        if name.is_institution and (found := RULES.match("letters in brackets", words.flat, name.end))
    }
    return {letters[words.texts[at]] for at in addressed if words.texts[at] in letters}


def _keep_possessive(name: Mention, words: Words) -> None:
    """Of a company that has the name of a place: "Kellogg's, Macy's"."""
    is_brand = name.is_institution and name.first == name.last and name.name + "'s" == words.texts[name.last]
    if is_brand and words.is_own_possessive(name.last):
        name.name, name.end = words.texts[name.last], words.ends[name.last]


def _accept(listed: Sequence[Mention], is_institution: bool | None, accepted: dict[str, bool]) -> None:
    """Note the unknown names of a list. If they are institutions and most of it, "Auburn" among them is one as well."""
    if is_institution is None:
        return
    unknown = [name for name in listed if name.is_unlisted]
    for name in listed:
        name.is_institution |= is_institution and _is_university(name)
    for name in unknown:
        accepted.setdefault(name.name, is_institution)
    if is_institution and sum(name.is_unlisted or name.is_institution for name in listed) * 2 >= len(listed):
        is_mixed = any(name.word for name in listed)  # "the cities of Reno and Boise, Elm ISD and Ohio Pines"
        for name in listed:
            name.is_institution = name.is_institution or not (
                is_mixed or name.state or name.title or name.name in STATES.values() or fold(name.name) in FOREIGN
            )


def _has_noun(name: Mention, accepted: Mapping[str, bool]) -> bool:
    """Whether it is a known firm with a word of a headline: "Alder Thefts", where "Alder" is one."""
    before, _, last = name.name.rpartition(" ")
    return before in accepted and name.name not in accepted and last.casefold() not in ORGANIZATIONS


def _is_known(listed: Sequence[Mention]) -> bool:
    """Whether at least two names of a list are known, and no fewer than the others."""
    unknown = sum(name.is_unlisted for name in listed)
    return len(listed) - unknown >= max(2, unknown)


def _is_mostly_known(listed: Sequence[Mention]) -> bool:
    """The same, and more than half of it."""
    return _is_known(listed) and sum(name.is_unlisted for name in listed) * 2 < len(listed)


def _sort_of(listed: Sequence[Mention], words: Words) -> bool | None:
    """Whether the unknown names of a list are institutions; None if they are no names of addressees."""
    unknown = sum(name.is_unlisted or _is_university(name) for name in listed)
    if unknown and _is_shown(listed, words):
        return True
    if not unknown or len(listed) < 2:
        return None
    institutions = sum(
        name.is_institution or name.title in PARTS["only of companies"] or _shows_itself(name, words) for name in listed
    )
    known = len(listed) - unknown
    if _is_known(listed):
        is_headed = words.lower(listed[0].first - 1) in NOUNS and words.gap(listed[0].first - 1)[:1] == ":"
        return institutions * 2 > known or is_headed
    if institutions or _is_introduced(listed, words, NOUNS):
        return True
    return False if known and len(listed) > 2 and _is_introduced(listed, words, PARTS["introducing places"]) else None


def _is_shown(listed: Sequence[Mention], words: Words) -> bool:
    """Whether the first is named as a company, or letters to it are: "the platform Rumble", "pressed Alder in letters"."""
    first, last = listed[0], listed[-1]
    if not (first.is_unlisted or _is_university(first)):
        return False
    is_listed = words.lower(first.first - 1) in NOUNS and _shows_itself(first, words)
    around_list = around(words.flat, first.start, last.end)
    return is_listed or RULES.search("a list shown to be of companies", around_list) is not None


def _shows_itself(run: Mention, words: Words) -> bool:
    """Whether its own words show an organization or a firm: "Center for Alder Law", "Roe & Doe"."""
    if not run.is_unlisted or run.first == run.last:
        return _is_university(run)
    is_firm = any(words.gap(at) == " & " and words.lower(at + 1) not in SUBJECTS for at in range(run.first, run.last))
    if run.name.casefold() in FEDERAL or not PARTS["bodies"].isdisjoint(run.name.casefold().split()):
        return True
    heads = [at for at in range(run.first, run.last + 1) if words.lower(at) in ORGANIZATIONS]
    return is_firm or any(at == run.last or words.lower(at + 1) in OF for at in heads)


def _is_university(name: Mention) -> bool:
    """Whether it is the short name of a university, some of which are towns too: "Harvard"."""
    return name.name in UNIVERSITIES and not (name.state or name.word or name.title)


def _is_introduced(listed: Sequence[Mention], words: Words, nouns: frozenset[str]) -> bool:
    start, end = listed[0].start, listed[-1].end
    before, behind = (BEFORE_LIST, BEHIND_LIST) if len(listed) > 2 else (NEAR, NEAR - 10)
    flat = words.flat
    beside = [*WORD.finditer(flat, max(0, start - before), start), *WORD.finditer(flat, end, min(len(flat), end + behind))]
    return any(match[0].casefold() in nouns for match in beside)


def _put_in(names: Sequence[Mention], shown: Sequence[Mention], words: Words) -> list[Mention]:
    """The names with those that lists show instead of what these hold. One that was known keeps what is written beside it."""
    taken = {at: run for run in shown for at in range(run.first, run.following)}
    kept = []
    for name in names:
        runs = [run for at in range(words.first_of(name), name.following) if (run := taken.get(at))]
        if not runs:
            kept.append(name)
        elif (run := runs[0]).first == name.first and run.last == name.last and runs[-1] is run:
            run.word, run.state, run.following = name.word, name.state, name.following
            run.start, run.end = name.start, name.end
    return sorted([*kept, *shown], key=lambda name: name.start)
