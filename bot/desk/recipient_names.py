"""The places that a list of names means, for recording: known ones, new ones, and every name that is not certain at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.guesses import MOST, Guess, Meaning, NamesToConfirm
from bot.desk.inputs import limited
from bot.desk.new_places import listed_places, read_new_place
from bot.desk.session import WriteSession
from bot.record.errors import CaseError
from bot.record.name_matches import PlaceMatch
from bot.record.place_kinds import PlaceKind, WrittenKind
from bot.record.place_matching import is_alike
from bot.record.place_names import STATES, fold, state_code
from bot.record.places import Jurisdiction
from bot.record.said_names import begun_name, kinds_of
from bot.store import places
from bot.words import errors

_STATES = (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)
LONGEST_NAME = 120
MOST_LISTED = 8


@dataclass(frozen=True)
class NamedRecipient:
    place: Jurisdiction
    is_new: bool


class _Unsure(CaseError):
    """A name that is not exact, and the places that it may mean."""

    def __init__(self, why: str, meant: Sequence[Jurisdiction]) -> None:
        super().__init__(why)
        self.meant = tuple(place.full_label for place in meant)


class _Unknown(CaseError):
    """A name that no recorded or listed place bears, and that does not say its kind and state."""

    def __init__(self, name: str) -> None:
        super().__init__(errors.new_place(name))
        self.name = name


async def recipients_named(
    session: WriteSession, names: Sequence[str], kind: WrittenKind | None, state: str | None
) -> list[NamedRecipient]:
    """The place of each name, new ones already stored.

    CaseError with every name that is wrong; NamesToConfirm if each of them may be a known or listed place. Then nothing may be
    committed.
    """
    named: list[NamedRecipient] = []
    wrong: dict[int, CaseError] = {}
    for at, name in enumerate(names):
        try:
            named.append(await _named(session, name, kind, state))
        except CaseError as refused:
            wrong[at] = refused
    if not wrong:
        return named
    wrong = await _with_misspelled(session, wrong)
    unsure = {at: why for at, why in wrong.items() if isinstance(why, _Unsure)}
    if len(unsure) == len(wrong):
        raise NamesToConfirm(_guess(names, unsure))
    raise CaseError(errors.wrong_names([_refusal(why) for why in wrong.values()]))


async def _with_misspelled(session: WriteSession, wrong: dict[int, CaseError]) -> dict[int, CaseError]:
    """Unknown names that may be misspelled are unsure.

    They are looked up together: each search goes through every name that is recorded, and nobody else can record meanwhile.
    """
    unknown = {at: why for at, why in wrong.items() if isinstance(why, _Unknown)}
    names = {why.name for why in unknown.values()}
    alike = await places.misspelled(session.conn, session.server.id, names, MOST - 1)
    return wrong | {at: _Unsure(str(why), alike[why.name]) for at, why in unknown.items() if alike[why.name]}


def _refusal(why: CaseError) -> str:
    return errors.did_you_mean(str(why), why.meant) if isinstance(why, _Unsure) else str(why)


def _guess(names: Sequence[str], unsure: dict[int, _Unsure]) -> Guess[tuple[str, ...]]:
    """The whole list with the names that may be meant: of one unsure name each, of several the likeliest of each."""
    likeliest = [{at: why.meant[0] for at, why in unsure.items()}]
    if len(unsure) == 1:
        [(at, why)] = unsure.items()
        likeliest = [{at: label} for label in why.meant[:MOST]]
    meanings = (
        Meaning("; ".join(meant.values()), tuple(meant.get(at, name) for at, name in enumerate(names))) for meant in likeliest
    )
    return Guess(errors.wrong_names([str(why) for why in unsure.values()]), tuple(meanings))


async def _named(session: WriteSession, name: str, kind: WrittenKind | None, state: str | None) -> NamedRecipient:
    """The place of one name.

    1. The recorded place that bears it; unsure if it is not exact, or not of the kind and state given beside the name.
    2. Else the one government that bears it in its state, of the kind that was said, in the list in use; unsure if several do.
    3. Else a new place, if the name says its kind and state.
    4. Else it is unknown.
    """
    match = await places.named(session.conn, session.server.id, limited("A name", name, LONGEST_NAME, is_new=False))
    if match.is_exact and match.places[0].kind is not PlaceKind.TOWN:
        return NamedRecipient(_known(name, match, (), kind, state), is_new=False)
    listed = await asyncio.to_thread(listed_places, name, kind, state)
    in_full = [place for place in listed if fold(place.full_label) == fold(name)]
    if match.is_exact or (match.places and not in_full):
        return NamedRecipient(_known(name, match, listed, kind, state), is_new=False)
    said_in_full = read_new_place(name, kind, state)
    place = _only_listed(name, in_full or listed, said_in_full) or said_in_full
    if place is None:
        raise _Unknown(name)
    same = await places.matched(session.conn, session.server.id, [place])
    if same:
        return NamedRecipient(same[0], is_new=False)
    place_id, is_new = await places.ensure(session.conn, session.server.id, place)
    stored = await places.with_id(session.conn, session.server.id, place_id)
    assert stored is not None
    return NamedRecipient(stored, is_new)


def _known(
    name: str, match: PlaceMatch, listed: Sequence[Jurisdiction], kind: WrittenKind | None, state: str | None
) -> Jurisdiction:
    place = match.places[0]
    if not match.is_exact:
        known = (*match.places, *match.also)
        unknown = [place for place in listed if not any(is_alike(other, place) for other in known)]
        meant = (*known, *_state_called(name, match), *unknown)
        if len(meant) > MOST:
            raise CaseError(errors.several_places(name, [place.full_label for place in meant[:MOST_LISTED]]))
        raise _Unsure(errors.not_exact(name, [place.full_label for place in meant]), meant)
    said = begun_name(name)
    other_state = state and not said.state and place.state != state
    if other_state or (kind and not said.kinds and place.kind not in kinds_of(kind.kind)):
        raise _Unsure(f"“{name}” is recorded as {place.full_label}, which is not what kind and state say.", [place])
    towns = [town for town in listed if town.kind is PlaceKind.TOWN and fold(town.label) == fold(name)]
    if place.kind is PlaceKind.TOWN and fold(place.label) != fold(name) and towns:
        raise _Unsure(errors.may_be(name, [town.full_label for town in (place, *towns)]), (place, *towns))
    return place


def _state_called(name: str, match: PlaceMatch) -> tuple[Jurisdiction, ...]:
    """The state of that name, if it is not among the places that are recorded: it can be recorded now."""
    code = state_code(name)
    if code is None or any(place.kind in _STATES and place.state == code for place in (*match.places, *match.also)):
        return ()
    return (Jurisdiction(0, STATES[code], PlaceKind.STATE, code),)


def _only_listed(name: str, listed: Sequence[Jurisdiction], said_in_full: Jurisdiction | None) -> Jurisdiction | None:
    """The one listed government of that name; None if the list has none. Unsure if several bear it.

    A county or a state is not called so without its kind: "Cook, IL" may be Cook County, but is asked about.
    """
    if len(listed) == 1 and (said_in_full or listed[0].kind not in (PlaceKind.COUNTY, PlaceKind.STATE)):
        return listed[0]
    if len(listed) > MOST:
        more = [f"{len(listed) - MOST_LISTED:,} more"] if len(listed) > MOST_LISTED else []
        raise CaseError(errors.several_places(name, [*(place.full_label for place in listed[:MOST_LISTED]), *more]))
    if listed:
        raise _Unsure(errors.may_be(name, [place.full_label for place in listed]), listed)
    return None
