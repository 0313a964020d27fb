"""What a person writes to pick places by: `1-5, 8, list 2`, `all`, `none`, or names like `Denver, CO; Cook County, IL`.

    picks  = part (";" part)*
    part   = item ("," item)*
    item   = number | number "-" number | "list" number | "all" | "none" | name

Numbers are those of the list of places, from 1. A name may have commas itself: what stands between two items of the other kinds
is one name. It may be a name of a place that is offered, or one of the places that an open one may be, which settles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from rapidfuzz import process

from bot.desk.draft_edits import with_candidate
from bot.desk.draft_lines import in_gazetteer, recipient_of
from bot.desk.draft_ticks import of_list, with_ticks
from bot.desk.new_places import read_new_place
from bot.reader.draft import Draft, MentionedPlace, Recipient
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, name_key
from bot.words.prose import clipped, listed, plural

HOW = 'Write numbers (1-5, 8), "list 2", "all", "none", or names separated by semicolons (Denver, CO; Cook County, IL).'
NEAREST = 3
ALIKE = 60  # of 100
_NUMBERS = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")
_LIST = re.compile(r"list\s*(\d{1,9})", re.IGNORECASE)
_ALL, _NONE = "all", "none"


def with_picks(draft: Draft, texts: Sequence[str]) -> Draft:
    """The draft with the places as recipients that were picked, each settled.

    CaseError names everything that is wrong: a number or a list that is not there, a name that is none of the places or that
    several have, a place that may be several and was not named in full. Reads the list of governments at the first name that is
    not offered.
    """
    items = [item for text in texts for part in text.split(";") for item in _items(part)]
    if not items:
        raise CaseError(f"Nothing is picked. {HOW}")
    if len(items) > 1 and any(item.casefold() == _NONE for item in items):
        raise CaseError(f"“none” stands alone. {HOW}")
    picked, wrong = dict[int, Jurisdiction | None](), list[str]()
    for item in items:
        try:
            draft = _settled(draft, item) or draft
            picked |= {index: place for index, place in _meant(draft, item) if place or index not in picked}
        except CaseError as refused:
            wrong.append(str(refused))
    wrong += [_open(index, draft.mentioned[index].place) for index, place in picked.items() if _is_open(draft, index, place)]
    if wrong:
        raise CaseError("\n".join(dict.fromkeys(wrong)))
    draft = with_ticks(draft, picked.keys())
    for index, place in picked.items():
        if place is not None:
            draft = _settled_as(draft, index, place)
    return draft


def _items(part: str) -> Iterator[str]:
    words = [word.strip() for word in part.split(",") if word.strip()]
    for is_choice, some in groupby(words, _is_choice):
        if is_choice:
            yield from some
        else:
            yield ", ".join(some)


def _is_choice(word: str) -> bool:
    return bool(_NUMBERS.fullmatch(word) or _LIST.fullmatch(word)) or word.casefold() in (_ALL, _NONE)


def _meant(draft: Draft, item: str) -> Iterator[tuple[int, Jurisdiction | None]]:
    """The places that an item picks, by their index; with the place that is meant where the name of one says so."""
    if item.casefold() == _NONE:
        return
    if item.casefold() == _ALL:
        yield from ((index, None) for index in range(len(draft.mentioned)))
    elif numbers := _NUMBERS.fullmatch(item):
        yield from ((index, None) for index in _range(draft, item, int(numbers[1]), int(numbers[2] or numbers[1])))
    elif number := _LIST.fullmatch(item):
        yield from ((index, None) for index in _list(draft, int(number[1])))
    else:
        yield from _named(draft, item)


def _range(draft: Draft, item: str, first: int, last: int) -> range:
    count = len(draft.mentioned)
    if not 1 <= first <= count or not 1 <= last <= count:
        there = f"they are numbered 1 to {count:,}" if count > 1 else "there is only 1" if count else "no place is offered"
        raise CaseError(f"There is no place {item}: {there}.")
    if first > last:
        raise CaseError(f"“{item}” counts backwards: write {last}-{first}.")
    return range(first - 1, last)


def _list(draft: Draft, number: int) -> list[int]:
    if members := of_list(draft, number):
        return members
    numbers = sorted({place.list_number for place in draft.mentioned if place.list_number is not None})
    there = f"the lists are {listed([str(each) for each in numbers])}" if len(numbers) > 1 else "the only one is list 1"
    raise CaseError(f"There is no list {number}: {there if numbers else 'no two of the places stand in one list'}.")


def _named(draft: Draft, name: str) -> Iterator[tuple[int, Jurisdiction | None]]:
    """The one place of that name; nothing if it is a recipient already."""
    key = name_key(name)
    if not any(map(str.isalpha, name)):
        raise CaseError(f"“{clipped(name, 80)}” is no number of a place. {HOW}")
    fitting = [index for index, place in enumerate(draft.mentioned) if key in _keys(place)]
    if len(fitting) == 1:
        yield fitting[0], None
        return
    if len(fitting) > 1:
        which = "; ".join(f"{index + 1}. {draft.mentioned[index].place.label}" for index in fitting)
        raise CaseError(f"“{clipped(name, 80)}” is the name of several of the places: {which}. Write the number.")
    one_of = [
        (index, place)
        for index, mentioned in enumerate(draft.mentioned)
        for place in mentioned.place.candidates
        if key in _keys_of(place)
    ]
    if len({place.full_label for _, place in one_of}) == 1:
        yield one_of[0]
    elif one_of:
        raise CaseError(_several(name, [place for _, place in one_of]))
    elif (corrected := _corrected(draft, name)) is not None:
        yield corrected
    elif not any(row.is_settled and key in _keys_of(row.place()) for row in draft.recipients):
        raise CaseError(f"“{clipped(name, 80)}” is none of the places that are offered.{_nearest(draft, name)}")


def _corrected(draft: Draft, name: str) -> tuple[int, Jurisdiction] | None:
    """Another place of the same name as the one open place that is offered: "Denver, CO" where the text names Denver."""
    open_places = [(index, each.place) for index, each in enumerate(draft.mentioned) if not each.place.is_settled]
    known = in_gazetteer(name)
    place = known.place() if known and known.is_settled else None
    with suppress(CaseError):  # what is no place at all is none of those that are offered
        place = place or read_new_place(name)
    if place is None:
        return None
    names = {name_key(each) for each in (place.name, *place.aliases)}
    fitting = [index for index, open_place in open_places if name_key(open_place.name) in names]
    return (fitting[0], place) if len(fitting) == 1 else None


def _keys(mentioned: MentionedPlace) -> set[str]:
    place = mentioned.place
    if place.is_settled:
        return _keys_of(place.place())
    bare = name_key(place.name)
    return {bare, f"{bare} {place.state.casefold()}"} if place.state else {bare}


def _keys_of(place: Jurisdiction) -> set[str]:
    return {*place.search_keys(), name_key(place.label), name_key(place.full_label)}


def _several(name: str, places: Sequence[Jurisdiction]) -> str:
    labels = list(dict.fromkeys(place.full_label for place in places))
    return f"“{clipped(name, 80)}” may be {listed(labels, 'or')}: write the full name."


def _nearest(draft: Draft, name: str) -> str:
    labels = [mentioned.place.label for mentioned in draft.mentioned]
    near = [label for label, _, _ in process.extract(name, labels, limit=NEAREST, score_cutoff=ALIKE)]
    return f" Did you mean {listed([f'{labels.index(label) + 1}. {label}' for label in near], 'or')}?" if near else ""


# Places that may be several


def _is_open(draft: Draft, index: int, place: Jurisdiction | None) -> bool:
    return place is None and not draft.mentioned[index].place.is_settled


def _open(index: int, place: Recipient) -> str:
    if not place.candidates:
        return (
            f"{index + 1}. {place.name} is no known place: write its full name instead of its number, like Boulder, CO (city)."
        )
    shown = [candidate.full_label for candidate in place.candidates[:NEAREST]]
    more = len(place.candidates) - len(shown)
    named = f"{', '.join(shown)} or {plural(more, 'other place')}" if more else listed(shown, "or")
    return f"{index + 1}. {place.name} may be {named}: write the full name of the one that is meant, instead of its number."


def _settled_as(draft: Draft, index: int, place: Jurisdiction) -> Draft:
    span = draft.mentioned[index].place.span
    row = next((row for row in draft.recipients if row.span == span and not row.is_settled), None)
    return with_candidate(draft, row, recipient_of(place)) if row else draft


def _settled(draft: Draft, item: str) -> Draft | None:
    """With a recipient settled that may be several places, if the item is the name of one of these; else None."""
    if _is_choice(item):
        return None
    key = name_key(item)
    for row in draft.recipients:
        fitting = [place for place in row.candidates if key in _keys_of(place)] if not row.is_settled else []
        if len(fitting) == 1:
            return with_candidate(draft, row, recipient_of(fitting[0]))
        if fitting:
            raise CaseError(_several(item, fitting))
    return None
