"""Places by name: all that a written name may mean, and the one that is meant, where that is settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.intake.governments import Government, census, census_list, own
from bot.intake.written import COUNTY_LIKE, Written, place_as_written, readings, shortened_state
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.spelling import STATES, fold, state_code

CITY_LIKE = frozenset({PlaceKind.CITY, PlaceKind.CITY_AND_COUNTY, PlaceKind.METRO, PlaceKind.FEDERAL_DISTRICT})
SHORT = 5  # letters; shorter names are not looked for in other spacing
ALIKE = 75  # of 100: below this two names are not each other's typing mistake
# Cities that stand alone in datelines, without their state (Associated Press Stylebook, "datelines").
ALONE = {
    "Atlanta": "GA", "Baltimore": "MD", "Boston": "MA", "Chicago": "IL", "Cincinnati": "OH", "Cleveland": "OH", "Dallas": "TX",
    "Denver": "CO", "Detroit": "MI", "Honolulu": "HI", "Houston": "TX", "Indianapolis": "IN", "Las Vegas": "NV",
    "Los Angeles": "CA", "Miami": "FL", "Milwaukee": "WI", "Minneapolis": "MN", "New Orleans": "LA", "Oklahoma City": "OK",
    "Philadelphia": "PA", "Phoenix": "AZ", "Pittsburgh": "PA", "St. Louis": "MO", "Salt Lake City": "UT", "San Antonio": "TX",
    "San Diego": "CA", "San Francisco": "CA", "Seattle": "WA",
}  # fmt: skip
TOWNSHIPS = frozenset({"IL", "IN", "KS", "MI", "MN", "MO", "ND", "NE", "NJ", "NY", "OH", "PA", "SD", "WI"})
ALL_KNOWN = COUNTY_LIKE | {"metro", "city and county", "city and borough"}  # our own list has them all
UNMISTAKABLE = frozenset({"ocd-division/country:us/district:dc", "ocd-division/country:us/state:ny/place:new_york"})
_ALONE = {fold(name): state for name, state in ALONE.items()}
_KIND_WORDS = {
    PlaceKind.STATE: frozenset({"state"}),
    PlaceKind.CITY: frozenset({"city"}),
    PlaceKind.FEDERAL_DISTRICT: frozenset({"city"}),
    PlaceKind.METRO: frozenset({"metro", "city"}),
    PlaceKind.CITY_AND_COUNTY: frozenset({"city", "county", "city and county", "borough", "city and borough", "municipality"}),
}
# Those that keep a name to themselves where both bear it.
_BEFORE = {"": (), "town": (), "village": ("town", "borough"), "borough": ("town",)}
_ORDER = (
    PlaceKind.STATE,
    PlaceKind.FEDERAL_DISTRICT,
    PlaceKind.CITY,
    PlaceKind.CITY_AND_COUNTY,
    PlaceKind.METRO,
    PlaceKind.COUNTY,
    PlaceKind.TOWN,
    PlaceKind.INSTITUTION,
)


@dataclass(frozen=True)
class Resolved:
    """The place that is meant, or None and those that may be. `doubt` says in words why it should be looked at."""

    place: Jurisdiction | None
    candidates: tuple[Jurisdiction, ...] = ()
    doubt: str = ""


@dataclass(frozen=True)
class _Fits:
    """The governments a name may mean, and whether they are of the kind that is written with it."""

    read: Written
    found: tuple[Government, ...]
    is_of_kind: bool = True


class Gazetteer:
    """Every government known, by its names. `is_complete`: the list of all of them was read, not only our own."""

    def __init__(self, own: Iterable[tuple[Government, tuple[str, ...]]], listed: Iterable[Government] | None = None) -> None:
        self.is_complete = listed is not None
        self._named: dict[str, list[Government]] = {}
        self._of_division: dict[str, Government] = {}
        self._in_states: dict[str, tuple[str, ...]] = {}
        self._squeezed: dict[str, list[str]] = {}
        known: set[str] = set()
        for government, stands_for in own:
            known |= {government.ocd_id, *stands_for}
            self._of_division |= dict.fromkeys((government.ocd_id, *stands_for), government)
            for name in _names(government):
                self._named.setdefault(fold(name.name), []).append(name)
        for government in listed or ():
            if government.ocd_id not in known:
                self._of_division[government.ocd_id] = government
                for part in {government.name, *government.name.rstrip(")").split(" (")}:  # "Addison (Webster Springs)"
                    self._named.setdefault(fold(part), []).append(government)

    def named(self, written: str, state: str | None = None) -> tuple[Jurisdiction, ...]:
        """All that a written name, or division id, may mean, the likeliest first; `state` counts where the name says none."""
        return self._places(self._fits(written, state).found)

    def resolve(self, written: str, state: str | None = None) -> Resolved:
        """The place that is meant.

        1. The form written decides what it can: "State of", "County", "City of"; so does the state.
        2. With a state: its city of that name, else the only place of that name; a town and a county are asked about.
        3. Without one: a state of that name, unless New York City or Washington, D.C. may be meant; a city that newspapers
           name without its state; the only city of that name, or the only place.
        Anything else is asked about: no place, and the candidates.
        """
        fits = self._fits(written, state)
        candidates = self._places(fits.found)
        if not candidates:
            return Resolved(None) if self.is_complete else _unlisted(written, state)
        if not fits.is_of_kind:
            return _of_other_kind(fits.read, candidates) if self.is_complete else _unlisted(written, state, candidates)
        if fits.read.state:
            return self._in_state(fits.read, candidates)
        return self._without_state(fits.read, candidates)

    def places(self) -> Iterator[Jurisdiction]:
        """Every place known, once each, in no order."""
        yield from {one.ocd_id: self._place(one) for one in self._of_division.values()}.values()

    def closest(self, written: str, state: str | None = None, limit: int = 5) -> tuple[Jurisdiction, ...]:
        """Places whose name is nearly the one written, best first."""
        found: dict[Jurisdiction, float] = {}
        for read in readings(written):
            where = read.state or (state_code(state) if state else None)
            names = self._names_in(where) if where else tuple(self._named)
            for name, score, _ in process.extract(read.bare, names, scorer=fuzz.ratio, limit=4 * limit, score_cutoff=ALIKE):
                some = [one for one in self._named[name] if not where or one.state == where]
                of_kind = [one for one in some if not read.word or read.word in _words(one)]
                for place in self._places(of_kind or some):
                    found[place] = max(found.get(place, 0), score - (0 if of_kind else 5))
        order = sorted(found, key=lambda place: (-found[place], _ORDER.index(place.kind), place.label))
        return tuple(order[:limit])

    def _fits(self, written: str, state: str | None) -> _Fits:
        if one := self._of_division.get(written.strip().casefold()):
            return _Fits(Written(fold(one.name), one.word, one.state), (one,))
        given = state_code(state) if state else None
        if state and not given:
            return _Fits(Written(fold(written)), ())
        if code := shortened_state(written):
            read = Written(fold(STATES[code]), "state", code)
            named = self._called(read.bare)
            return _Fits(read, tuple(one for one in named if one.state == code and one.kind in _STATES))
        other_kind = None
        for read in readings(written):
            if given and read.state and read.state != given:
                continue
            here = Written(read.bare, read.word, read.state or given or "", read.county)
            named = self._there(here, here.bare)
            fitting = tuple(one for one in named if _fits_word(one, here.word))
            if here.word in COUNTY_LIKE:  # "Athens-Clarke County" has it in its name
                fitting += self._there(here, f"{here.bare} {here.word}")
            if fitting:
                return _Fits(here, fitting)
            if named and other_kind is None:
                other_kind = _Fits(here, named, is_of_kind=False)
        return other_kind or _Fits(Written(fold(written)), ())

    def _called(self, name: str) -> Sequence[Government]:
        return self._named.get(name, ())

    def _there(self, read: Written, name: str) -> tuple[Government, ...]:
        """Those of that name in the state and county that are said; "De Kalb" is DeKalb where nothing is called De Kalb."""
        found = tuple(one for one in self._called(name) if _is_there(one, read))
        if found or len(squeezed := name.replace(" ", "")) < SHORT:
            return found
        if not self._squeezed:
            for known in self._named:
                self._squeezed.setdefault(known.replace(" ", ""), []).append(known)
        alike = (one for known in self._squeezed.get(squeezed, ()) for one in self._called(known))
        return tuple(one for one in alike if _is_there(one, read))

    def _places(self, governments: Iterable[Government]) -> tuple[Jurisdiction, ...]:
        places = {self._place(one): one for one in governments}
        by_kind = sorted(places, key=lambda place: (_ORDER.index(place.kind), not places[place].given, place.name, place.state))
        return tuple(by_kind)

    def _place(self, one: Government) -> Jurisdiction:
        if one.given:
            return one.given
        same = self._called(fold(one.name))
        name, aliases = _name_among(one, [other for other in same if other.state == one.state and other.ocd_id != one.ocd_id])
        return Jurisdiction(0, name, one.kind, one.state, aliases, ocd_id=one.ocd_id)

    def _names_in(self, state: str) -> tuple[str, ...]:
        if state not in self._in_states:
            names = (name for name, some in self._named.items() if any(one.state == state for one in some))
            self._in_states[state] = tuple(names)
        return self._in_states[state]

    def _in_state(self, read: Written, candidates: tuple[Jurisdiction, ...]) -> Resolved:
        cities = [place for place in candidates if place.kind in CITY_LIKE]
        if len(cities) == 1:
            return Resolved(cities[0], candidates)
        if len(candidates) == 1 and (self.is_complete or read.word or not _may_share(candidates[0])):
            return Resolved(candidates[0], candidates)
        return Resolved(None, candidates)

    def _without_state(self, read: Written, candidates: tuple[Jurisdiction, ...]) -> Resolved:
        states = [place for place in candidates if place.kind is PlaceKind.STATE]
        cities = [place for place in candidates if place.kind in CITY_LIKE]
        if states:
            namesakes = [place for place in cities if fold(place.name) != read.bare]  # New York City, Washington, D.C.
            return Resolved(None, (*states, *namesakes)) if namesakes else Resolved(states[0], (states[0],))
        is_known_alone = self.is_complete or read.word in ALL_KNOWN or candidates[0].ocd_id in UNMISTAKABLE
        if len(candidates) == 1 and is_known_alone:
            return Resolved(candidates[0], candidates)
        if (code := _ALONE.get(read.bare)) and read.word in ("", "city", "city and county"):
            place = next(place for place in cities if place.state == code)
            why = f"No state is written. {place.label} is read: newspapers name it without its state."
            return Resolved(place, candidates, why)
        if len(cities) == 1 and self.is_complete and read.word not in COUNTY_LIKE:
            why = f"No state is written. {cities[0].label} is the only city of that name."
            return Resolved(cities[0], candidates, why)
        settled = tuple(place for place in candidates if place.kind is not PlaceKind.TOWN)
        return Resolved(None, settled or candidates)


_STATES = (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)


def _names(government: Government) -> list[Government]:
    """The government under each name of our own list that it is looked up by."""
    place = government.given
    if place is None:
        return [government]
    found = [government]
    for alias in place.aliases:
        read = next(iter(readings(alias)))
        if read.word in ("city", "town", "state"):
            found.append(government._replace(name=read.bare))
        elif read.word == "county":
            found.append(government._replace(name=read.bare, word="county"))
        else:
            found.append(
                government._replace(name=read.bare, word=read.word if place.kind is PlaceKind.COUNTY else government.word)
            )
            found.append(government._replace(name=alias.replace("(KY)", "")))
    if place.kind is PlaceKind.FEDERAL_DISTRICT:
        found.append(government._replace(name="Washington"))
    return list({fold(one.name) + "|" + one.word: one for one in found}.values())


def _words(one: Government) -> frozenset[str]:
    """The words for a kind that may be written with that name."""
    said = frozenset({one.word, one.word.split()[-1]}) if one.word else frozenset()
    return said | (
        frozenset() if one.kind is not PlaceKind.COUNTY and one.word == "county" else _KIND_WORDS.get(one.kind, said)
    )


def _fits_word(one: Government, word: str) -> bool:
    if word:
        return word in _words(one)
    return one.kind is PlaceKind.COUNTY or one.word != "county"  # Louisville Metro is "Jefferson County", and not "Jefferson"


def _is_there(one: Government, read: Written) -> bool:
    return (not read.state or one.state == read.state) and (not read.county or fold(one.county) == read.county)


def _name_among(one: Government, peers: Sequence[Government]) -> tuple[str, tuple[str, ...]]:
    """The name that no other place of that kind in the state has, and the aliases.

    Cook County; Oak Park; Abington Township; where a city or a town has the name too: Town of Albany, Village of Hempstead;
    where several of its kind have it: Washington Township, Morris County.
    """
    if one.kind is PlaceKind.COUNTY:
        return f"{one.name} {one.word.title().replace(' And ', ' and ')}", ()
    name, aliases = one.name, [f"{(one.word or 'city').capitalize()} of {one.name}"]
    if one.word.endswith(("township", "plantation")):
        name, aliases = f"{one.name} {one.word.title()}", []
    elif one.word != "city" and any(other.kind in CITY_LIKE or other.word in _BEFORE[one.word] for other in peers):
        name, aliases = aliases[0], [one.name]
    if one.county and any((other.kind, other.word) == (one.kind, one.word) for other in peers):
        return f"{name}, {one.county}", ()
    return name, tuple(aliases)


def _of_other_kind(read: Written, candidates: tuple[Jurisdiction, ...]) -> Resolved:
    """ "Town of Seattle, Washington": the city, where it is the only place of that name; no county where a city is written."""
    only = candidates[0]
    wide = (PlaceKind.COUNTY, PlaceKind.STATE)
    if len(candidates) == 1 and read.state and only.kind not in wide and read.word not in {*COUNTY_LIKE, "state"}:
        return Resolved(only, candidates, f"Written as a {read.word}; {only.full_label} is the only place of that name.")
    return Resolved(None, candidates, f"Written as a {read.word}, and no {read.word} of that name is known.")


def _may_share(place: Jurisdiction) -> bool:
    """Whether one that only the full list knows may bear the name too: a county's, or a town's where there are townships."""
    return (place.kind is PlaceKind.COUNTY and place.state != "PR") or (
        place.kind is PlaceKind.TOWN and place.state in TOWNSHIPS
    )


def _unlisted(written: str, state: str | None, known: tuple[Jurisdiction, ...] = ()) -> Resolved:
    """Where not all governments are known: the place that the name says by itself, with its state and its kind; it is asked
    about where the kind is not said, or where others of the name, of another kind, are `known`."""
    place, is_said = place_as_written(written, state_code(state) if state else None)
    if place is None:
        return Resolved(None, known)
    why = f"{place.label} is not among the places known here, and was not checked against the list of all governments."
    return Resolved(place if is_said and not known else None, (place, *known), why)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Every place known here, read once, at the first call (some 0.5 s with the list of all governments)."""
    path = census_list()
    return Gazetteer(own(), census(path) if path else None)
