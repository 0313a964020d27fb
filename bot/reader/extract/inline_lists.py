"""Lists of places within a sentence or a line, one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.reader.extract.authorities import authorities_in
from bot.reader.extract.place_lookup import PlaceLookup, as_written, is_state
from bot.reader.extract.place_patterns import (
    AND,
    BRACKETS,
    ENDS,
    FILLERS,
    FORM,
    FORMED,
    GROUP,
    HONORED,
    KINDS,
    OF_A_STATE,
    OFFICE,
    OLD_NAME,
    PHRASE,
    PLURAL,
    QUALIFIER,
    SAID,
    SEPARATOR,
    SHARED_HEAD,
    TOKEN,
    WORD,
    ZIP,
    ListedPlace,
)
from bot.reader.extract.state_rows import Reading, StateRows
from bot.reader.extract.surnames import is_surname
from bot.reader.extract.vocabulary import AFTER_PLACE, INSTITUTION
from bot.reader.state_names import state_code_of
from bot.record.places import STATES

_STATE_FORM = re.compile(r"(?i)(?:the\s+)?(?:state|commonwealth|territory)\s+of\b")
#: An institution of the place, and not its office: "Denver Public Schools Superintendent".
_OF_THE_PLACE = re.compile(r"\s+(?:City\s+)?(?:Public\s+)?(?:Police|Schools?|University|Sheriff|Unified|Housing|Transit)")
_CAMPUS = re.compile(rf",\s*({WORD}(?:\s+{WORD}){{0,2}})(?=\s*(?:[;,.\n]|$|and\b))")  # University of Illinois, Chicago
_KINDS_OF_PLACES = frozenset({"cities", "towns", "villages", "boroughs", "townships"})


@dataclass
class InlineList:
    flat: str
    look: PlaceLookup
    at: int
    end: int
    near: str | None
    strict: bool
    #: Whether it is a line, a cell, or a part between semicolons.
    is_entry: bool = False

    def __post_init__(self) -> None:
        self.rows = StateRows(self.flat, self.look, self.end, self.is_entry)
        self.joint = ""  # what comes before the current name
        self.items: list[ListedPlace] = []
        self.group: str | None = self.near
        self.kind = ""
        self.bracket = False
        self.run = 0
        self.pending: list[ListedPlace] = []  # unknown names, kept only if a known one follows
        self.after_and: int | None = None  # the number of items after the last "and"

    def read(self) -> tuple[list[ListedPlace], int]:
        stop = self.at
        while self.at < self.end:
            self.lead()
            before = len(self.items)
            if not (self.plural() or self.place() or self.unknown()):
                break
            if len(self.items) > before:
                stop = self.at
                if AND.search(self.joint):
                    self.after_and = len(self.items)
            separator = SEPARATOR.match(self.flat, self.at, self.end)
            if self.bracket and (closing := re.match(r"\s*\)", self.flat[self.at : self.end])):
                self.at += closing.end()
                stop, self.bracket, self.group = self.at, False, self.near
                separator = SEPARATOR.match(self.flat, self.at, self.end) or separator
            if not separator:
                break
            self.joint = separator[0]
            if ";" in self.joint or "\n" in self.joint:
                self.run += 1
                self.kind = ""
                self.after_and = None
            self.at = separator.end()
        return self.kept(), stop

    def lead(self) -> None:
        """Skip what comes before a name: "in California:", "the counties of", "Mayor Libby Schaaf of"."""
        for _ in range(3):
            begun = self.at
            if (match := GROUP.match(self.flat, self.at, self.end)) and self.is_group(match):
                self.group = state_code_of(match["state"] or match["also"])
                self.bracket = match[0].rstrip().endswith("(")
                self.at = match.end()
                self.run += 1
                self.kind = ""
            elif match := KINDS.match(self.flat, self.at, self.end):
                self.kind = match["kind"].lower()
                if match["state"]:
                    self.group = state_code_of(match["state"])
                self.at = match.end()
                self.run += 1
            elif (match := HONORED.match(self.flat, self.at, self.end)) or (
                match := FILLERS.match(self.flat, self.at, self.end)
            ):
                self.at = match.end()
            if self.at == begun:
                return

    def is_group(self, match: re.Match[str]) -> bool:
        """Whether a state is a heading for the places after it: the first of them is in it."""
        state = state_code_of(match["state"] or match["also"])
        following = re.compile(rf"(?:the\s+)?{FORM}?({PHRASE.pattern})").match(self.flat, match.end(), self.end)
        if state is None or following is None:
            return False
        words = following[0].split()
        if match[0].rstrip().endswith("(") and following[0] in STATES:  # "Virginia (MN)"
            return False
        return any(self.look.knows(" ".join(words[:count]), state) for count in range(len(words), 0, -1))

    def place(self) -> bool:
        """Read a known place at the current position."""
        form = FORMED.match(self.flat, self.at, self.end)
        phrase = PHRASE.match(self.flat, form.end() if form else self.at, min(self.end, self.at + 160))
        if not phrase:
            return False
        ends = _cuts(self.flat, phrase.start(), phrase.end())
        for stop in reversed(ends):
            name = self.flat[self.at : stop]
            if item := self.known(name, stop):
                self.take(item)
                return True
        return False

    def known(self, name: str, stop: int) -> ListedPlace | None:
        """The place of that name, if what follows it can follow a place."""
        if self.kind in ("states", "commonwealths") and not state_code_of(" ".join(name.split())):
            self.kind = ""  # "the states of Oregon and Vermont as well as Chicago"
        written = as_written(" ".join(name.split()), self.kind)
        if self.strict and is_surname(self.flat, self.look, name, self.group):
            return None
        has_and = bool(re.search(r"\s(?:and|or|&|AND)\s", name)) and not re.match(r"(?i)(?:the\s+)?(?:city and|metro)", name)
        reading = self.reading(written, stop)
        own = self.own_state(name, stop, reading, has_and)
        state, past = own or (self.group, stop)
        shared = own is None and state is not None
        if _STATE_FORM.match(written):
            state, shared = None, False
        if (state is None or shared) and not self.fits(written, state, has_and):
            if not shared or not self.fits(written, None, has_and):
                return None
            state, shared = None, False
        official, past = self.behind(past)
        if official and past < self.end and SAID.match(self.flat, past, self.end):
            return None
        past = self.after_notes(past)
        if self.strict and state is None and _is_federal(name) and not state_code_of(name):
            return None  # "Congress" is a township too
        if not ENDS.match(self.flat, past, self.end) and not (self.strict and self.may_follow(past)):
            return None
        unsure = reading is Reading.UNSURE
        return ListedPlace(self.at, past, written, state, shared, is_unsure=unsure, run=self.run, official=official)

    def own_state(self, name: str, stop: int, reading: Reading | None, has_and: bool) -> tuple[str, int] | None:
        """The state that follows the name, and where it ends; None if none does, or if it is a name of its own."""
        match = QUALIFIER.match(self.flat, stop, self.end)
        code = state_code_of(match[match.lastgroup or 0]) if match else None
        written = as_written(" ".join(name.split()), self.kind)
        if not match or not code or reading is Reading.APART or (reading is None and self.is_next(written, code, match)):
            return None
        is_like_one = self.look.resolve(written, None).place is None and self.looks_like_one(name, match)
        if not (reading or self.fits(written, code, has_and) or is_like_one):
            return None
        zipped = ZIP.match(self.flat, match.end(), self.end)
        return code, zipped.end() if zipped else match.end()

    def behind(self, past: int) -> tuple[str, int]:
        """The office or official behind a name, and where that ends: "Chicago Mayor Rahm Emanuel"; empty if there is none."""
        office = OFFICE.match(self.flat, past, self.end) if not _OF_THE_PLACE.match(self.flat, past) else None
        if office and (not re.match(r"'s?\s", office[0]) or re.match(r"'s?\s+(?i:mayor|governor)", office[0])):
            return office[0].strip(), office.end()
        return "", past

    def after_notes(self, past: int) -> int:
        if old_name := OLD_NAME.match(self.flat, past, self.end):
            past = old_name.end()
        while noted := BRACKETS.match(self.flat, past, self.end):
            past = noted.end()
        return past

    def reading(self, written: str, stop: int) -> Reading | None:
        """How the name that ends at `stop` is read with a state behind it; None if the list of governments decides."""
        if _STATE_FORM.match(written):
            return Reading.APART  # "the State of Nevada, Missouri and Oregon"
        if self.kind in ("counties", "parishes") or (self.group and self.rows.is_known(written, self.group)):
            return None
        reading = self.rows.reading(self.at, stop, self.items[-1] if self.items else None, self.joint)
        return Reading.PLACE if reading and self.kind in _KINDS_OF_PLACES else reading

    def may_follow(self, past: int) -> bool:
        """Whether a small word follows; in a line of capitals, one in capitals."""
        if AFTER_PLACE.match(self.flat, past, self.end):
            return True
        behind = self.flat[past : min(past + 40, self.end)]
        return behind.isupper() and self.flat[max(0, past - 20) : past].isupper() and bool(AFTER_PLACE.match(behind.lower()))

    def fits(self, written: str, state: str | None, has_and: bool) -> bool:
        if has_and:  # "Lewis and Clark County", but not "Chicago and Denver"
            return self.look.resolve(written, state).place is not None and self.look.knows(written, state)
        return self.look.knows(written, state)

    def is_next(self, written: str, code: str, match: re.Match[str]) -> bool:
        """ "Philadelphia, New York and Miami": two cities, the second of which has the name of a state."""
        if code not in ("NY", "WA") or match.lastgroup != "comma" or not is_state(match["comma"]) or "." in match["comma"]:
            return False
        alone = self.look.resolve(written, None).place
        bare = not any(item.state for item in self.items)
        return bool(alone and alone.state != code and bare and len(match["comma"]) > 2)

    def looks_like_one(self, name: str, match: re.Match[str]) -> bool:
        """Whether an unknown name may be a place: its state follows, and it is neither a person nor an office."""
        return (
            len(name.split()) <= 5
            and not state_code_of(name)
            and not re.search(r"\s(?:and|or|&|AND)\s", name)
            and not INSTITUTION.search(name)
            and match.lastgroup in ("comma", "in")
        )

    def take(self, item: ListedPlace) -> None:
        self.items += self.pending
        self.pending = []
        self.items.append(item)
        self.at = item.end
        if not item.is_shared and item.state and self.run == item.run:
            self.share(item)

    def share(self, last: ListedPlace) -> None:
        """ "Berkeley and Fremont, Calif.": the state counts for all places of the run, if it has a place of each name.

        A name that is also a state's may be such a place: "Wyoming and Grand Rapids, Michigan".
        """
        run: dict[int, bool] = {}  # by its index in the items, whether it is named as a state is
        for at in range(len(self.items) - 2, -1, -1):
            other = self.items[at]
            if other.run != last.run or other.state or other.is_institution or _STATE_FORM.match(other.name):
                break
            run[at] = bool(OF_A_STATE.match(other.name))
        if not all(self.look.knows(self.items[at].name, last.state) for at, is_named_so in run.items() if not is_named_so):
            return
        for at, is_named_so in run.items():
            if not is_named_so or self.rows.is_known(self.items[at].name, last.state):
                self.items[at] = replace(self.items[at], state=last.state, is_shared=True, is_unsure=is_named_so)

    def plural(self) -> bool:
        """Read a list like "Cook and DuPage counties, Illinois"."""
        match = PLURAL.match(self.flat, self.at, self.end)
        if not match:
            return False
        kind = match["kind"].lower()
        past, state = match.end(), self.group
        if (where := QUALIFIER.match(self.flat, past, self.end)) and (code := state_code_of(where[where.lastgroup or 0])):
            past, state = where.end(), code
        places: list[ListedPlace] = []
        for part in re.finditer(rf"{WORD}(?:\s+(?!and\b|AND\b){WORD})*", match["names"]):
            name = re.sub(r"^(?:and|AND)\s+", "", part[0])
            written = as_written(name, kind)
            start = match.start("names") + part.start()
            county = self.look.knows(written, state)
            if not county and not self.look.knows(name, state):
                return False
            places.append(ListedPlace(start, start + len(part[0]), written if county else name, state, True, run=self.run))
        if not places:
            return False
        self.items += [*self.pending, *places]
        self.pending = []
        self.at = past
        return True

    def unknown(self) -> bool:
        """Read a name that is not a known place: an institution, or a name held back until a known place follows."""
        phrase = re.compile(rf"(?:{FORM})?{PHRASE.pattern}(?:'s\s+[A-Z]\w+|'s)?").match(
            self.flat, self.at, min(self.end, self.at + 160)
        )
        if not phrase:
            return False
        name, stop = phrase[0], phrase.end()
        cut = re.search(r"\s+(?:and|&|AND)\s+", name)
        if cut and (INSTITUTION.search(name[: cut.start()]) or not INSTITUTION.search(name[cut.end() :])):
            name, stop = name[: cut.start()], phrase.start() + cut.start()
        institution = bool(INSTITUTION.search(name))
        if SHARED_HEAD.search(name) and "," not in name:  # "Norman and Enid ISDs": neither city was written to
            self.items = [item for item in self.items if item.run != self.run or item.state or item.is_institution]
            return False
        state = None
        campus = _CAMPUS.match(self.flat, stop, self.end) if re.match(r"(?i)university\s+of", name) else None
        if institution and campus and self.look.knows(campus[1], None) and not state_code_of(campus[1]):
            name, stop = self.flat[self.at : campus.end()], campus.end()
        if (match := QUALIFIER.match(self.flat, stop, self.end)) and (code := state_code_of(match[match.lastgroup or 0])):
            state, stop = code, match.end()
        while noted := BRACKETS.match(self.flat, stop, self.end):
            stop = noted.end()
        if not ENDS.match(self.flat, stop, self.end) and not AFTER_PLACE.match(self.flat, stop, self.end):
            return False
        if _is_federal(name) or len(name.split()) > (12 if institution else 5):
            return False
        item = ListedPlace(
            self.at, stop, " ".join(name.split()), state, is_unknown=not institution, is_institution=institution, run=self.run
        )
        self.at = stop
        if institution:
            self.items += [*self.pending, item]
            self.pending = []
        else:
            self.pending.append(item)
        return len(self.pending) <= 2

    def kept(self) -> list[ListedPlace]:
        """The items up to the one after the last "and": "A, B and C, X said"."""
        if self.strict and self.after_and is not None and len(self.items) > self.after_and and self.run == self.items[-1].run:
            return self.items[: self.after_and]
        return self.items


def _cuts(flat: str, start: int, end: int) -> list[int]:
    """The positions where a run of capitalised words may end."""
    return [token.end() for token in TOKEN.finditer(flat, start, end)]


def _is_federal(name: str) -> bool:
    return bool(authorities_in(name)) or bool(
        re.search(r"\b(?:Congress|Senate|House|White\s+House|Trump|Obama|Biden|Sessions|President|Judge|Court)\b", name)
    )
