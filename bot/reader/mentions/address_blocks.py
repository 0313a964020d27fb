"""The addresses at the head of a letter: whom each is for, whatever its name looks like, and where that is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise, zip_longest

from bot.reader.mentions.capital_runs import FEDERAL
from bot.reader.mentions.list_lines import is_prose
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.no_names import lawyers_for_others
from bot.reader.mentions.written_words import Words, named
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import Taken

RULES, NAMES = rule_table("address_blocks"), rule_table("no_names")
REACH = 100_000  # characters of a text in which addresses are looked for
LONGEST = 200  # characters of a line of addresses
LONGEST_HEAD = 1_500  # characters above a salutation in which those stand who are greeted
SECOND = 20  # characters before a second column
MOST_LINES = 12  # of one address
NAME, PERSON, OFFICE, CITY = "", "a line of a person", "a line of an office", "a line of a city with its ZIP code"
STREET, SALUTATION, CLOSING = "a line of a street", "a line that greets", "a line that closes"
DATE, PLACE_OFFICE, HEADED = "a line of a date", "a line of an office of a place", "a line of an office and a body"
#: In the order in which they are tried on a line.
KINDS = (SALUTATION, CLOSING, DATE, CITY, PLACE_OFFICE, OFFICE, HEADED, PERSON, STREET)


@dataclass(frozen=True, slots=True)
class AddressLine:
    """A line of one column, which is at `start` of the text."""

    start: int
    text: str
    #: The rule that says what it is; `NAME` if none does.
    kind: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Address:
    """Parts of an address as positions in the text."""

    #: The name of whom it is for.
    body: tuple[int, int]
    #: Where its persons, street, rooms and city are.
    where: tuple[tuple[int, int], ...]
    state: str | None = None
    #: Whether it is one of a list, so that no word in it is a place: "Department of Justice".
    is_known: bool = False


def addresses_in(clean: str) -> Iterator[Address]:
    """The addresses of bodies at the head of a letter, or above a city with its ZIP code.

    1. Short lines that are no prose are a region; its columns are read one after the other.
    2. A blank line, a city and a person end a block. If each line is followed by a blank one, those end none.
    3. A block is an address if a person or an office is in it, and a city in it or a salutation below; or both of the latter.
    4. Its body is the first line that is no person, no office and no street.
    """
    clean = clean[:REACH]
    for is_region, lines in groupby(_lines(clean), key=lambda line: line is not None):
        if is_region:
            rows = [line or [] for line in lines]
            greeted = max((line.start for row in rows for line in row if line and line.kind == SALUTATION), default=-1)
            dates = (line.start for row in rows for line in row if line and line.kind == DATE and line.start < greeted)
            dated = max(dates, default=-1)
            for column in zip_longest(*rows):
                yield from _of_column(column, range(dated, greeted))
    runs = (RULES[rule].regex.finditer(clean) for rule in ("an addressee in a run", "a federal body in a run"))
    for match in chain.from_iterable(runs):
        yield Address(match.span("body"), (match.span("where"),) if match["where"] else ())
    yield from (Address(body.span("body"), (), is_known=True) for body in federal_bodies(clean))


def federal_bodies(text: str) -> Iterator[re.Match[str]]:
    """Those that the heads of letters name, each as the group "body", between the first person and the salutation."""
    before = 0
    for end in RULES["the end of a head"].regex.finditer(text, 0, REACH):
        start = max(before, end.start() - LONGEST_HEAD)
        if person := RULES["the first person of a head"].regex.search(text, start, end.start()):
            yield from RULES["a federal body of a head"].regex.finditer(text, person.end(), end.start())
        before = end.end()


def _lines(clean: str) -> Iterator[list[AddressLine | None] | None]:
    """The cells of each line; None for prose. A line that begins far to the right goes on the second column above it."""
    start, were = 0, 0
    for line in clean.split("\n"):
        is_greeting = RULES.match(SALUTATION, line.strip()) is not None
        if len(line.strip()) > LONGEST or (is_prose(line) and not is_greeting):
            yield None
        else:
            cells = [*RULES["a cell of a line"].regex.finditer(line)]
            is_second = were > 1 and len(cells) == 1 and cells[0].start() >= SECOND
            were = len(cells) + is_second if cells else were
            yield [None] * is_second + [AddressLine(start + cell.start(), cell[0], _kind(cell[0])) for cell in cells]
        start += len(line) + 1


def _kind(text: str) -> str:
    return next((kind for kind in KINDS if RULES.match(kind, text)), NAME)


def _of_column(column: Sequence[AddressLine | None], head: range) -> Iterator[Address]:
    """`head`: the positions between the date of a letter and its salutation."""
    is_signed = False
    for block in _blocks(column):
        has = {line.kind for line in block}
        is_signed = CLOSING in has or (is_signed and DATE not in has)
        is_greeted = block[0].start in head
        is_address = (not has.isdisjoint((PERSON, OFFICE, HEADED))) + is_greeted + (CITY in has) > 1
        if is_address and PLACE_OFFICE not in has and not is_signed and (address := _address(block)):
            yield address


def _blocks(column: Sequence[AddressLine | None]) -> Iterator[list[AddressLine]]:
    lines = [line for line in column if line] if not any(a and b for a, b in pairwise(column)) else column
    block: list[AddressLine] = []
    for line, following in zip_longest(lines, lines[1:]):
        is_next = line and not {PERSON, OFFICE, CITY}.isdisjoint(one.kind for one in block) and _is_person(line, following)
        is_end = line is None or is_next or line.kind in (SALUTATION, CLOSING, DATE)
        if block and (is_end or block[-1].kind in (CITY, DATE) or len(block) == MOST_LINES):
            yield block
            block = []
        block += [line] if line else []
    if block:
        yield block


def _is_person(line: AddressLine, following: AddressLine | None) -> bool:
    return line.kind == PERSON or (line.kind == NAME and following is not None and following.kind in (OFFICE, HEADED))


def _address(block: Sequence[AddressLine]) -> Address | None:
    persons = [line for line, following in zip_longest(block, block[1:]) if _is_person(line, following)]
    names = [line for line in block if line.kind in (NAME, HEADED) and line not in persons]
    if names and not (persons or block[0].kind in (OFFICE, HEADED)) and _names_person(names[0].text, len(names) > 1):
        persons.append(names.pop(0))
    below = max((line.start for line in block if line.kind == OFFICE or line in persons), default=0)
    names = [line for line in names if line.start > below] or names
    body = RULES.match("a body", names[0].text) if names else None
    if body is None:
        return None
    city = next((RULES.match(CITY, line.text) for line in block if line.kind == CITY), None)
    where = tuple((line.start, line.end) for line in block if line.kind in (STREET, CITY) or line in persons)
    start, end = names[0].start + body.start("body"), names[0].start + body.end("body")
    goes_on = len(names) > 1 and RULES.search("a name over two lines", f"{names[0].text}\n{names[1].text}")
    return Address((start, names[1].end if goes_on else end), where, state_code_of(city["state"] or "") if city else None)


def _names_person(text: str, has_other: bool) -> bool:
    is_known = NAMES.match("a person's first name and surname", text) is not None
    return is_known or (has_other and RULES.match("words like those of a person", text) is not None)


def with_bodies(names: Iterable[Mention], addresses: Iterable[Address], words: Words) -> list[Mention]:
    """The names with the bodies of addresses as one name each, and without what their streets and cities are called.

    A place with its kind or an official ("City of Ames") is what it is.
    """
    kept = sorted(names, key=lambda name: name.start)
    where, lawyers = Taken(len(words.flat)), lawyers_for_others(words.flat)
    for address in addresses:
        start, end = address.body
        if lawyers.overlaps(start, end):
            continue
        first = bisect_right(kept, start, key=lambda name: name.end)
        last = bisect_left(kept, end, key=lambda name: name.start)
        within = kept[first:last]
        led = next((words.flat[name.start : start] for name in within if name.is_institution and name.start < start), "")
        if address.is_known and led and not RULES.match(OFFICE, led):
            continue  # of "Iowa Department of Elms" only the end was found
        for span in address.where:
            where.add(*span)
        are_places = not address.is_known and any(name.word or name.title for name in within)
        is_whole = are_places or any((name.start, name.end) == (start, end) for name in within)
        if not (is_whole or _are_side_by_side(within, start, end)):
            is_shown = any(name.is_institution and not name.is_unlisted for name in within)
            body = named(words, words.at(start), words.at(end) - 1, is_institution=True, is_unlisted=not is_shown)
            body.state, body.is_addressed = address.state, True
            if "ecretary" in body.name and (department := FEDERAL.get(body.name.casefold())):
                body.name, body.state = department, None
            kept[first:last] = [body]
        for name in within:
            name.is_addressed = True
    return [name for name in kept if not where.overlaps(name.start, name.end)]


def _are_side_by_side(names: Sequence[Mention], start: int, end: int) -> bool:
    """Whether a line of two addresses has lost its columns: "Alder University Birch University"."""
    are_shown = all(name.is_institution and not name.is_unlisted for name in names)
    return len(names) > 1 and are_shown and (names[0].start, names[-1].end) == (start, end)
