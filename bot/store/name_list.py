"""Finding places while their names are typed, with at most one slip: a letter too many, too few, wrong, or two swapped.

A sorted list of the names of one server, each from each of its words on: what begins with a text is one range of it, and the
texts that are one slip away are reached by walking down the ranges of those letters that do follow somewhere.
"""

from __future__ import annotations

import heapq
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from bot.record.place_kinds import PlaceKind
from bot.record.place_names import STATES, fold
from bot.record.places import Jurisdiction, name_key
from bot.record.said_names import SaidName
from bot.store.begun_names import BegunReading, states_begun

#: A weight is a kind, states and big places first, plus what is true of the place or of this beginning of its name. In the
#: order of weights, places with a case come first.
KINDS = (
    PlaceKind.STATE,
    PlaceKind.FEDERAL_DISTRICT,
    PlaceKind.CITY_AND_COUNTY,
    PlaceKind.METRO,
    PlaceKind.COUNTY,
    PlaceKind.CITY,
    PlaceKind.TRIBE,
    PlaceKind.TOWN,
    PlaceKind.SCHOOL_DISTRICT,
    PlaceKind.INSTITUTION,
)
INNER, INITIALS, NO_CASE = 16, 32, 64
WEIGHTS = 128
KIND_OF_WEIGHT = tuple(KINDS[weight % INNER] if weight % INNER < len(KINDS) else None for weight in range(WEIGHTS))
#: Ranks: begun so; only the state behind the name begins so; begun so but for a slip.
BEGUN, STATE_BEHIND, SLIP = 0, 1, 2
MOST = 100  # entries of one range that are ranked, by their weight
FEW = 400  # entries: a range up to here is looked through one by one
MOST_TRIED = 10_000  # entries of one range that are tried for their state
WALKED = 3  # readings of a text in which slips are looked for
SHORTEST = 4  # characters: below this no slip is looked for
SLICE = 250  # places, a few milliseconds of work
FEW_PLACES = 25
LABELS_AT_ONCE = 100  # runs, each of some `SLICE` places
LONG_RUN = 25 * SLICE  # characters
_END = "\x7f"  # after every letter of a key
_PLAIN = frozenset({"county", "parish", "township", "town", "city", "village", "borough", "municipality", "of", "and", "the"})
_KIND_ENDINGS = (" county", " parish", " borough", " township", " municipality", " census area", " municipio")
_STATES = ("", *STATES)
_STATE_INDEX = {code: index for index, code in enumerate(_STATES)}
#: Not kept: a hundred thousand names would drive out all that are, and take megabytes.
_key_of = name_key.__wrapped__
_MARK, _BETWEEN = "\x00", "\x1f"  # before the rest of an entry that is not in the list yet; between the parts of a place


class NameList:
    """The names of the places of one server. Every method takes a millisecond or so, also with 100,000 names."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places = array("q")
        self._states = bytearray()
        self._weights = bytearray()
        self._packed: dict[int, str] = {}
        #: The labels of some places each: "\n17 denver co\n18 ...". Of a place that was put again there may be two.
        self._labels: list[str] = []
        #: Runs of sorted entries that are not in the list yet, a line each, and where each run ends. One block, which goes back
        #: to the operating system when it is freed; as many texts as entries would stay with the process.
        self._runs = bytearray()
        self._run_ends: list[int] = []

    def __len__(self) -> int:
        """The number of entries: several for each name."""
        return len(self._texts)

    @classmethod
    def of(cls, places: Iterable[tuple[Jurisdiction, bool]]) -> NameList:
        """The list of these places, each with whether it has a case, made at one go."""
        names = cls()
        names.add_run(places)
        for _ in names.merge():
            pass
        return names

    def add_run(self, places: Iterable[tuple[Jurisdiction, bool]]) -> None:
        """Sort the entries of some places, for `merge`: a few milliseconds for `SLICE` of them."""
        places = list(places)
        self._labels.append(_labels(place for place, _ in places))
        run = []  # of strings: a hundred thousand tuples would wake the garbage collector, which holds everything
        for place, has_case in places:
            self._packed[place.id] = _packed(place)
            rest = f"{_MARK}{_STATE_INDEX.get(place.state, 0)}{_MARK}{place.id}"
            run += [f"{text}{_MARK}{weight}{rest}\n" for text, weight in _entries(place, has_case).items()]
        run.sort()
        self._runs += "".join(run).encode()
        self._run_ends.append(len(self._runs))

    def merge(self) -> Iterator[None]:
        """Fill an empty list with the runs that were added, a few milliseconds of work before each step of the iterator."""
        starts = [0, *self._run_ends]
        merged = heapq.merge(*(_lines(self._runs, start, end) for start, end in pairwise(starts)))
        last = ""
        while entries := list(islice(merged, 4 * SLICE)):
            for entry in entries:
                text, weight, state, place_id = entry.split(_MARK)
                last = last if text == last else text  # the same text is kept once
                self._texts.append(last)
                self._places.append(int(place_id))
                self._states.append(int(state))
                self._weights.append(int(weight))
            yield
        self._runs, self._run_ends = bytearray(), []

    def put(self, places: Iterable[tuple[Jurisdiction, bool]]) -> None:
        """Add a few places, some milliseconds for `FEW_PLACES`; or give them other weights, if they are in the list."""
        places = list(places)
        self._label(place for place, _ in places if place.id not in self._packed)
        for place, has_case in places:
            self._packed[place.id] = _packed(place)
            for text, weight in _entries(place, has_case).items():
                at, end = self._equal(text)
                while at < end and self._places[at] != place.id:
                    at += 1
                if at == end:
                    self._texts.insert(at, text)
                    self._places.insert(at, place.id)
                    self._states.insert(at, _STATE_INDEX.get(place.state, 0))
                    self._weights.insert(at, weight)
                self._weights[at] = weight

    def without(self, place_ids: Iterable[int]) -> NameList:
        """A copy without some places: whoever goes through the list meanwhile keeps the one that it has."""
        copy = NameList()
        copy._texts, copy._places = list(self._texts), array("q", self._places)
        copy._states, copy._weights = bytearray(self._states), bytearray(self._weights)
        copy._packed, copy._labels = dict(self._packed), list(self._labels)
        for place_id in place_ids:
            if place_id in copy._packed:
                copy._drop(place_id)
        return copy

    def _drop(self, place_id: int) -> None:
        for text in _entries(self.place(place_id), True):
            start, end = self._equal(text)
            for at in range(end - 1, start - 1, -1):
                if self._places[at] == place_id:
                    del self._texts[at], self._places[at], self._states[at], self._weights[at]
        del self._packed[place_id]
        lines = re.compile(rf"\n{place_id} [^\n]*")
        self._labels = [lines.sub("", labels) for labels in self._labels]

    def _label(self, places: Iterable[Jurisdiction]) -> None:
        """Add labels to the last run, or to a new one if it is long."""
        if not self._labels or len(self._labels[-1]) > LONG_RUN:
            self._labels.append("")
        self._labels[-1] += _labels(places)

    def place(self, place_id: int) -> Jurisdiction:
        """A place without its note and its division, which would take most of the memory."""
        name, kind, state, *aliases = self._packed[place_id].split(_BETWEEN)
        return Jurisdiction(place_id, name, PlaceKind(kind), state, tuple(aliases))

    def __contains__(self, place_id: int) -> bool:
        return place_id in self._packed

    def has_case(self, place_id: int) -> bool:
        span = self._equal(name_key(self.place(place_id).name))
        return any(self._places[at] == place_id and not self._weights[at] & NO_CASE for at in range(*span))

    def called(self, said_names: Iterable[SaidName]) -> list[Jurisdiction]:
        """Every place that fits one of these (see `said_names.fits`), and perhaps others of those names."""
        ids = {
            self._places[at]
            for said in said_names
            for text in {*said.names, *map(name_key, said.names)}
            for at in range(*self._equal(text))
            if not said.state or self._states[at] == _STATE_INDEX[said.state]
        }
        return [self.place(place_id) for place_id in sorted(ids)]

    def ranked(self, typed: str, readings: Sequence[BegunReading], limit: int) -> list[int]:
        """The ids of the places that may be meant, best first.

        1. Begun so; then those of which only the state behind the name begins so; then those with a slip.
        2. With a case; the whole name; from the first word of the name on; the bigger kind; by name.
        """
        best: dict[int, tuple[object, ...]] = {}
        for reading in readings:
            rank = SLIP if reading.has_slip else BEGUN
            self._take(best, reading, reading.text, self._range(reading.text, 0, len(self)), rank)
        plain = fold(typed)
        if len(best) < limit and plain and (states := states_begun(plain)):
            self._take(best, BegunReading("", states), "", (0, len(self)), STATE_BEHIND)
        if len(best) < limit and len(plain) >= SHORTEST:
            for reading in _to_walk(readings):
                for text, lo, hi in self._slips(reading.text):
                    self._take(best, reading, text, self._range(text, lo, hi), SLIP)
        return heapq.nsmallest(limit, best, key=best.__getitem__)

    def names(self, shortest: int) -> Iterator[dict[int, str]]:
        """The whole names of at least `shortest` characters, by the position of each, in slices."""
        for start in range(0, len(self), 4 * SLICE):
            whole = range(start, min(start + 4 * SLICE, len(self)))
            yield {
                at: self._texts[at]
                for at in whole
                if not self._weights[at] & (INNER | INITIALS) and len(self._texts[at]) >= shortest
            }

    def with_word(self, begun: str) -> Iterator[list[int]]:
        """The ids of the places with a word in their label that begins so, folded; in steps of some milliseconds."""
        for start in range(0, len(self._labels), LABELS_AT_ONCE):
            runs = self._labels[start : start + LABELS_AT_ONCE]
            yield [place_id for labels in runs for place_id in _with_word(labels, begun)]

    def place_at(self, position: int) -> int:
        return self._places[position]

    def _take(
        self, best: dict[int, tuple[object, ...]], reading: BegunReading, text: str, span: tuple[int, int], rank: int
    ) -> None:
        if span[0] >= span[1]:
            return
        equal_end = bisect_right(self._texts, text, *span)
        for lo, hi in ((span[0], equal_end), (equal_end, span[1])):
            for at in self._fitting(reading, lo, hi) if lo < hi else ():
                name, weight = self._texts[at], self._weights[at]
                is_whole = not weight & INNER and (name == text or name[len(text) :] in _KIND_ENDINGS)
                found = (rank, weight & NO_CASE, not is_whole, weight, name, self._places[at])
                best[self._places[at]] = min(found, best.get(self._places[at], found))

    def _fitting(self, reading: BegunReading, lo: int, hi: int) -> Iterator[int]:
        """Entries of a range with the kinds and states of the reading: all of a short range, else the best by weight."""
        places = range(lo, hi) if hi - lo <= FEW else self._by_weight(lo, hi, reading)
        states = {_STATE_INDEX[code] for code in reading.states}
        left = MOST
        for tried, at in enumerate(places):
            is_of_kind = not reading.kinds or KIND_OF_WEIGHT[self._weights[at]] in reading.kinds
            if is_of_kind and (not states or self._states[at] in states):
                yield at
                left -= 1
            if hi - lo > FEW and (not left or tried > MOST_TRIED):
                return

    def _by_weight(self, lo: int, hi: int, reading: BegunReading) -> Iterator[int]:
        """The entries of a range in the order of their weights, found by searching for bytes."""
        for weight in range(WEIGHTS):
            if not reading.kinds or KIND_OF_WEIGHT[weight] in reading.kinds:
                at = self._weights.find(weight, lo, hi)
                while at >= 0:
                    yield at
                    at = self._weights.find(weight, at + 1, hi)

    def _equal(self, text: str) -> tuple[int, int]:
        return bisect_left(self._texts, text), bisect_right(self._texts, text)

    def _range(self, text: str, lo: int, hi: int) -> tuple[int, int]:
        """Of a range, the entries that begin with a text."""
        lo = bisect_left(self._texts, text, lo, hi)
        return lo, bisect_left(self._texts, text + _END, lo, hi)

    def _slips(self, typed: str) -> Iterator[tuple[str, int, int]]:
        """Texts that are one slip away, and the range in which to look for each."""
        lo, hi = 0, len(self)  # of the entries that begin with `left`
        for at, letter in enumerate(typed):
            left, right = typed[:at], typed[at + 1 :]
            yield left + right, lo, hi
            first = bisect_right(self._texts, left, lo, hi)
            while first < hi:
                begun = self._texts[first][: at + 1]
                last = bisect_left(self._texts, begun + _END, first, hi)
                if begun[at] != letter:
                    swapped = [begun + letter + right[1:]] if right[:1] == begun[at] else []
                    yield from ((text, first, last) for text in (begun + right, begun + letter + right, *swapped))
                first = last
            lo, hi = self._range(typed[: at + 1], lo, hi)
            if lo == hi:
                return


def _to_walk(readings: Sequence[BegunReading]) -> list[BegunReading]:
    written = [reading for reading in readings if not reading.has_slip and len(reading.text) >= SHORTEST - 1]
    return written[:WALKED]


def _entries(place: Jurisdiction, has_case: bool) -> dict[str, int]:
    """By each text under which a place is found, the weight that it has there."""
    weight = KINDS.index(place.kind) + NO_CASE * (not has_case)
    keys = dict.fromkeys(_key_of(name) for name in (place.name, *place.aliases))
    if place.kind in (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT):
        keys.setdefault(place.state.casefold())
    if place.kind is PlaceKind.INSTITUTION:  # "City of Hope" is not called Hope alone
        keys |= dict.fromkeys(fold(name) for name in (place.name, *place.aliases))
    keys.pop("", None)
    entries: dict[str, int] = {}
    for key in keys:
        words = key.split()
        inner = (" ".join(words[at:]) for at, word in enumerate(words) if at and word not in _PLAIN)
        for text, added in ((key, 0), *((text, INNER) for text in inner), *((text, INITIALS) for text in _initials(words))):
            entries[text] = min(weight + added, entries.get(text, WEIGHTS))
    return entries


def _initials(words: Sequence[str]) -> Iterator[str]:
    """ "la" of Los Angeles, "lac" and "la county" of Los Angeles County."""
    if len(words) > 1:
        yield "".join(word[0] for word in words)
    if len(words) > 2 and f" {words[-1]}" in (*_KIND_ENDINGS, " city"):
        yield "".join(word[0] for word in words[:-1])
        yield f"{''.join(word[0] for word in words[:-1])} {words[-1]}"


def _lines(runs: bytearray, start: int, end: int) -> Iterator[str]:
    while start < end:
        line_end = runs.index(b"\n", start)
        yield runs[start:line_end].decode()
        start = line_end + 1


def _labels(places: Iterable[Jurisdiction]) -> str:
    """A line for each; something follows it in any text, so that "mt" is folded as it is there."""
    return "".join(f"\n{place.id} {fold(f'{place.label} -0').removesuffix(' 0')}" for place in places)


def _with_word(labels: str, begun: str) -> Iterator[int]:
    at = labels.find(f" {begun}")
    while at >= 0:
        line = labels.rfind("\n", 0, at) + 1
        yield int(labels[line : labels.index(" ", line)])
        end = labels.find("\n", at)
        at = labels.find(f" {begun}", end) if end >= 0 else -1


def _packed(place: Jurisdiction) -> str:
    return _BETWEEN.join((place.name, place.kind.value, place.state, *place.aliases))
