"""Resolves listed places to recipients: which place each is, which are the same, and what to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.reader.draft import SEVERAL_PLACES, PlaceReading, Question, QuestionKind, Recipient, Span
from bot.reader.extract.place_lists import is_pair
from bot.reader.gazetteer.gazetteer import Gazetteer, ResolvedPlace
from bot.reader.gazetteer.written_names import place_as_written
from bot.reader.mentions.mention import SINGULAR, Mention, StateFrom
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage
from bot.record.place_kinds import kind_named
from bot.record.places import STATES, Jurisdiction, PlaceKind, name_key

RULES = rule_table("found_recipients")
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
    """Says of each place of a list which government it is, or what to ask."""

    def __init__(self, page: TextPage, known: Gazetteer, home: str | None = None) -> None:
        """`home`: the state of the sender, if a state's authority writes to places in it."""
        self.page, self.known, self.home = page, known, home

    def settle(self, item: Mention) -> ResolvedRecipient:
        """Which place it is: by its state, or that of the sender."""
        span, state = self.page.span(item.start, item.end), item.state
        if item.is_institution:
            return ResolvedRecipient(Recipient(_cased(item.written), PlaceKind.INSTITUTION, state, span=span))
        if item.place and item.place.kind is PlaceKind.STATE and RULES.search("an office of a state", item.title):
            return ResolvedRecipient(_recipient(item.place, span, None))  # not the city of that name
        resolved = self.known.resolve(item.written, state)
        here = self.known.resolve(item.written, self.home).place if self.home and not state else None
        if self.home and here and here != resolved.place and here.kind is not PlaceKind.STATE:
            why = f"The text gives no state. Read as the place in {STATES[self.home]}, since the sender is from there."
            return ResolvedRecipient(_recipient(here, span, why))
        if item.is_unsure or (resolved.place is None and is_pair(item)):
            resolved = self._with_states(item, resolved)
        elif resolved.place and (state or item.place == resolved.place or not resolved.doubt):
            return ResolvedRecipient(_recipient(resolved.place, span, resolved.doubt))
        written = kind_named(SINGULAR.get(item.word, item.word))
        kind = written.kind if written else None
        name = f"{item.name} County" if kind is PlaceKind.COUNTY else _cased(item.name)
        recipient = Recipient(name, kind, state, span=span)
        return _ambiguous(item, recipient, resolved) if resolved.candidates else self._unknown(item, recipient)

    def _with_states(self, item: Mention, resolved: ResolvedPlace) -> ResolvedPlace:
        """ "Nevada, Missouri": a place in Missouri, or both states."""
        is_of_group = item.state_from is StateFrom.GROUP  # "Wyoming and Grand Rapids, Michigan" says nothing of Michigan
        first = self.known.resolve(item.written, None).place or self._state(state_code_of(item.name))
        listed = resolved.candidates or (place_as_written(item.name, item.state)[0],)
        either = (*listed, first, None if is_of_group else self._state(item.state), *item.candidates)
        doubt = resolved.doubt if is_of_group else f"The text may mean one place or two. {resolved.doubt or ''}".strip()
        return ResolvedPlace(None, tuple(place for place in dict.fromkeys(either) if place), doubt)

    def _state(self, code: str | None) -> Jurisdiction | None:
        return self.known.resolve(f"State of {STATES[code]}", None).place if code else None

    def _unknown(self, item: Mention, recipient: Recipient) -> ResolvedRecipient:
        near = self.known.closest(recipient.name, recipient.state, 3)
        hint = f" Did you mean {' or '.join(place.full_label for place in near)}?" if near else ""
        recipient = replace(recipient, doubt=f"No place of this name is known.{hint}", candidates=near)
        return ResolvedRecipient(recipient, _question(QuestionKind.PLACE_UNKNOWN, item, recipient))


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
    called: dict[str, set[int]] = defaultdict(set)  # those that have a name
    for resolved, number in settled:
        recipient = resolved.recipient
        names = _names(recipient)
        for at in sorted(set().union(*(called[name] for name in names))):
            other, its_list = merged[at]
            is_other_list = its_list != number
            if _same(recipient, other.recipient) and (is_other_list or recipient.is_settled is other.recipient.is_settled):
                if is_other_list and _sureness(recipient) > _sureness(other.recipient):
                    merged[at] = (resolved, number)
                elif not is_other_list and recipient.is_settled:
                    doubt = (other.recipient.doubt or "").removesuffix(REPEATED)
                    merged[at] = (ResolvedRecipient(replace(other.recipient, doubt=f"{doubt} {REPEATED}".strip())), number)
                break
        else:
            at = len(merged)
            merged.append((resolved, number))
        for name in names if merged[at][0] is resolved else ():
            called[name].add(at)
    return [resolved for resolved, _ in merged]


def _names(recipient: Recipient) -> set[str]:
    return {name_key(name) for name in (recipient.name, *recipient.aliases)}


def _same(recipient: Recipient, other: Recipient) -> bool:
    if recipient.is_settled and other.is_settled:
        return recipient.label == other.label and recipient.ocd_id in (None, other.ocd_id)
    is_called_so = not _names(recipient).isdisjoint(_names(other))
    return is_called_so and (None in (recipient.state, other.state) or recipient.state == other.state)


def _sureness(recipient: Recipient) -> tuple[bool, bool]:
    return recipient.is_settled, recipient.doubt is None


def recipient_questions(settled: Sequence[ResolvedRecipient]) -> list[Question]:
    """The questions about recipients; after the first dozen, the remaining names share one."""
    asked = [question for one in settled if (question := one.question)]
    if not (rest := asked[MOST_ASKED:]):
        return asked
    names = tuple(question.names[0] for question in rest[:MOST_NAMED])
    return [*asked[:MOST_ASKED], Question(QuestionKind.MORE_NAMES_UNSETTLED, rest[0].span, names=names, count=len(rest))]
