"""Looks up places by name: all that a written name may mean, and the one that is meant if that is certain."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.reader.gazetteer.government_names import (
    ORDER,
    fits_word,
    is_municipality,
    is_there,
    lookup_names,
    may_be_there,
    name_among,
    words_of,
)
from bot.reader.gazetteer.governments import (
    COUNTY_DIGITS,
    PLACE_DIGITS,
    TOWNSHIP_DIGITS,
    Government,
    census,
    own,
)
from bot.reader.gazetteer.resolution import ALONE, ResolvedPlace, in_state, of_other_kind, unlisted, without_state
from bot.reader.gazetteer.written_names import COUNTY_WORDS, WrittenName, name_readings, shortened_state
from bot.record.errors import CaseError
from bot.record.place_names import STATES, fold, state_code
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.said_names import CITY_LIKE

__all__ = ["ALONE", "Gazetteer", "ResolvedPlace", "gazetteer", "governments_in_use", "use_governments"]

SHORT = 5  # letters; shorter names are not tried with other spacing
_STATES = (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)
ALIKE = 75  # of 100; two names less alike are not misspellings of each other


@dataclass(frozen=True)
class _FittingGovernments:
    """The governments that a name may mean, and whether they are of the kind written with it."""

    read: WrittenName
    found: tuple[Government, ...]
    is_of_kind: bool = True


class Gazetteer:
    """Every known government by its names. `is_complete`: the list of all governments was read, not only our own."""

    def __init__(
        self,
        own: Iterable[tuple[Government, tuple[str, ...]]],
        listed: Iterable[Government] | None = None,
        *,
        has_all_kinds: bool = True,
    ) -> None:
        self.is_complete = listed is not None and has_all_kinds
        self._named: dict[str, list[Government]] = {}
        self._of_division: dict[str, Government] = {}
        self._in_states: dict[str, tuple[str, ...]] = {}
        self._squeezed: dict[str, list[str]] = {}
        self._words_after: dict[str, int] = {}
        self._last: tuple[tuple[str, str | None], _FittingGovernments] = (
            ("", None),
            _FittingGovernments(WrittenName(""), ()),
        )
        known: set[str] = set()
        for government, stands_for in own:
            known |= {government.ocd_id, *stands_for}
            self._of_division |= dict.fromkeys((government.ocd_id, *stands_for), government)
            for name in lookup_names(government):
                self._named.setdefault(fold(name.name), []).append(name)
        for government in listed or ():
            if government.ocd_id not in known:
                self._of_division[government.ocd_id] = government
                for part in {government.name, *government.name.rstrip(")").split(" (")}:  # "Addison (Webster Springs)"
                    self._named.setdefault(fold(part), []).append(government)

    def named(self, written: str, state: str | None = None) -> tuple[Jurisdiction, ...]:
        """All that a written name or division id may mean, likeliest first. `state` counts if the name gives none."""
        return self._places(self._fits(written, state).found)

    def resolve(self, written: str, state: str | None = None) -> ResolvedPlace:
        """The place that is meant.

        1. The written form decides what it can: "State of", "County", "City of"; so does the state.
        2. With a state: its city of that name, else the only place of that name. Between a town and a county a person decides.
        3. Without a state: a state of that name, unless New York City or Washington, D.C. may be meant; a city that newspapers
           name without its state; the only city of that name, or the only place.
        Anything else gives no place, only the candidates, for a person to decide.
        """
        fits = self._fits(written, state)
        candidates = self._places(fits.found)
        if not candidates:
            return ResolvedPlace(None) if self.is_complete else unlisted(written, state)
        if not fits.is_of_kind:
            return of_other_kind(fits.read, candidates) if self.is_complete else unlisted(written, state, candidates)
        namesake = self._state_beside(written, state)
        if namesake and not any(place.kind in CITY_LIKE for place in candidates):
            return ResolvedPlace(None, (namesake, *candidates))
        if fits.read.state:
            return in_state(fits.read, candidates, self.is_complete)
        return without_state(fits.read, candidates, self.is_complete)

    def called(self, folded: str) -> Sequence[Government]:
        """The governments of this name, folded and without a word for its kind."""
        return self._named.get(folded, ())

    def is_name(self, folded: str) -> bool:
        """Whether a government has this name, folded and without a word for its kind."""
        return folded in self._named

    def is_well_known(self, place: Jurisdiction) -> bool:
        """Whether it is in our own list, not only in the list of all governments."""
        government = self._of_division.get(place.ocd_id)
        return government is not None and government.given is not None

    def most_words(self, first: str) -> int:
        """The number of words of the longest name that begins with this folded word; 0 if there is none."""
        if not self._words_after:
            longest: dict[str, int] = {}
            for name in self._named:
                words = name.split() or [""]
                longest[words[0]] = max(longest.get(words[0], 0), len(words))
            self._words_after = longest  # assigned in one step, since other threads may be reading it
        return self._words_after.get(first, 0)

    def places(self) -> Iterator[Jurisdiction]:
        """Every known place once, in no order."""
        yield from {one.ocd_id: self._place(one) for one in self._of_division.values()}.values()

    def closest(self, written: str, state: str | None = None, limit: int = 5) -> tuple[Jurisdiction, ...]:
        """Places with a name similar to the one written, best first."""
        scores: dict[Jurisdiction, float] = {}
        for read in name_readings(written):
            where = read.state or (state_code(state) if state else None)
            names = self._names_in(where) if where else tuple(self._named)
            for name, score, _ in process.extract(read.bare, names, scorer=fuzz.ratio, limit=4 * limit, score_cutoff=ALIKE):
                governments = [one for one in self._named[name] if not where or one.state == where]
                of_kind = [one for one in governments if not read.word or read.word in words_of(one)]
                for place in self._places(of_kind or governments):
                    scores[place] = max(scores.get(place, 0), score - (0 if of_kind else 5))
        order = sorted(scores, key=lambda place: (-scores[place], *self._rank(place), place.label))
        return tuple(order[:limit])

    def _fits(self, written: str, state: str | None) -> _FittingGovernments:
        """What was asked last is kept: for each row of a table, all that its name may mean is asked, and which is meant."""
        asked, fitting = self._last
        if asked != (written, state):
            fitting = self._fitting(written, state)
            self._last = (written, state), fitting  # in one step, since other threads may be reading it
        return fitting

    def _fitting(self, written: str, state: str | None) -> _FittingGovernments:
        if government := self._of_division.get(written.strip().casefold()):
            return _FittingGovernments(WrittenName(fold(government.name), government.word, government.state), (government,))
        given_state = state_code(state) if state else None
        if state and not given_state:
            return _FittingGovernments(WrittenName(fold(written)), ())
        if code := shortened_state(written):
            read = WrittenName(fold(STATES[code]), "state", code)
            named = self.called(read.bare)
            return _FittingGovernments(
                read, tuple(government for government in named if government.state == code and government.kind in _STATES)
            )
        other_kind = None
        for read in name_readings(written):
            if given_state and read.state and read.state != given_state:
                continue
            here = WrittenName(read.bare, read.word, read.state or given_state or "", read.county)
            named = self._there(here, here.bare)
            fitting = self._of_word(here, named)
            if not here.state or not any(is_municipality(government) for government in fitting):
                spelled_otherwise = self._spelled_otherwise(here, here.bare)
                fitting += self._of_word(here, spelled_otherwise)
                named += spelled_otherwise
            if here.word in COUNTY_WORDS:  # "Athens-Clarke County" has it in its name
                fitting += self._there(here, f"{here.bare} {here.word}")
            if fitting:
                return _FittingGovernments(here, fitting)
            if named and other_kind is None:
                other_kind = _FittingGovernments(here, named, is_of_kind=False)
        return other_kind or _FittingGovernments(WrittenName(fold(written)), ())

    def _state_beside(self, written: str, state: str | None) -> Jurisdiction | None:
        """The state of that name, if another state is given with it: "Maine" in Illinois is a township or the state."""
        code = state_code(written) if state else None
        named = self.called(fold(STATES[code])) if code and code != state_code(state or "") else ()
        return next((one.given for one in named if one.kind is PlaceKind.STATE), None)

    def _there(self, read: WrittenName, name: str) -> tuple[Government, ...]:
        """Those of that name in the stated state and county."""
        called = self.called(name)
        return tuple(place for place in called if is_there(place, read)) or tuple(
            place for place in called if may_be_there(place, read)
        )

    def _spelled_otherwise(self, read: WrittenName, name: str) -> tuple[Government, ...]:
        """Those there whose names have other spaces or hyphens: "De Kalb" and DeKalb, "LaPorte" and La Porte.

        In a given state, a city or village of exactly that spelling is meant before them. A county or township is not:
        LaPorte County has a city La Porte.
        """
        if len(squeezed := name.replace(" ", "")) < SHORT:
            return ()
        if not self._squeezed:
            names: dict[str, list[str]] = {}
            for known in self._named:
                names.setdefault(known.replace(" ", ""), []).append(known)
            self._squeezed = names  # assigned in one step, since other threads may be reading it
        alike = (one for known in self._squeezed.get(squeezed, ()) if known != name for one in self.called(known))
        return tuple(one for one in alike if is_there(one, read))

    @staticmethod
    def _of_word(read: WrittenName, governments: Iterable[Government]) -> tuple[Government, ...]:
        return tuple(government for government in governments if fits_word(government, read.word))

    def _places(self, governments: Iterable[Government]) -> tuple[Jurisdiction, ...]:
        places = {self._place(one) for one in governments}
        return tuple(sorted(places, key=lambda place: (*self._rank(place), place.name, place.state)))

    def _rank(self, place: Jurisdiction) -> tuple[int, bool]:
        """By kind; within a kind, those of our own list first, since they are better known."""
        return ORDER.index(place.kind), self._of_division[place.ocd_id].given is None

    def _place(self, government: Government) -> Jurisdiction:
        if government.given:
            return government.given
        same = self.called(fold(government.name))
        name, aliases = name_among(
            government, [other for other in same if other.state == government.state and other.ocd_id != government.ocd_id]
        )
        return Jurisdiction(0, name, government.kind, government.state, aliases, ocd_id=government.ocd_id)

    def _names_in(self, state: str) -> tuple[str, ...]:
        if state not in self._in_states:
            names = (name for name, governments in self._named.items() if any(one.state == state for one in governments))
            self._in_states[state] = tuple(names)
        return self._in_states[state]


_Version = tuple[int, int] | None
_listed: Path | None = None
_version: _Version = None


def use_governments(file: Path | None) -> None:
    """Set the file with all governments (see `governments.census`), once at the start. Without one our own list is all."""
    global _listed
    _listed = file
    governments_in_use()


def governments_in_use() -> tuple[Path | None, _Version]:
    """The file with all governments, and its version; no file if our own list is all, no version if the file is gone.

    `gazetteer` gives what this version says from now on, so that this process and the one that reads texts agree.
    """
    global _version
    _version = None
    if _listed:
        with suppress(OSError):
            written = _listed.stat()
            _version = written.st_mtime_ns, written.st_size
    return _listed, _version


def gazetteer() -> Gazetteer:
    """Every known place, read once for each version of the list (about 0.5 s with all governments).

    A list without counties, places or county subdivisions is read, but nobody knows by it that no other place has a name.
    If the file is gone, our own list is all. CaseError if it does not have the form that `governments.census` reads.
    """
    return _read(_listed if _version else None, _version)


@lru_cache(maxsize=1)
def _read(file: Path | None, version: _Version) -> Gazetteer:
    if not file:
        return Gazetteer(own())
    digits: set[int] = set()
    try:
        listed = list(census(file, digits))
    except (OSError, UnicodeDecodeError, csv.Error) as bad:
        raise CaseError(f"{file} cannot be read: {bad}.") from bad
    return Gazetteer(own(), listed, has_all_kinds=digits >= {COUNTY_DIGITS, PLACE_DIGITS, TOWNSHIP_DIGITS})
