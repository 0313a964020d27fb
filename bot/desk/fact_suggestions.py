"""What to offer while the kind of a fact, or a consequence, is typed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.suggestions import MOST, Suggestions, matching
from bot.record.consequences import Threat, named, spelled_alike
from bot.record.errors import CaseError
from bot.record.fact_words import MEANINGS, FactKind, FactMeaning, every_meaning, meanings, name_of, other_command
from bot.words.events import NOT_THREATENED
from bot.words.facts import fact_text


def kinds_like(typed: str, kinds: Sequence[FactKind]) -> Suggestions:
    """Facts of these kinds by their names, for the words by which people call them; each thing a word can mean is a choice.

    The kinds and the known consequences before anything is typed. What another command records is said first, and then only
    words that contain the typed one are offered ("settled in court" for "settled"). CaseError if nothing is like it.
    """
    if not typed.strip():
        offered = [*map(FactMeaning, kinds), *(FactMeaning(FactKind.CONSEQUENCE, threat=threat) for threat in Threat)]
        return {name_of(meaning): fact_text(meaning) for meaning in offered}
    offers: Suggestions = {}
    of_other_command = other_command(typed)
    try:
        for meaning in meanings(typed):
            offers |= {name_of(full): fact_text(full) for full in (meaning, *every_meaning(meaning)) if full.kind in kinds}
    except CaseError as refused:
        if of_other_command:
            offers[" ".join(typed.split())] = str(refused)
    for word in matching(typed, {word: word for word in MEANINGS}):
        if of_other_command and typed.strip().casefold() not in word:
            continue
        for meaning in MEANINGS[word]:
            if meaning.kind in kinds:
                offers.setdefault(name_of(meaning), f"{word} → {fact_text(meaning)}")
    if not offers:
        meanings(typed)  # which says why
    return dict(list(offers.items())[:MOST])


def consequences_like(typed: str, known: Sequence[str], *, of_case: bool) -> Suggestions:
    """Consequences: `known` ones first, those of the letter; then those of the list; then what was typed."""
    remark = f" ({NOT_THREATENED})" if of_case else ""
    listed = {threat.value: f"{threat.value}{remark}" for threat in Threat if threat.value not in known}
    offered = matching(typed, {name: name for name in known}) if known else {}
    threats = [meaning.threat for meaning in MEANINGS.get(typed.strip().casefold(), ()) if meaning.threat]
    for threat in threats:
        offered |= {name: listed.get(name, name) for name in named(threat, known)}
    offered |= matching(typed, listed)
    as_typed = " ".join(typed.split())
    last = {} if not as_typed or spelled_alike(offered, as_typed) else {as_typed: f"{as_typed} (as you typed it)"}
    return dict(list(offered.items())[: MOST - len(last)]) | last
