"""What a letter threatens, from a fixed list; not what others threaten, nor what happened before."""

from __future__ import annotations

import re

from bot.reader.draft import Found, Threat
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.quoting import cut, is_inside, whole

CLAUSE = 90  # characters on either side of a threat that are shown with it
RULES = rule_table("threats")
_ANY = re.compile("|".join(RULES[threat].pattern for threat in Threat), re.IGNORECASE | re.VERBOSE)
_HARD = (Threat.LAWSUIT, Threat.PROSECUTION, Threat.CONTEMPT, Threat.PENALTY)
_SOFT = tuple(threat for threat in Threat if threat not in _HARD)


def threatened(
    page: TextPage, skip: frozenset[int] = frozenset(), is_letter: bool = False, mail: frozenset[int] = frozenset()
) -> tuple[Found[str], ...]:
    """Each threat once, with its words, in the order of the fixed list. `skip`: indexes of sentences about other letters."""
    threats: dict[Threat, Found[str]] = {}
    for index, sentence in enumerate(page.sentences):
        if index in skip or not _ANY.search(sentence.text):
            continue
        for threat in _possible(sentence.text, is_letter, index in mail):
            if threat not in threats and (match := _threat(threat, sentence.text)):
                start, end = _clause(sentence.text, match)
                threats[threat] = Found(threat.value, page.span(sentence.start + start, sentence.start + end))
    return tuple(threats[threat] for threat in Threat if threat in threats)


def _possible(text: str, is_letter: bool, is_about_mailing: bool) -> tuple[Threat, ...]:
    """The threats that the sentence may make: it is not about the past, and says that something follows, or may.

    A lawsuit, a prosecution and the like also have to be aimed at the recipients, if not by the sender.
    """
    if not is_about_mailing and _says(text, "something happened before"):
        return ()
    if _says(text, "the sender threatens"):
        return tuple(Threat)
    is_aimed = is_letter or _says(text, "recipients are threatened")
    if _says(text, "a threat is on a condition"):
        return tuple(Threat) if is_aimed else _SOFT
    return _SOFT if is_aimed and _says(text, "something may be done") else ()


def _threat(threat: Threat, text: str) -> re.Match[str] | None:
    """The first words for the threat that are neither denied nor about the plans or the lawsuit of somebody else."""
    others = RULES["others threaten"].regex.search(text)
    for match in RULES[threat].regex.finditer(text):
        if others and others.start() < match.end():
            return None
        before = text[max(0, match.start() - CLAUSE) : match.start()]
        if not _says(before, "no threat") and not (threat is Threat.LAWSUIT and _says(before, "somebody's lawsuit")):
            return match
    return None


def _says(text: str, rule: str) -> bool:
    return bool(RULES[rule].regex.search(text))


def _clause(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The words around a threat, up to the next comma on either side, about `CLAUSE` characters at most.

    Numbers, amounts and dates stay whole: the comma in "$25,500" or "February 23, 2018" ends no clause.
    """
    begins = RULES["the beginning of a clause"].regex.finditer(text[: match.start()])
    ends = RULES["the end of a clause"].regex.finditer(text, match.end())
    start = max((mark.end() for mark in begins if not is_inside(text, mark.start())), default=0)
    end = next((mark.start() for mark in ends if not is_inside(text, mark.start())), len(text))
    if match.start() - start > CLAUSE:
        start = text.index(" ", match.start() - CLAUSE) + 1
    if end - match.end() > CLAUSE:
        end = match.end() + cut(text[match.end() : end], CLAUSE)
    return whole(text, min(start, match.start()), max(end, match.end()))
