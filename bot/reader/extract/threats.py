"""What a letter threatens, from a fixed list; not what others threaten, nor what happened before."""

from __future__ import annotations

import re

from bot.reader.draft import Found, Threat
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.quoting import cut, is_inside, whole

CLAUSE = 90  # characters on either side of a threat that are shown with it
RULES = rule_table("threats")
_HARD = (Threat.LAWSUIT, Threat.PROSECUTION, Threat.CONTEMPT, Threat.PENALTY)
_SOFT = tuple(threat for threat in Threat if threat not in _HARD)


def threatened(
    page: TextPage, skip: frozenset[int] = frozenset(), is_letter: bool = False, mail: frozenset[int] = frozenset()
) -> tuple[Found[str], ...]:
    """Each threat once, with its words, in the order of the fixed list. `skip`: indexes of sentences about other letters."""
    threats: dict[Threat, Found[str]] = {}
    for index, sentence in enumerate(page.sentences):
        for threat in _possible(sentence.text, is_letter, index in mail) if index not in skip else ():
            if threat not in threats and (match := next(RULES.matches(sentence.text, threat), None)):
                start, end = _clause(sentence.text, match)
                threats[threat] = Found(threat.value, page.span(sentence.start + start, sentence.start + end))
    return tuple(threats[threat] for threat in Threat if threat in threats)


def _possible(text: str, is_letter: bool, is_about_mailing: bool) -> tuple[Threat, ...]:
    """The threats that the sentence may make: it is not about the past, and says that something follows, or may.

    A lawsuit, a prosecution and the like also have to be aimed at the recipients, if not by the sender.
    """
    if not is_about_mailing and RULES.search("something happened before", text):
        return ()
    if RULES.search("the sender threatens", text):
        return tuple(Threat)
    is_aimed = is_letter or RULES.search("recipients are threatened", text)
    if RULES.search("a threat is on a condition", text):
        return tuple(Threat) if is_aimed else _SOFT
    return _SOFT if is_aimed and RULES.search("something may be done", text) else ()


def _clause(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The words around a threat, up to the next comma on either side, about `CLAUSE` characters at most.

    Numbers, amounts and dates stay whole: the comma in "$25,500" or "February 23, 2018" ends no clause.
    """
    marks = [mark for mark in RULES["between two clauses"].regex.finditer(text) if not is_inside(text, mark.start())]
    start = max((mark.end() for mark in marks if mark.end() <= match.start()), default=0)
    end = min((mark.start() for mark in marks if mark.start() >= match.end()), default=len(text))
    if match.start() - start > CLAUSE:
        start = text.index(" ", match.start() - CLAUSE) + 1
    return whole(text, min(start, match.start()), match.end() + cut(text[match.end() : end], CLAUSE))
