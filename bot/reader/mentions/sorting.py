"""Sorts every place that a text names: a recipient, cleared, the sender, offered to a person, or named in passing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from itertools import groupby

from bot.reader.draft import Found, MentionedPlace, Recipient, Seen, Span
from bot.reader.mentions.features import Certain, ScoredPlace, places_with_rows, same_body
from bot.reader.mentions.kinds import kind_of_recipient
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.score import least_score, likeliest_first, score_model
from bot.reader.rules import rule_table
from bot.reader.text_page import Taken, TextPage
from bot.record.federal_authorities import FEDERAL_FORMS
from bot.record.place_names import STATES, fold
from bot.record.places import PlaceKind

RULES = rule_table("mentions")
WORDS = 160  # characters of the words around a place
BEFORE_LIST = 350  # characters in which a list is said to be one of signers, or of places without a letter


class Sort(Enum):
    """What a place is of which the rules say something."""

    RECIPIENT = "recipient"
    CLEARED = "cleared"
    SENDER = "sender"
    PASSING = "named in passing"


class _Known:
    """Places whose sort is settled: by their spans in the original text, their labels and their names."""

    def __init__(self, page: TextPage, known: Iterable[Recipient]) -> None:
        self._taken = Taken(len(page.raw))
        self._labels: set[str] = set()
        self._names: set[str] = set()
        for one in known:
            self._labels.add(one.label)
            for name in (one.name, *one.aliases):
                self._names |= {same_body(name), same_body(name.partition(" at ")[0])}
            if one.span:
                self._taken.add(one.span.start, one.span.end)

    def has(self, mention: Mention, span: Span) -> bool:
        """Whether it is one of them. A name alone, not settled otherwise, is the known place of that name."""
        is_known = mention.place.full_label in self._labels if mention.place else same_body(mention.name) in self._names
        return is_known or self._taken.overlaps(span.start, span.end)


def sort_mentions(
    page: TextPage,
    mentions: Sequence[Mention],
    recipients: Sequence[Recipient],
    cleared: Sequence[Recipient],
    sender: Found[str] | None,
    stated: frozenset[int],
) -> tuple[tuple[MentionedPlace, ...], Seen]:
    """What a person may tick, most likely first, and how many places the text names of each sort."""
    places = sorted_places(page, mentions, recipients, cleared, sender, stated)
    others = [place for place, sort in places if sort is None]
    senders = [place for place, sort in places if sort is Sort.SENDER]
    if not (others or recipients):
        federal = [place for place in senders if place.mentions[0].is_beside_letters]  # their letters went to others
        others, senders = [place for place in senders if place not in federal], federal
    offered = _offered(page, others, recipients, stated)
    passing = len(others) - len(offered) + sum(sort is Sort.PASSING for _, sort in places)
    return offered, Seen(len(recipients), len(offered), len(cleared), len(senders), passing)


def sorted_places(
    page: TextPage,
    mentions: Sequence[Mention],
    recipients: Sequence[Recipient],
    cleared: Sequence[Recipient],
    sender: Found[str] | None,
    stated: frozenset[int],
) -> list[tuple[ScoredPlace, Sort | None]]:
    """Each place once with its sort; None for those that the score is for."""
    written_to = _Known(page, recipients)
    named = mentions if recipients else ()
    lists = (mention.group for mention in named if written_to.has(mention, page.span(mention.start, mention.end)))
    certain = Certain(len(recipients), frozenset(map(kind_of_recipient, recipients)), frozenset(lists))
    known = ((Sort.RECIPIENT, written_to), (Sort.CLEARED, _Known(page, cleared)))
    signers, without = lists_of_signers(page, mentions), _without_letter(page, mentions)
    places: list[tuple[ScoredPlace, Sort | None]] = []
    for scored in places_with_rows(page, mentions, stated, certain):
        spans = [(mention, page.span(mention.start, mention.end)) for mention in scored.mentions]
        sort = next((sort for sort, those in known if any(those.has(mention, span) for mention, span in spans)), None)
        is_sender = (_is_sender(scored.mentions[0], sender) and not _is_addressed(scored)) or any(
            mention.group in signers for mention in scored.mentions
        )
        is_passing = (recipients and _is_heading(scored)) or without.issuperset(scored.mentions)
        places.append((scored, sort or (Sort.SENDER if is_sender else Sort.PASSING if is_passing else None)))
    return places


def _is_heading(place: ScoredPlace) -> bool:
    """Whether it is a state that the text only names to say where places are."""
    is_state = any(mention.place and mention.place.kind is PlaceKind.STATE for mention in place.mentions)
    return is_state and all(mention.is_part_of_name for mention in place.mentions)


def lists_of_signers(page: TextPage, mentions: Sequence[Mention]) -> set[int]:
    """The lists of those who sign the letter with the sender: "signed by the attorneys general of Iowa and Ohio"."""
    signers = set()
    for listed, before, behind in _lists_near(page, mentions, "a word about signers"):
        are_officials = RULES.search("officials of a list", before) and RULES.match("behind signers", behind)
        are_states = all(mention.name in STATES.values() for mention in listed)
        is_joined = are_states and RULES.search("before states that sign", before)
        if are_officials or is_joined or RULES.search("before signers", before) or RULES.match("signers as such", behind):
            signers.add(listed[0].group)
    return signers


def _lists_near(page: TextPage, mentions: Sequence[Mention], word: str) -> Iterator[tuple[list[Mention], str, str]]:
    """The lists near a word, with the characters before and behind them."""
    words = [match.start() for match in RULES[word].regex.finditer(page.flat)]
    for _, members in groupby(mentions, key=lambda mention: mention.group):
        listed = [*members]
        start, end = listed[0].start, listed[-1].end
        first = max(0, start - BEFORE_LIST)
        near = bisect_left(words, first)
        if near < len(words) and words[near] <= end + WORDS:
            yield listed, page.flat[first:start], page.flat[end : end + WORDS]


def _without_letter(page: TextPage, mentions: Sequence[Mention]) -> set[Mention]:
    """Those of whom the text says that they got none: "no letters went to Reno", and members without a mark in a list in which
    one shows who did: "Ames*, Reno, Waco*; * received a letter".
    """
    without = set()
    for listed, before, behind in _lists_near(page, mentions, "a word that denies"):
        if RULES.search("before those without a letter", before) or RULES.match("behind those without a letter", behind):
            without |= {*listed}
    if RULES.search("a mark of those with a letter", page.flat):
        marked = {mention for mention in mentions if RULES.match("a mark", page.raw, page.span(mention.start, mention.end).end)}
        lists = Counter(mention.group for mention in marked)
        without |= {mention for mention in mentions if lists[mention.group] > 1 and mention not in marked}
    return without


def _is_sender(mention: Mention, sender: Found[str] | None) -> bool:
    """Whether it is the sender's own place: the state of its attorney general, or the city that writes; or a federal sender."""
    if sender is None:
        return False
    if mention.is_beside_letters and FEDERAL_FORMS.get(mention.name) == FEDERAL_FORMS.get(sender.value, sender.value):
        return True
    place = mention.place
    names = (place.name, *place.aliases) if place else (mention.name,)
    name = f" {fold(sender.value)} "
    is_of_state = bool(place and place.kind is PlaceKind.STATE)
    return any(f" {fold(own)} " in name for own in names if is_of_state or " " in own)


def _offered(
    page: TextPage, places: Sequence[ScoredPlace], recipients: Sequence[Recipient], stated: frozenset[int]
) -> tuple[MentionedPlace, ...]:
    model, certain = score_model(), [kind_of_recipient(one) for one in recipients]
    ranked = likeliest_first(model, places, certain, stated)
    least = least_score(ranked[0][0], model.offered_from, certain) if ranked else 0.0
    offered = [(score, place) for score, place in ranked if score >= least or _is_addressed(place)]
    sizes: dict[int, int] = {}
    for _, place in offered:
        for group in {mention.group for mention in place.mentions}:
            sizes[group] = sizes.get(group, 0) + 1
    return _numbered([_mentioned_place(page, place, score, sizes) for score, place in offered])


def _is_addressed(place: ScoredPlace) -> bool:
    return any(mention.is_addressed and not mention.is_part_of_name for mention in place.mentions)


def _numbered(offered: Sequence[MentionedPlace]) -> tuple[MentionedPlace, ...]:
    """With the lists numbered from 1, as a person reads them; a list of one place is none."""
    sizes = Counter(place.list_number for place in offered)
    numbers: dict[int | None, int] = {}
    for place in offered:
        if place.list_number is not None and sizes[place.list_number] > 1:
            numbers.setdefault(place.list_number, len(numbers) + 1)
    return tuple(replace(place, list_number=numbers.get(place.list_number)) for place in offered)


def _mentioned_place(page: TextPage, scored: ScoredPlace, score: float, sizes: dict[int, int]) -> MentionedPlace:
    mention = max(scored.mentions, key=lambda one: (sizes.get(one.group, 0), one.place is not None))
    list_number = mention.group if sizes.get(mention.group, 0) > 1 else None
    place = place_of(page, mention)
    if place.ocd_id is None:
        place = replace(place, name=max((one.own_name for one in scored.mentions), key=len))
    return MentionedPlace(place, score, _words(page, mention), list_number)


def place_of(page: TextPage, mention: Mention) -> Recipient:
    """The place as it would be recorded; its kind is open if the text does not settle it."""
    span = page.span(mention.start, mention.end)
    if place := mention.place:
        return Recipient(place.name, place.kind, place.state or None, place.aliases, place.ocd_id or None, span)
    kind = PlaceKind.INSTITUTION if mention.is_institution else None
    return Recipient(mention.own_name, kind, mention.state, span=span, candidates=mention.candidates)


def _words(page: TextPage, mention: Mention) -> str:
    """The words of its sentence around it, as the text writes them."""
    sentence = page.sentences[page.sentence_at(mention.start)]
    first = max(sentence.start, mention.start - WORDS // 2)
    if first > sentence.start:
        first = page.flat.find(" ", first, mention.start) + 1 or first
    last = max(mention.end, min(sentence.end, first + WORDS))
    if last < sentence.end:
        last = max(mention.end, page.flat.rfind(" ", mention.end, last))
    span = page.span(first, last)
    words = " ".join(page.raw[span.start : span.end].split())
    begins, ends = "" if first == sentence.start else "… ", "" if last >= sentence.end else " …"
    return f"{begins}{words}{ends}"
