"""Resolves listed places to recipients: which place each is, which are the same, and what to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.reader.draft import SEVERAL_PLACES, PlaceReading, Question, QuestionKind, Recipient, Span
from bot.reader.extract.place_lists import Places, is_pair
from bot.reader.gazetteer.gazetteer import ResolvedPlace
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.gazetteer.written_names import place_as_written
from bot.reader.mentions.mention import SINGULAR, Mention, StateFrom
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage
from bot.record.place_kinds import kind_named
from bot.record.place_names import fold
from bot.record.places import STATES, Jurisdiction, PlaceKind, name_key

MOST = 25  # candidates kept for a name that very many places have
MOST_ASKED = 12  # names that get a question of their own; the others share one
MOST_NAMED = 20  # names in that shared question
REPEATED = "It is in the list more than once."


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
            if mention.state and mention.state_from is StateFrom.ITSELF:
                name = mention.name if mention.place else mention.name.split()[-1]  # "East 2nd Street Tulsa, OK"
                self._states[fold(name)].add(mention.state)

    def settle(self, item: Mention) -> ResolvedRecipient:
        """Which place it is: by its state, the one that the name has elsewhere in the text, or that of the sender."""
        span, state = self.page.span(item.start, item.end), item.state
        if item.is_institution:
            return ResolvedRecipient(Recipient(_cased(item.written), PlaceKind.INSTITUTION, state, span=span))
        resolved = self.known.resolve(item.written, state)
        if resolved.place is None and state is None and (state := self._elsewhere(item)):
            resolved = self.known.resolve(item.written, state)
        if self.home and not state and (resolved.place is None or resolved.place.state != self.home):
            here = self.known.resolve(item.written, self.home).place
            if here and here.kind is not PlaceKind.STATE:
                why = f"The text gives no state. Read as the place in {STATES[self.home]}, since the sender is from there."
                return ResolvedRecipient(_recipient(here, span, why))
        if item.is_unsure or (resolved.place is None and is_pair(item)):
            return self._place_or_states(item, span, resolved)
        is_found = state or stands_alone_in(item.name) or item.place == resolved.place  # and not the only one, far away
        if resolved.place and (is_found or not resolved.doubt):
            return ResolvedRecipient(_recipient(resolved.place, span, resolved.doubt))
        written = kind_named(SINGULAR.get(item.word, item.word))
        kind = written.kind if written else None
        name = f"{item.name} County" if kind is PlaceKind.COUNTY else _cased(item.name)
        recipient = Recipient(name, kind, state, span=span)
        return _ambiguous(item, recipient, resolved) if resolved.candidates else self._unknown(item, recipient)

    def _place_or_states(self, item: Mention, span: Span, resolved: ResolvedPlace) -> ResolvedRecipient:
        """ "Nevada, Missouri": a place in Missouri, or both states."""
        first = self.known.resolve(item.written, None).place or self._state(state_code_of(item.name))
        named = [first] if item.state_from is StateFrom.GROUP else [first, self._state(item.state)]
        listed = resolved.candidates or (place_as_written(item.name, item.state)[0],)
        places = tuple(place for place in dict.fromkeys((*listed, *named, *item.candidates)) if place)
        either = "" if item.state_from is StateFrom.GROUP else "The text may mean one place or two."
        doubt = " ".join(filter(None, (either, resolved.doubt)))
        return _ambiguous(item, Recipient(item.name, None, item.state, span=span), ResolvedPlace(None, places, doubt))

    def _state(self, code: str | None) -> Jurisdiction | None:
        return self.known.resolve(f"State of {STATES[code]}", None).place if code else None

    def _unknown(self, item: Mention, recipient: Recipient) -> ResolvedRecipient:
        near = self.known.closest(recipient.name, recipient.state, 3)
        hint = f" Did you mean {' or '.join(place.full_label for place in near)}?" if near else ""
        recipient = replace(recipient, doubt=f"No place of this name is known.{hint}", candidates=near)
        return ResolvedRecipient(recipient, _question(QuestionKind.PLACE_UNKNOWN, item, recipient))

    def _elsewhere(self, item: Mention) -> str | None:
        """The one state that follows this name elsewhere in the text, if it has such a place."""
        states = self._states[fold(item.name)] if not state_code_of(item.name) else set()
        return next((state for state in states if len(states) == 1 and self.known.named(item.written, state)), None)


def _ambiguous(item: Mention, recipient: Recipient, resolved: ResolvedPlace) -> ResolvedRecipient:
    places, kinds = resolved.candidates, {place.kind for place in resolved.candidates}
    if recipient.kind and recipient.kind not in kinds:
        recipient = replace(recipient, kind=kinds.pop() if len(kinds) == 1 else None)
    several = f"It may be {places[0].full_label}." if len(places) == 1 else SEVERAL_PLACES
    recipient = replace(recipient, doubt=resolved.doubt or several, candidates=places[:MOST])
    question = _question(QuestionKind.PLACE_AMBIGUOUS, item, recipient)
    return ResolvedRecipient(recipient, replace(question, count=len(places), reason=resolved.doubt or ""))


def _question(kind: QuestionKind, item: Mention, recipient: Recipient) -> Question:
    written = _cased(item.written) + (f", {STATES[recipient.state]}" if recipient.state else "")
    return Question(kind, recipient.span, tuple(map(PlaceReading, recipient.candidates)), names=(written,))


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
    merged: list[tuple[ResolvedRecipient, int]] = []
    for resolved, number in settled:
        is_settled = resolved.recipient.is_settled
        same = next(
            (
                at
                for at, (other, its_list) in enumerate(merged)
                if _same(resolved.recipient, other.recipient)
                and (its_list != number or is_settled is other.recipient.is_settled)
            ),
            None,
        )
        if same is None:
            merged.append((resolved, number))
        elif merged[same][1] != number and _surer(resolved.recipient, merged[same][0].recipient):
            merged[same] = (resolved, number)
        elif merged[same][1] == number and is_settled:
            merged[same] = (_repeated(merged[same][0]), number)
    return [resolved for resolved, _ in merged]


def _repeated(resolved: ResolvedRecipient) -> ResolvedRecipient:
    doubt = (resolved.recipient.doubt or "").removesuffix(REPEATED).strip()
    return replace(resolved, recipient=replace(resolved.recipient, doubt=f"{doubt} {REPEATED}".strip()))


def _same(recipient: Recipient, other: Recipient) -> bool:
    if recipient.is_settled and other.is_settled:
        return (recipient.name, recipient.kind, recipient.state) == (other.name, other.kind, other.state) and (
            not recipient.ocd_id or recipient.ocd_id == other.ocd_id
        )
    names, its_names = ({name_key(name) for name in (one.name, *one.aliases)} for one in (recipient, other))
    kinds = recipient.kind is None or other.kind is None or recipient.kind is other.kind
    return (
        bool(names & its_names) and kinds and (recipient.state is None or other.state is None or recipient.state == other.state)
    )


def _surer(recipient: Recipient, other: Recipient) -> bool:
    mine, others = ((one.is_settled, one.kind is not None, one.doubt is None) for one in (recipient, other))
    return mine > others


def recipient_questions(settled: Sequence[ResolvedRecipient]) -> list[Question]:
    """The questions about recipients; after the first dozen, the remaining names share one."""
    asked = [question for one in settled if (question := one.question)]
    if not (rest := asked[MOST_ASKED:]):
        return asked
    names = tuple(question.names[0] for question in rest[:MOST_NAMED])
    return [*asked[:MOST_ASKED], Question(QuestionKind.MORE_NAMES_UNSETTLED, rest[0].span, names=names, count=len(rest))]
