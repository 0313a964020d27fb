"""Resolves listed places to recipients: which place each is, which are the same, and what to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.reader.draft import PlaceReading, Question, QuestionKind, Recipient, Span
from bot.reader.extract.place_lists import Places
from bot.reader.extract.state_rows import is_pair
from bot.reader.gazetteer.gazetteer import ResolvedPlace
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.gazetteer.written_names import place_as_written
from bot.reader.mentions.mention import SINGULAR, Mention
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage
from bot.record.place_names import fold
from bot.record.places import STATES, Jurisdiction, PlaceKind, name_key

MOST = 25  # candidates kept for a name that very many places have
MOST_ASKED = 12  # names that get a question of their own; the others share one
MOST_NAMED = 20  # names in that shared question
_KINDS = {
    "state": PlaceKind.STATE, "commonwealth": PlaceKind.STATE, "territory": PlaceKind.STATE, "city": PlaceKind.CITY,
    "city and county": PlaceKind.CITY_AND_COUNTY, "town": PlaceKind.TOWN, "village": PlaceKind.TOWN, "township": PlaceKind.TOWN,
    "borough": PlaceKind.TOWN, "county": PlaceKind.COUNTY, "parish": PlaceKind.COUNTY,
}  # fmt: skip


@dataclass(frozen=True)
class ResolvedRecipient:
    """A recipient, and what to ask if it is not settled."""

    recipient: Recipient
    question: Question | None = None


class PlaceResolver:
    """Decides which place a list entry is, by the gazetteer and by what else the text says about that name."""

    def __init__(self, page: TextPage, places: Places, home: str | None = None) -> None:
        """`home`: the state of the sender, if a state's authority writes to places in it."""
        self.page, self.known, self.home = page, places.known, home
        self._states: dict[str, set[str]] = defaultdict(set)  # those that the text writes behind a name
        for mention in places.named:
            if mention.state and not mention.is_state_shared:
                name = mention.name if mention.place else mention.name.split()[-1]  # "East 2nd Street Tulsa, OK"
                self._states[fold(name)].add(mention.state)

    def settle(self, item: Mention) -> ResolvedRecipient:
        span = self.page.span(item.start, item.end)
        name = _cased(item.written)
        if item.is_institution:
            return ResolvedRecipient(Recipient(name, PlaceKind.INSTITUTION, item.state, span=span))
        state = item.state
        resolved = self.known.resolve(item.written, state)
        if resolved.place is None and state is None and (elsewhere := self.elsewhere(item)):
            state = elsewhere
            resolved = self.known.resolve(item.written, state)
        if (resolved.place is None or resolved.place.state != self.home) and state is None and self.home:
            here = self.known.resolve(item.written, self.home)
            if here.place and here.place.kind is not PlaceKind.STATE:
                why = f"The text gives no state. Read as the place in {STATES[self.home]}, since the sender is from there."
                return ResolvedRecipient(_recipient(here.place, span, why))
        if item.is_unsure or (resolved.place is None and is_pair(item)):
            return self._place_or_states(item, span, resolved)
        if resolved.place and not (resolved.doubt and self._is_elsewhere(item, resolved.place, state)):
            return ResolvedRecipient(_recipient(resolved.place, span, resolved.doubt))
        kind = _KINDS.get(SINGULAR.get(item.word, item.word))
        bare = f"{item.name} County" if kind is PlaceKind.COUNTY else _cased(item.name)
        if resolved.candidates:
            return self._ambiguous(item, bare, state, span, kind, resolved.candidates, resolved.doubt)
        return self._unknown(name, bare, state, span, kind)

    def _is_elsewhere(self, item: Mention, only: Jurisdiction, state: str | None) -> bool:
        """Whether the only city of a name lies elsewhere than what is listed beside it."""
        is_found_by_name = not state and only.kind is not PlaceKind.STATE and not stands_alone_in(item.name)
        return is_found_by_name and item.place != only

    def _ambiguous(
        self,
        item: Mention,
        bare: str,
        state: str | None,
        span: Span,
        kind: PlaceKind | None,
        places: tuple[Jurisdiction, ...],
        doubt: str | None,
    ) -> ResolvedRecipient:
        if kind and not any(place.kind is kind for place in places):
            kinds = {place.kind for place in places}
            kind = kinds.pop() if len(kinds) == 1 else None
        recipient = Recipient(
            bare, kind, state, span=span, doubt=doubt or "Several places have this name.", candidates=places[:MOST]
        )
        if len(places) == 1:
            recipient = replace(recipient, doubt=doubt or f"It may be {places[0].full_label}.")
        written = item.written + (f", {STATES[state]}" if state else "")
        readings = tuple(PlaceReading(place) for place in places[:MOST])
        question = Question(
            QuestionKind.PLACE_AMBIGUOUS, span, readings, names=(written,), count=len(places), reason=doubt or ""
        )
        return ResolvedRecipient(recipient, question)

    def _place_or_states(self, item: Mention, span: Span, resolved: ResolvedPlace) -> ResolvedRecipient:
        """ "Nevada, Missouri": a place in Missouri, or both states."""
        first = self.known.resolve(item.written, None).place or self._state(state_code_of(item.name))
        named = [first] if item.is_state_shared else [first, self._state(item.state)]
        listed = resolved.candidates or (place_as_written(item.name, item.state)[0],)
        places = tuple(place for place in dict.fromkeys((*listed, *named)) if place)
        either = "" if item.is_state_shared else "The text may mean one place or two."
        doubt = " ".join(filter(None, (either, resolved.doubt)))
        return self._ambiguous(item, item.name, item.state, span, None, places, doubt or None)

    def _state(self, code: str | None) -> Jurisdiction | None:
        return self.known.resolve(f"State of {STATES[code]}", None).place if code else None

    def _unknown(self, name: str, bare: str, state: str | None, span: Span, kind: PlaceKind | None) -> ResolvedRecipient:
        near = self.known.closest(bare, state, 3)
        hint = f" Did you mean {' or '.join(place.full_label for place in near)}?" if near else ""
        written = name + (f", {STATES[state]}" if state else "")
        recipient = Recipient(bare, kind, state, span=span, doubt=f"No place of this name is known.{hint}", candidates=near)
        readings = tuple(PlaceReading(place) for place in near)
        return ResolvedRecipient(recipient, Question(QuestionKind.PLACE_UNKNOWN, span, readings, names=(written,)))

    def elsewhere(self, item: Mention) -> str | None:
        """The one state that follows this name elsewhere in the text, if it has such a place."""
        states = self._states[fold(item.name)] if not state_code_of(item.name) else set()
        return next((state for state in states if len(states) == 1 and self.known.named(item.written, state)), None)


def _recipient(place: Jurisdiction, span: Span, doubt: str | None) -> Recipient:
    return Recipient(place.name, place.kind, place.state or None, place.aliases, place.ocd_id or None, span, doubt)


def _cased(name: str) -> str:
    if not name.isupper():
        return name
    small = {"Of", "And", "The"}
    return " ".join(word.lower() if word in small and number else word for number, word in enumerate(name.title().split()))


def merged_recipients(settled: Iterable[tuple[ResolvedRecipient, int]]) -> list[ResolvedRecipient]:
    """Each place once, in order. A name without its state is the place of that name that another sentence settles.

    The number is that of the list: a place that appears twice in one list is kept once, with a doubt. A name that is not
    settled is no place of its own list: "New York" beside "New York City" may be the state.
    """
    merged: list[ResolvedRecipient] = []
    lists: list[int] = []
    repeated: set[int] = set()  # those of `merged` whose doubt says so already
    for resolved, number in settled:
        same = next(
            (
                at
                for at, other in enumerate(merged)
                if _same(resolved.recipient, other.recipient)
                and (lists[at] != number or resolved.recipient.is_settled is other.recipient.is_settled)
            ),
            None,
        )
        if same is None:
            merged.append(resolved)
            lists.append(number)
            continue
        other = merged[same]
        if lists[same] == number and resolved.recipient.span != other.recipient.span and resolved.recipient.is_settled:
            if same not in repeated:
                repeated.add(same)
                doubt = f"{other.recipient.doubt or ''} It is in the list more than once.".strip()
                merged[same] = replace(other, recipient=replace(other.recipient, doubt=doubt))
        elif _surer(resolved.recipient, other.recipient):
            merged[same] = resolved
            lists[same] = number
            repeated.discard(same)
    return merged


def _same(recipient: Recipient, other: Recipient) -> bool:
    if recipient.is_settled and other.is_settled:
        return (recipient.name, recipient.kind, recipient.state) == (other.name, other.kind, other.state) and (
            not recipient.ocd_id or recipient.ocd_id == other.ocd_id
        )
    names = {name_key(name) for name in (recipient.name, *recipient.aliases)} & {
        name_key(name) for name in (other.name, *other.aliases)
    }
    kinds = recipient.kind is None or other.kind is None or recipient.kind is other.kind
    return bool(names) and kinds and (recipient.state is None or other.state is None or recipient.state == other.state)


def _surer(recipient: Recipient, other: Recipient) -> bool:
    return (recipient.is_settled, recipient.kind is not None, recipient.doubt is None) > (
        other.is_settled,
        other.kind is not None,
        other.doubt is None,
    )


def recipient_questions(settled: Sequence[ResolvedRecipient]) -> list[Question]:
    """The questions about recipients; after the first dozen, the remaining names share one."""
    asked = [(one.recipient, one.question) for one in settled if one.question]
    single = [question for _, question in asked[:MOST_ASKED]]
    if not (rest := [recipient for recipient, _ in asked[MOST_ASKED:]]):
        return single
    names = tuple(question.names[0] for _, question in asked[MOST_ASKED:][:MOST_NAMED])
    return [*single, Question(QuestionKind.MORE_NAMES_UNSETTLED, rest[0].span, names=names, count=len(rest))]
