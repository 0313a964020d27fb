"""The lines of the recipients' form: what a person changed in them, and which place each line means."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.desk import inputs
from bot.desk.new_places import read_new_place
from bot.desk.session import Session
from bot.reader.draft import KIND_NOT_SETTLED, SEVERAL_PLACES, Recipient
from bot.reader.gazetteer.written_names import state_of
from bot.record.errors import CaseError
from bot.record.place_kinds import NOT_IN_LISTS, PlaceKind, of_its_kind
from bot.record.place_matching import is_alike
from bot.record.places import Jurisdiction
from bot.record.said_names import with_kind
from bot.store import places
from bot.words.prose import listed

LONGEST = 120
NEAREST = 3
#: Of 100: two lines whose names are at least so alike are one line, corrected.
ALIKE = 75
UNLISTED = "It is not in the list of governments that comes with this bot: check the spelling."


@dataclass(frozen=True)
class LineChange:
    """One changed line: removed (`new` is None), added (`old` is None) or corrected."""

    old: str | None
    new: str | None


@dataclass(frozen=True)
class RecipientsEdit:
    """What a person changed in the form of the recipients."""

    changes: tuple[LineChange, ...]
    #: What each new line means.
    meant: Mapping[str, Recipient]


async def load_gazetteer() -> None:
    """Read the list of places before a transaction needs it: it takes half a second the first time."""
    from bot.reader.gazetteer.gazetteer import gazetteer

    await asyncio.to_thread(gazetteer)


async def read_lines(session: Session, before: Sequence[str], text: str) -> RecipientsEdit:
    """What a person made of the lines `before`. CaseError for all new lines that mean nothing, each with its number in the form
    and the nearest names."""
    after = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    changes = changed_lines(before, after)
    return RecipientsEdit(tuple(changes), await _meant(session, [change.new for change in changes if change.new], after))


def changed_lines(before: Sequence[str], after: Sequence[str]) -> list[LineChange]:
    """How a list of lines was changed, whatever their order. A corrected line is paired with what it was, if the two are
    alike."""
    removed = list((Counter(before) - Counter(after)).elements())
    changes = []
    for line in (Counter(after) - Counter(before)).elements():
        old = _most_alike(line, removed)
        if old is not None:
            removed.remove(old)
        changes.append(LineChange(old, line))
    return [*changes, *(LineChange(line, None) for line in removed)]


def _most_alike(line: str, others: Sequence[str]) -> str | None:
    """The other line whose name is most like this one's, without the state and kind behind it."""
    best = max(((_likeness(line, other), other) for other in others), default=(0, None))
    return best[1] if best[0] >= ALIKE else None


def _likeness(line: str, other: str) -> float:
    """An open name is like every name that has its words: "Cook (kind not settled)" like "Cook County, IL (county)"."""
    name, old = line.partition(",")[0], other.partition(",")[0]
    if other.endswith(KIND_NOT_SETTLED):
        return fuzz.token_set_ratio(name, old.removesuffix(KIND_NOT_SETTLED))
    return fuzz.ratio(name, old)


async def _meant(session: Session, lines: Sequence[str], form: Sequence[str]) -> dict[str, Recipient]:
    meant, wrong = {}, []
    for line in dict.fromkeys(lines):
        try:
            meant[line] = await _recipient(session, inputs.limited("The name", line, LONGEST, is_new=False))
        except CaseError as refused:
            wrong.append(f"Line {form.index(line) + 1}, “{line}”: {refused}")
    if wrong:
        raise CaseError("\n".join(wrong))
    return meant


async def _recipient(session: Session, line: str) -> Recipient:
    """The recipient that a line means.

    1. A place that this server knows, by any of its names.
    2. A government of the United States, with the state and the kind as far as they are written.
    3. A place written out in full, "Boulder, CO (city)", that is in no list; it is marked to be checked.

    What can be several places is unsettled, with all of them as candidates: also if the only one that this server knows is not
    named exactly ("Nevada" for the city in Missouri).
    """
    written = line.strip().removesuffix(KIND_NOT_SETTLED).rstrip()
    known = await places.named(session.conn, session.server.id, written)
    candidates = (*known.places, *known.also)
    if known.is_exact:
        return recipient_of(candidates[0])
    if len(candidates) > 1:
        return _unsettled(written, candidates)
    unknown = await asyncio.to_thread(in_gazetteer, written)
    if unknown is None and (new_place := read_new_place(written)):
        unknown = recipient_of(new_place, UNLISTED)
    if candidates:
        return _known_or(unknown, candidates[0], written)
    if unknown:
        return unknown
    nearest = await asyncio.to_thread(_nearest, written)
    advice = f" Did you mean {listed(nearest, 'or')}?" if nearest else ""
    raise CaseError(f"no such place is known. Write it with state and kind, like Boulder, CO (city).{advice}")


def _known_or(unknown: Recipient | None, known: Jurisdiction, written: str) -> Recipient:
    """The place that this server knows, which is not named exactly, unless another may be meant that it does not know."""
    meant = unknown.candidates or (unknown.place(),) if unknown else ()
    others = [place for place in meant if place.identity != known.identity and not is_alike(known, place)]
    return _unsettled(written, (known, *others)) if others else recipient_of(known)


def recipient_of(place: Jurisdiction, doubt: str | None = None) -> Recipient:
    """A settled recipient."""
    return Recipient(place.name, place.kind, place.state or None, place.aliases, place.ocd_id or None, doubt=doubt)


def _unsettled(written: str, candidates: Sequence[Jurisdiction], doubt: str | None = None) -> Recipient:
    name, state = state_of(written)
    return Recipient(name.strip(), None, state or None, doubt=doubt or SEVERAL_PLACES, candidates=tuple(candidates))


def in_gazetteer(written: str) -> Recipient | None:
    """As the gazetteer has it; None if it has nothing of that name. Reads its table at the first call."""
    from bot.reader.gazetteer.gazetteer import gazetteer

    name, kind = _with_its_kind(written)
    if kind in NOT_IN_LISTS:
        return None
    governments = gazetteer()
    resolved = governments.resolve(name)
    if resolved.place is not None and kind in (None, resolved.place.kind):
        return recipient_of(resolved.place, resolved.doubt)
    fitting = [place for place in resolved.candidates if kind in (None, place.kind)]
    if len(fitting) == 1 and kind is not None:
        return recipient_of(fitting[0], resolved.doubt)
    if fitting and not governments.is_complete:  # a name that is not listed may be misspelled
        fitting = list(dict.fromkeys((*fitting, *governments.closest(name)[:NEAREST])))
    return _unsettled(name, fitting, resolved.doubt) if fitting else None


def _with_its_kind(written: str) -> tuple[str, PlaceKind | None]:
    """Name and kind of "Denver, CO (city and county)"; "Oak Park, IL (village)" is the Village of Oak Park, a town."""
    name, kind = with_kind(written) or (written, None)
    if kind is None or not kind.word:
        return name, kind.kind if kind else None
    rest, state = state_of(name)
    rest, of_kind = of_its_kind(rest.strip(), kind, state)
    return (f"{rest}, {state}" if state else rest), of_kind


def _nearest(written: str) -> list[str]:
    from bot.reader.gazetteer.gazetteer import gazetteer

    name, _ = with_kind(written) or (written, None)
    return [place.full_label for place in gazetteer().closest(name)][:NEAREST]
