"""Decides which government a name means: by what is written with it, its list and the rest of the text; or leaves it open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.features import same_body
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.mentions.shared_words import ListContext, common_state, contexts
from bot.reader.mentions.written_words import FOREIGN, NameLookup, Words
from bot.reader.rules import word_lists, word_set
from bot.reader.state_names import state_code_of
from bot.record.place_names import STATES, fold
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.said_names import CITY_LIKE

STATE_KINDS = (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)
FEWEST_AROUND = 4  # names of a list, so that one that is only known in another state is an item of it
MOST = 25  # candidates
PARTS = word_lists("name_parts")
#: A name with one of these at its end is whole: "Alder Group" is not the Alder Group Center.
ENDS = word_set("organization_words") | word_set("company_endings") | {"states"}  # "United States" is no body's name
DISTRICTS = (" School District", " ISD")
COUNTIES = ("county", "counties", "parish", "parishes")
FEWEST_WITH_STATE = 3  # names of a list in which Georgia may be the country
DOMINANT = 2  # times as often as the next state


def settle(names: Sequence[Mention], words: Words, look: NameLookup) -> list[Mention]:
    """The names that are places or institutions, with what they mean.

    1. The state that is written with a name, or shared over its list.
    2. A state, or a city that newspapers name without its state; among cities "New York" is the city.
    3. The state that the same name has elsewhere in the text, of the other places of the list, or of the whole text.
    4. The only place of that name that is in our own list. Small places of the full list need a state.
    """
    text = _TextFacts(names, words, look)
    lists = contexts(names, words, look, text.states)
    settler = _Settler(text, lists, look)
    abroad = {id(name) for context in lists.values() if not context.state for name in _abroad(context.listed, text, look)}
    places = [
        name
        for name in names
        if name.is_institution or (id(name) not in abroad and (settler.settle(name) or _is_firm(name, lists[name.group])))
    ]
    _settle_by_others(places)
    _name_in_full(places)
    _share_seats(places)
    return places


def _is_firm(name: Mention, context: ListContext) -> bool:
    """Whether it is a firm among others that were written to, since no town of that name can be meant: "Zorvex and Hilton"."""
    is_bare = not (name.word or name.title or name.state or name.is_part_of_name or name.is_unknown)
    others = [one for one in context.listed if one is not name]
    name.is_institution = is_bare and name.is_addressed and len(others) > 1 and all(one.is_institution for one in others)
    return name.is_institution


def _abroad(listed: Sequence[Mention], text: _TextFacts, look: NameLookup) -> list[Mention]:
    """Those of a list that are countries and cities abroad: "Georgia, Armenia and Turkey", "Paris, London and Rome".

    Most of the list may be abroad, and one surely is, or all may be; a state that the text names has not all of them.
    """
    foreign = [
        name
        for name in listed
        if fold(name.name) in FOREIGN and not (name.state or name.word or name.title or name.is_institution)
    ]
    if any(name.own_state and name not in foreign for name in listed) or len(listed) < FEWEST_WITH_STATE:
        foreign = [name for name in foreign if not name.own_state]
    if not foreign or len(foreign) * 2 <= len(listed) or any(_may_be_in(state, foreign, look) for state, _ in text.states):
        return []
    is_sure = len(foreign) == len(listed) > 1 or any(look.is_only_foreign(name.name) for name in foreign)
    return foreign if is_sure else []


def _may_be_in(state: str, names: Sequence[Mention], look: NameLookup) -> bool:
    return all(name.own_state != state and look.kinds(name.name, state) for name in names)


def _name_in_full(names: Sequence[Mention]) -> None:
    """ "Barnard" in a list is Barnard College, if the text names it so; a town in a list of schools is its school district."""
    named = {(name.group, name.name) for name in names}
    longer: dict[str, set[str]] = defaultdict(set)
    for full in {name.name for name in names if name.is_institution}:
        for end in range(1, full.count(" ") + 1):
            longer[" ".join(full.split(" ")[:end])].add(full)
    schools: Counter[int] = Counter(name.group for name in names if name.is_institution and name.name.endswith(DISTRICTS))
    in_full: list[tuple[Mention, str, bool]] = []
    for name in names:
        is_complete = name.name.rpartition(" ")[2].casefold() in ENDS
        full = next(iter(longer[name.name])) if len(longer[name.name]) == 1 and not is_complete else ""
        if full:
            is_other = bool(name.word or (name.state and name.state_from is StateFrom.ITSELF) or (name.group, full) in named)
            is_town = not is_other and full.removeprefix(name.name).startswith((" School ", " ISD"))
            schools[name.group] += is_town
            in_full.append((name, full, is_town))
    for name, full, is_town in in_full:
        if (name.is_unlisted and name.is_institution) or (is_town and schools[name.group] > 1):
            name.name, name.is_institution, name.place, name.candidates = full, True, None, ()
            name.state = name.state if name.state_from is StateFrom.ITSELF else None


def _share_seats(names: Sequence[Mention]) -> None:
    """An institution is in the state that is written with its name elsewhere, if that is one."""
    seats: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name.is_institution and name.state and name.state_from is StateFrom.ITSELF:
            seats[same_body(name.name)].add(name.state)
    for name in names:
        states = seats.get(same_body(name.name), set()) if name.is_institution and not name.state else set()
        if len(states) == 1:
            name.state, name.state_from = next(iter(states)), StateFrom.ELSEWHERE


def _settle_by_others(names: Sequence[Mention]) -> None:
    """An open "New York" or "Washington" is what the same name means elsewhere in the text, if that is one place."""
    meant: dict[str, set[Jurisdiction]] = defaultdict(set)
    for name in names:
        if name.place:
            meant[fold(name.name)].add(name.place)
    for name in names:
        same = meant.get(fold(name.name), set()) if name.candidates and not name.place else set()
        if len(same) == 1 and same <= set(name.candidates):
            name.place = next(iter(same))


@lru_cache(maxsize=2**12)
def _states_in(institution: str) -> list[str]:
    return [code for code, full in STATES.items() if institution.startswith(full) or institution.endswith(f"of {full}")]


class _TextFacts:
    """What the whole text says: the states it names, the names with a state beside them, surnames."""

    def __init__(self, names: Sequence[Mention], words: Words, look: NameLookup) -> None:
        self.elsewhere: dict[str, set[str]] = defaultdict(set)
        self.surnames: set[str] = set()
        no_surnames: set[str] = set()
        said: Counter[str] = Counter()
        for name in names:
            for state in self._states_of(name):
                said[state] += 1
            if name.state and name.state_from is StateFrom.ITSELF:
                own = name.name.split()[-1] if name.is_unknown else name.name  # "East 2nd Street Tulsa, OK"
                self.elsewhere[fold(own)].add(name.state)
            if name.is_part_of_name and words.is_capital(name.first - 1) and name.last - name.first < 2:
                self.surnames.add(name.name)
            elif words.lower(name.first - 1) in ("of", "in") or name.state or name.word:
                no_surnames.add(name.name)
        #: The states that the text names, most often first, with how often.
        self.states = (
            said or self._shortened(words) or self._of_counties(names, look) or self._of_most(names, look)
        ).most_common(4)
        self.surnames -= no_surnames

    @staticmethod
    def _states_of(name: Mention) -> list[str]:
        if name.is_institution:
            return _states_in(name.name)
        own = name.own_state if name.word not in PARTS["of no state"] else None  # Nevada County is in California
        code = name.state or own
        return [code] if code else []

    @staticmethod
    def _shortened(words: Words) -> Counter[str]:
        """The states that it names with a postal code or short form only: "the NJ attorney general"."""
        written = ((words.texts[at], words.gap(at)[:1] == ".") for at in words.capitals)
        texts = (text for text, is_short in written if is_short or (len(text) == 2 and text.isupper()))  # not "La Mesa"
        codes = (state_code_of(text) for text in texts if text not in PARTS["postal codes that are words"])
        return Counter(code for code in codes if code)

    @staticmethod
    def _of_counties(names: Sequence[Mention], look: NameLookup) -> Counter[str]:
        """The states of the counties that can only be in one."""
        places = (look.resolve(name.written, None).place for name in names if name.word in COUNTIES)
        return Counter(place.state for place in places if place)

    @staticmethod
    def _of_most(names: Sequence[Mention], look: NameLookup) -> Counter[str]:
        """The one state in which there are places of most of its names."""
        named = {name.name: name for name in names if not (name.is_unlisted or name.is_unknown or name.is_institution)}
        state = common_state([*named.values()], look)
        return Counter([state] if state else [])

    @property
    def state(self) -> str | None:
        """The state that the text is about: named alone, or far more often than any other."""
        if not self.states:
            return None
        (most, count), *others = self.states
        return most if not others or count > DOMINANT * others[0][1] else None


class _Settler:
    def __init__(self, text: _TextFacts, lists: dict[int, ListContext], look: NameLookup) -> None:
        self.text, self.lists, self.look = text, lists, look

    def settle(self, name: Mention) -> bool:
        """Whether it is a name of a place; sets what it means."""
        if (name.own_state and self._settle_state(name)) or (name.state and self._settle_in_state(name)):
            return True
        context = self.lists[name.group]
        if name.is_unlisted:  # it stays as it is, unless it is an ordinary word that is a place of their state
            if context.state:
                self._share(name, context.as_written(name), context.state, StateFrom.REST)
            return True
        is_surname = name.name in self.text.surnames and not (name.word or name.title)
        if (is_surname or name.is_part_of_name) and not stands_alone_in(name.name):
            return False
        is_under_heading = context.is_headed and self.look.kinds(name.name, context.state)  # Union in "Ohio: Lake, Union"
        if (name.is_unknown and not (name.word or is_under_heading)) or not self._settle_without_state(name, context):
            return False
        if context.is_unsure and not name.word:
            name.place = None
        return True

    def _settle_state(self, name: Mention) -> bool:
        """A state or the federal district; "New York" and "Washington" are cities among cities, and open if alone."""
        if name.word in PARTS["of no state"] or (name.state and name.state != name.own_state):
            return False
        context = self.lists[name.group]
        if context.is_headed and context.state and not name.is_heading and self.look.kinds(name.name, context.state):
            return self._share(name, context.as_written(name), context.state, StateFrom.REST) or bool(name.candidates)
        self._take(name, name.name, None)
        is_city = name.word in PARTS["of cities"] or name.title in PARTS["of cities"] or bool(name.state)
        if not (name.word or name.title or name.state or name.is_heading):
            if not context.is_list_of_places:
                return bool(name.candidates)
            is_city = context.is_of_cities(name)
        wanted = CITY_LIKE if is_city else STATE_KINDS
        name.place = next((place for place in name.candidates if place.kind in wanted), None) or name.place
        return bool(name.candidates)

    def _settle_in_state(self, name: Mention) -> bool:
        is_own = name.state_from is StateFrom.ITSELF
        is_settled = self._take(name, name.written if is_own else self.lists[name.group].as_written(name), name.state)
        if name.is_unsure:
            named = [one for one in self.look.resolve(name.name, None).candidates if self.look.known.is_well_known(one)]
            named = [one for one in named if one.kind is not PlaceKind.COUNTY]
            name.place, name.candidates = None, tuple(dict.fromkeys((*name.candidates, *named)))[:MOST]
        if is_settled or name.candidates or is_own:
            return True
        name.state = None
        return False

    def _settle_without_state(self, name: Mention, context: ListContext) -> bool:
        written = context.as_written(name)
        alone = stands_alone_in(name.name)
        if alone and not context.word and name.word in ("", "city", "cities"):
            return self._take(name, written, alone)
        elsewhere = self.text.elsewhere.get(fold(name.name), set())
        known = [(StateFrom.ELSEWHERE, state) for state in elsewhere if len(elsewhere) == 1]
        for state_from, state in (*known, (StateFrom.REST, context.state)):
            if state and self.look.places(written, state) and self._share(name, written, state, state_from):
                return True
        return self._settle_by_text(name, written, context)

    def _settle_by_text(self, name: Mention, written: str, context: ListContext) -> bool:
        """In the state that the text is about, unless one well-known place elsewhere has the name; else that place."""
        resolved = self.look.resolve(written, None)
        known = tuple(place for place in resolved.candidates if self.look.known.is_well_known(place))
        state = self.text.state
        here = self.look.places(written, state) if state else ()
        is_known_here = any(place.state == state for place in known)
        cities = [place for place in known if place.kind is not PlaceKind.COUNTY]
        if (
            state
            and here
            and (len(cities or known) != 1 or is_known_here)
            and self._share(name, written, state, StateFrom.REST)
        ):
            return True
        name.candidates = (*here, *(place for place in known if place not in here))[:MOST]
        around = context.state or state
        if not name.candidates and around and len(context.listed) >= FEWEST_AROUND and not name.is_unknown:
            name.state, name.state_from, name.is_unlisted = around, StateFrom.REST, True  # misspelled, or in no list
            return True
        is_shown = name.word or name.is_in_column or " " in name.name  # "Mill Valley" is hardly anything but a place
        if is_shown and not name.candidates:
            name.candidates = resolved.candidates[:MOST]
        if not name.word and len(context.listed) == 1 and all(place.kind is PlaceKind.COUNTY for place in name.candidates):
            return False  # "Becker" alone is rarely Becker County
        name.place = resolved.place if resolved.place in name.candidates and not here else None
        return bool(name.candidates)

    def _take(self, name: Mention, written: str, state: str | None) -> bool:
        resolved = self.look.resolve(written, state)
        name.place, name.candidates = resolved.place, resolved.candidates[:MOST]
        return name.place is not None

    def _share(self, name: Mention, written: str, state: str, state_from: StateFrom) -> bool:
        """Whether it is one place of that state, which it gets then."""
        if not self._take(name, written, state):
            return False
        name.state, name.state_from = state, state_from
        return True
