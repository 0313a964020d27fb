"""Decides which government a name means: by what is written with it, its list and the rest of the text; or leaves it open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from bot.reader.extract.state_names import state_code_of
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.named import Named
from bot.reader.mentions.scanning import SINGULAR, as_written
from bot.reader.mentions.written_words import NameLookup, Words
from bot.record.place_names import fold
from bot.record.places import PlaceKind
from bot.record.said_names import CITY_LIKE

STATE_KINDS = (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)
MOST = 25  # candidates
OF_CITIES = frozenset({"city", "cities", "mayor", "mayors"})


def settle(names: Sequence[Named], words: Words, look: NameLookup) -> list[Named]:
    """The names that are places or institutions, with what they mean.

    1. The state that is written with a name, or shared over its list.
    2. A state, or a city that newspapers name without its state; among cities "New York" is the city.
    3. The state that the same name has elsewhere in the text, of the other places of the list, or of the whole text.
    4. The only place of that name that is in our own list. Small places of the full list need a state.
    """
    lists: dict[int, list[Named]] = defaultdict(list)
    for name in names:
        lists[name.group].append(name)
    for listed in lists.values():
        _share_kinds(listed, words)
        _share_states(listed, words, look)
    settler = _Settler(names, lists, words, look)
    return [name for name in names if name.is_institution or settler.settle(name)]


def _share_kinds(listed: Sequence[Named], words: Words) -> None:
    """ "the counties of A and B", "A, B and C counties": the word counts for all between."""
    plural = ""
    for name in listed:
        if name.word and name.word not in SINGULAR:
            plural = ""
        elif name.word:
            plural = name.word
        elif plural and not name.is_institution:
            name.word = plural
    run: list[Named] = []
    for name in listed:
        if name.word or name.is_institution:
            run = []
            continue
        run.append(name)
        word = words.lower(name.following)
        if word in SINGULAR and words.gap(name.following - 1) == " " and len(run) > 1:
            for one in run:
                one.word = word
            name.following += 1
            run = []


def _share_states(listed: Sequence[Named], words: Words, look: NameLookup) -> None:
    """The state behind the last of several, and the one before the first, for those without one between.

    It counts for all of them or for none, and never over a semicolon or a line end.
    """
    first_state = next((name.state for name in listed[:1] if name.is_state_shared), None)
    run: list[Named] = []
    end = 0
    for name in listed:
        if ";" in words.flat[end : name.start] or "\n" in words.flat[end : name.start]:
            run = []
        end = name.end
        if name.state and not name.is_state_shared:
            if all(look.known.named(as_written(one), name.state) for one in run if not state_code_of(one.name)):
                for one in run:
                    if look.known.named(as_written(one), name.state):
                        one.state, one.is_state_shared = name.state, True
            run = []
        elif first_state and not name.state:
            name.state, name.is_state_shared = first_state, True
        elif not name.is_institution and not (name.word == "state" or name.word == "states"):
            run.append(name)
        else:
            run = []


class _Settler:
    def __init__(self, names: Sequence[Named], lists: dict[int, list[Named]], words: Words, look: NameLookup) -> None:
        self.lists, self.words, self.look = lists, words, look
        self.elsewhere: dict[str, set[str]] = defaultdict(set)
        self.said: Counter[str] = Counter()
        self.surnames: set[str] = set()
        self.stands_behind_of: set[str] = set()
        for name in names:
            self._note(name)

    def _note(self, name: Named) -> None:
        if name.state and not name.is_state_shared:
            self.elsewhere[fold(name.name)].add(name.state)
            self.said[name.state] += 1
        elif (code := state_code_of(name.name)) and not name.is_institution:
            self.said[code] += 1
        if name.is_part_of_name and self.words.is_capital(name.first - 1):
            self.surnames.add(name.name)
        elif self.words.lower(name.first - 1) in ("of", "in"):
            self.stands_behind_of.add(name.name)

    def settle(self, name: Named) -> bool:
        """Whether it is a name of a place; sets what it means."""
        written = as_written(name)
        if state_code_of(name.name) and self._settle_state(name, written):
            return True
        if name.state:
            self._take(name, written, name.state)
            if name.place is None and name.is_state_shared and not name.candidates:
                name.state, name.is_state_shared = None, False
                return self.settle(name)
            return name.place is not None or bool(name.candidates) or not name.is_unknown or not name.is_state_shared
        if self._is_surname(name):
            return False
        if not name.is_unknown:
            return self._settle_without_state(name, written)
        return bool(name.word) and self._settle_without_state(name, written)

    def _settle_state(self, name: Named, written: str) -> bool:
        """A state or the federal district; "New York" and "Washington" are cities among cities."""
        if name.state or name.word in ("county", "counties", "township", "parish"):
            return False
        candidates = self.look.resolve(written, None).candidates
        wanted = (
            name.word in OF_CITIES or name.title in OF_CITIES or (not name.word and not name.title and self._among_cities(name))
        )
        for place in candidates:
            if (place.kind in CITY_LIKE) is wanted and (wanted or place.kind is PlaceKind.STATE):
                name.place = place
                break
        else:
            name.place = next((place for place in candidates if place.kind in STATE_KINDS), None)
        name.candidates = candidates[:MOST]
        return name.place is not None

    def _among_cities(self, name: Named) -> bool:
        others = [one for one in self.lists[name.group] if one is not name and not one.is_institution]
        cities = sum(state_code_of(one.name) is None and one.word not in ("county", "counties") for one in others)
        return len(others) > 0 and cities * 2 > len(others)

    def _is_surname(self, name: Named) -> bool:
        if name.word or name.title or name.name not in self.surnames or name.name in self.stands_behind_of:
            return False
        return stands_alone_in(name.name) is None

    def _take(self, name: Named, written: str, state: str | None) -> bool:
        resolved = self.look.resolve(written, state)
        name.place, name.candidates = resolved.place, resolved.candidates[:MOST]
        return name.place is not None

    def _settle_without_state(self, name: Named, written: str) -> bool:
        if stands_alone_in(name.name) and name.word in ("", "city", "cities", "city and county"):
            return self._take(name, written, stands_alone_in(name.name))
        for state in self._likely_states(name):
            places = self.look.places(written, state)
            if any(place.state == state for place in places) and self._take(name, written, state):
                return True
        resolved = self.look.resolve(written, None)
        known = tuple(place for place in resolved.candidates if self.look.known.is_well_known(place))
        if name.word and not known:
            known = resolved.candidates
        name.candidates = known[:MOST]
        if resolved.place in known:
            name.place = resolved.place
        return bool(known)

    def _likely_states(self, name: Named) -> list[str]:
        """The states in which it may lie, by the text, the surest first."""
        states: list[str] = []
        if len(elsewhere := self.elsewhere.get(fold(name.name), set())) == 1:
            states.extend(elsewhere)
        beside = {one.state or (one.place.state if one.place else None) for one in self.lists[name.group] if one is not name}
        if len(beside := beside - {None}) == 1:
            states.extend(str(state) for state in beside)
        if self.said:
            (most, count), *others = self.said.most_common(2)
            if not others or count > 2 * others[0][1]:
                states.append(most)
        return states
