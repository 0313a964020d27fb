"""What the names of one list share: the word for their kind, the state, whether they are cities or states."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import SINGULAR, Mention, StateFrom, as_written
from bot.reader.mentions.written_words import WORD, NameLookup, Words
from bot.reader.rules import word_lists, word_set
from bot.record.places import PlaceKind
from bot.record.said_names import COUNTY_LIKE

INTRODUCTION = 160  # characters before a list in which a word for its kind is looked for
MOST_IN_STATE = 0.8  # of the open names of a list that must be places of one state
ORGANIZATIONS = word_set("organization_words")
FEWEST = 3  # open names, for that
#: The same for a list in a text that names no state, and how many of them may be places of another state.
FEWEST_ALONE, SECOND = 6, 0.6
COUNTIES = ("counties", "parishes")
PARTS = word_lists("name_parts")
PLACES = frozenset(PARTS["behind a state"]) - {"school", "sheriffs"}
COLON = re.compile(r"\.?\s*(?:\(\d+\)\s*)?:\s*")  # "Ohio: Lima", "Ohio (2): Lima, Toledo"
#: What may stand between a list and the words that introduce it: "six counties. They are:", a bullet.
OPENING = re.compile(r"(?:[.:]?\s+(?:they|these)\s+(?:are|were|include)\b)?[\s:•*–—-]*$", re.IGNORECASE)
KINDS = re.compile(rf"\b(?:{'|'.join(SINGULAR)})\b", re.IGNORECASE)
BEFORE_PLACES = ("\n", ":", "\t", "|", " - ", "—", "(")


@dataclass(slots=True)
class ListContext:
    """One list of names."""

    listed: list[Mention] = field(default_factory=list)
    #: The state in which its names without one lie.
    state: str | None = None
    #: Whether that state is written before it: "Alabama: Clarke, Washington".
    is_headed: bool = False
    #: "counties", if all are meant as such; empty if nothing says so.
    word: str = ""
    #: How many names are those of no state, and of a state, and what the words before the list say ("cities", "states").
    cities: int = 0
    states: int = 0
    introduced: str = ""
    #: Whether a name that a city and a county have may be either.
    is_unsure: bool = False

    def as_written(self, name: Mention) -> str:
        return as_written(name.name, name.word or self.word)

    @property
    def is_list_of_places(self) -> bool:
        return self.cities + self.states > 1

    def is_of_cities(self, name: Mention) -> bool:
        """Whether a name that a city and a state have is that of the city here."""
        if self.introduced in ("cities", "states"):
            return self.introduced == "cities"
        return self.cities * 2 > self.cities + self.states - 1 and self.cities > 0


def contexts(
    names: Sequence[Mention], words: Words, look: NameLookup, said: Sequence[tuple[str, int]]
) -> dict[int, ListContext]:
    """What each list shares. `said`: the states that the text names, most often first."""
    lists: dict[int, ListContext] = defaultdict(ListContext)
    for name in names:
        lists[name.group].listed.append(name)
    for before, context in reversed(list(pairwise(lists.values()))):  # what heads the next list is no place of its own
        _introduce(context, before.listed[-1], words.flat, look)
    above = ListContext()
    for context in lists.values():
        _share_kinds(context.listed, words)
        _share_states(context.listed, words.flat, look)
        _share_headings(context.listed, words, look)
        _count(context)
        context.introduced = _introduced(context.listed, words)
        if context.is_headed and not context.introduced:
            context.introduced = above.introduced or _kind_in(words.flat, context.listed[0].start, ". ")
        above = context if context.is_headed else ListContext()
        _find_state(context, look, said)
        _find_word(context, look)
    return lists


def _introduce(context: ListContext, before: Mention, flat: str, look: NameLookup) -> None:
    """The state right before a list: "three Iowa cities: Ames, ...", "California: Oakland, Fresno", "Ohio (Akron, Dayton)"."""
    first, code = context.listed[0], before.own_state
    gap = flat[before.end : first.start]
    if not code or before.state or len(gap) > INTRODUCTION or "." in gap[1:] or "\n\n" in gap.rstrip():
        return
    end = len(flat)
    is_sign = gap.strip() in ("(", "-", "—", "--") and code in (first.state, *look.states(first.name))
    if COLON.fullmatch(gap) or is_sign:
        end = flat.find("\n", before.end) % len(flat)
    elif not (before.is_part_of_name and PLACES.intersection(WORD.findall(gap.casefold())[:2])):
        return
    before.is_part_of_name = before.is_heading = context.is_headed = True
    context.state = code
    for name in context.listed:
        is_bare = not (name.state or name.is_institution or name.is_part_of_name)
        if is_bare and name.start < end and code in look.states(name.name):
            name.state, name.state_from = code, StateFrom.HEADING


def _share_kinds(listed: Sequence[Mention], words: Words) -> None:
    """ "the counties of A and B", "A, B and C counties": the word counts for all between."""
    plural = ""
    run: list[Mention] = []
    led: list[Mention] = []  # those to which a word before them was given, behind the one that has it
    for name in listed:
        if words.lower(name.first - 1) == "of":
            run = []
        if name.is_word_shared:
            for one in (*_sharing(run, led, name, words.flat), name):
                one.word, one.is_institution = name.word, name.is_institution
                one.name += f" {name.word}" if name.is_institution else ""
            plural, run, led = "", [], []
        elif name.word:
            led = [name]
            plural, run = name.word if name.word in SINGULAR else "", []
        elif name.is_institution and _is_complete(name, words):
            run = []
        elif plural and not (name.is_institution or name.own_state):
            name.word = plural
            led.append(name)
        elif not (name.state or (name.own_state and words.lower(name.first - 1) == "in")):
            run.append(name)


def _sharing(run: Sequence[Mention], led: Sequence[Mention], last: Mention, flat: str) -> Sequence[Mention]:
    """Those before the last name of a list that share the word behind it: of "A and B, and C, D and E counties" C and D.

    `run`: the names before it without a word. `led`: one with a word and those behind it to which that was given, as in
    "cities of A and B; C and D counties". Where another list ends shows by a semicolon, "as well as" or another "and".
    """
    names, behind, ands, joint = run or led, last, 0, ""
    for at, name in reversed([*enumerate(names, start=1)]):
        is_first, is_parted = not joint, ";" in joint
        joint = flat[name.end : behind.start]
        ands += " and " in joint
        is_another = (";" in joint and not is_parted) or "as well as" in joint or (ands > 1 and ("," in joint or not run))
        if is_another and not is_first:
            return names[at:]
        behind = name
    return run


def _is_complete(name: Mention, words: Words) -> bool:
    """Whether its name needs no word behind the list."""
    return name.first < name.last and (not name.is_unlisted or words.lower(name.last) in ORGANIZATIONS)


def _share_states(listed: Sequence[Mention], flat: str, look: NameLookup) -> None:
    """The state behind the last of several, and the one before the first, for those without one between.

    The one behind only if there is a place of each name. In "Berkeley, Burlington, Vermont, Jackson, Mississippi" that of
    Burlington is its own: Berkeley is only elsewhere.
    """
    is_mixed = len({name.state for name in listed if name.state}) > 1
    shared = listed[0].state if listed[0].state_from is StateFrom.HEADING else None
    run: list[Mention] = []
    for name in listed:
        if name.state and name.state_from is StateFrom.ITSELF:
            if all(one.own_state or _may_lie_in(one, name.state, look, is_mixed) for one in run):
                _share_back(run, name, flat, look)
            run, shared = [], None
        elif shared and not name.state and not name.own_state and _may_lie_in(name, shared, look):
            name.state, name.state_from = shared, StateFrom.HEADING
        elif not (name.state or name.is_institution or name.is_part_of_name or name.word in PARTS["states"]):
            run.append(name)


def _share_back(run: Sequence[Mention], last: Mention, flat: str, look: NameLookup) -> None:
    """The state of the last for those before it; a guess, where a semicolon, a bracket or a line end parts them.

    A state, or a city that newspapers name alone, may be such a place too: "Wyoming and Grand Rapids, Michigan".
    """
    is_whole = all(name.own_state or look.kinds(name.name, last.state) for name in run)
    behind, state_from = last, StateFrom.GROUP if is_whole else StateFrom.REST
    for name in reversed(run):
        if any(sign in flat[name.end : behind.start] for sign in ";)\n"):
            state_from = StateFrom.REST
        behind = name
        is_state = bool(name.own_state) and name.word not in PARTS["of cities"]
        is_other = is_state or stands_alone_in(name.name) not in (None, last.state)
        may_be_other = state_from is StateFrom.GROUP and name.own_state != last.state and look.kinds(name.name, last.state)
        is_elsewhere = not is_whole and _is_best_known_elsewhere(name, last.state, look)
        if (not is_other or may_be_other) and not is_elsewhere:
            name.state, name.state_from, name.is_unsure = last.state, state_from, is_other


def _is_best_known_elsewhere(name: Mention, state: str | None, look: NameLookup) -> bool:
    """Oakland in "Denver, Oakland and Portland, Oregon", a list of several states."""
    known = {one.state for one in look.resolve(name.name, None).candidates if look.known.is_well_known(one)}
    return bool(known) and state not in known


def _may_lie_in(name: Mention, state: str, look: NameLookup, is_mixed: bool = False) -> bool:
    """Whether a place of that name is in the state; of what no list has, nothing is known."""
    if name.is_unlisted:
        return True
    if look.known.is_complete:
        return bool(look.places(name.written, state))
    return not (is_mixed and look.kinds(name.name, None)) or bool(look.kinds(name.name, state))


def _share_headings(listed: Sequence[Mention], words: Words, look: NameLookup) -> None:
    """States that are headings of lines, or cells of rows, if all names below or beside them are places there."""
    heads: list[tuple[Mention, list[Mention]]] = []
    for name in listed:
        if name.own_state and not name.state and not name.word:
            heads.append((name, []))
        elif not heads or name.state or name.is_institution:
            return
        else:
            heads[-1][1].append(name)
    if not heads or not all(_is_heading(head, below, words, look) for head, below in heads):
        return
    for head, below in heads:
        head.is_part_of_name = head.is_heading = True
        for name in below:
            name.state, name.state_from = head.own_state, StateFrom.HEADING


def _is_heading(head: Mention, below: Sequence[Mention], words: Words, look: NameLookup) -> bool:
    if not below or head.title or not any(sign in words.flat[head.end : below[0].start] for sign in BEFORE_PLACES):
        return False
    return all(look.places(name.written, head.own_state) for name in below)


def _count(context: ListContext) -> None:
    for name in context.listed:
        if not name.is_institution:
            is_state = bool(name.own_state) and not name.state
            context.states += is_state
            context.cities += not is_state and name.word not in ("county", *COUNTIES)


def _introduced(listed: Sequence[Mention], words: Words) -> str:
    """The last plural word for a kind in the sentence before the list, or behind "and other"."""
    behind = listed[-1].following
    if words.lower(behind) == "and" and words.lower(behind + 2) == "other":
        kind = words.lower(behind + 3)
        return kind if kind in SINGULAR else ""
    return _kind_in(words.flat, listed[0].start, ". ", "\n") if len(listed) > 1 else ""


def _kind_in(flat: str, end: int, *boundaries: str) -> str:
    """The last plural word for a kind before a position, in its sentence or line."""
    before = OPENING.sub("", flat[max(0, end - INTRODUCTION) : end])
    before = before[max(map(before.rfind, boundaries)) + 1 :]
    kinds = KINDS.findall(before)
    return kinds[-1].casefold() if kinds else ""


def _find_state(context: ListContext, look: NameLookup, said: Sequence[tuple[str, int]]) -> None:
    beside = {name.state for name in context.listed if name.state}
    openly = [
        name
        for name in context.listed
        if not (name.is_institution or name.state or name.own_state or stands_alone_in(name.name))
    ]
    if context.state is None and len(beside) == 1:
        (state,) = beside
        is_mixed = any(stands_alone_in(name.name) not in (None, state) for name in context.listed)
        are_there = all(_may_lie_in(name, state, look) for name in openly)
        are_known = not is_mixed or not any(_is_best_known_elsewhere(name, state, look) for name in openly)
        context.state = state if are_there and are_known else None
    if context.state or beside or len(openly) < FEWEST:
        return
    context.state = common_state(openly, look, said)


def common_state(names: Sequence[Mention], look: NameLookup, said: Sequence[tuple[str, int]] = ()) -> str | None:
    """The one state in which there are places of most of the names; one of those that are said, if any is."""
    counts = Counter(state for name in names for state in look.states(name.name))
    if said:
        counts = Counter({state: counts[state] for state, _ in said})
    elif len(names) < FEWEST_ALONE:
        return None
    (best, most), (_, second) = (*counts.most_common(2), ("", 0), ("", 0))[:2]
    return best if most >= MOST_IN_STATE * len(names) and second < most * (1 if said else SECOND) else None


def _find_word(context: ListContext, look: NameLookup) -> None:
    """Counties, if the list is introduced as one of counties or half of the names are only counties, and all can be.

    "Alachua and Broward County" may be a city and a county, or two counties.
    """
    if len(context.listed) == 1 and context.introduced not in COUNTIES:
        return
    openly = [
        name
        for name in context.listed
        if not (name.word or name.is_institution or (name.own_state and not context.is_headed) or name.is_heading)
    ]
    kinds = [look.kinds(name.name, name.state or context.state) for name in openly]
    if not openly or not all(COUNTY_LIKE & kind for kind in kinds):
        return
    only = sum(kind == {PlaceKind.COUNTY} for kind in kinds)
    if context.introduced in COUNTIES or (
        only * 2 >= len(openly) > 1 and not any(stands_alone_in(name.name) for name in openly)
    ):
        context.word = "parishes" if context.state == "LA" else "counties"
        if context.introduced in COUNTIES:
            for name in openly:
                name.word = context.word
    elif len(context.listed) == 2 and context.listed[1].word == "county":
        context.is_unsure = True
