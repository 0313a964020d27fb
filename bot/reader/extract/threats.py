"""What a letter threatens, from a fixed list; not what others threaten, nor what happened before."""

from __future__ import annotations

import re

from bot.reader.draft import Found, Threat
from bot.reader.rules import Rule, words
from bot.reader.text_page import TextPage
from bot.record.quoting import cut, is_inside, whole

CLAUSE = 90  # characters on either side of a threat that are shown with it
_FUNDS = words("funds")
_SOME_FUNDS = rf"\s+(?:of\s+)?(?:[\w$,.'/&()-]+\s+){{0,8}}?{_FUNDS}"
_MODAL = words("modals")
_THREATS = {
    Threat.SUBPOENA: Rule("a subpoena", r"\bsubpoena(?:s|ed|ing)?\b", ("It may issue [subpoenas]",)),
    Threat.RETURN_OF_GRANTS: Rule(
        "a return of money", rf"\b(?:{words('take_back')}{_SOME_FUNDS}|clawback)\b", ("demand the [return of the grant] funds",)
    ),
    Threat.CONDITIONS: Rule(
        "new conditions",
        r"\b(?:additional|new|further|special|stricter)\s+(?:grant\s+)?conditions?\b",
        ("impose [new conditions]",),
    ),
    Threat.INELIGIBILITY: Rule(
        "ineligibility",
        rf"\b(?:{words('ineligible')}|den(?:y|ying|ial|ied){_SOME_FUNDS}|bar(?:red|ring)?\s+(?:\w+\s+)?from{_SOME_FUNDS})\b",
        ("[ineligible] for grants", "be [denied future grants]"),
    ),
    Threat.WITHHOLDING: Rule(
        "withholding of money",
        rf"\b(?:{words('withhold')}{_SOME_FUNDS}|{_FUNDS}\s+(?:\w+\s+){{0,3}}{words('withheld')})\b",
        ("[withhold federal highway funds]", "see its [money cut off]"),
    ),
    Threat.TERMINATION: Rule(
        "termination of money",
        rf"\b(?:{words('terminate')}{_SOME_FUNDS}|{_FUNDS}\s+(?:\w+\s+){{0,3}}{words('terminated')})\b",
        ("[terminate the grant]", "have [funding revoked]"),
    ),
    Threat.LAWSUIT: Rule(
        "a lawsuit", rf"\b(?:{words('sue')}|tak(?:e|ing|en)\s+(?:\w+\s+){{1,3}}to\s+court)\b", ("[take them to court]",)
    ),
    Threat.PROSECUTION: Rule(
        "prosecution",
        r"\b(?:(?:criminal(?:ly)?\s+)?prosecut(?:ions?|e|ed|ing)|criminal\s+(?:charges|penalt(?:y|ies)|liability|referral))\b",
        ("may be [criminally prosecuted]", "face [criminal charges]"),
    ),
    Threat.CONTEMPT: Rule("contempt", r"\bcontempt\b", ("held in [contempt]",)),
    Threat.PENALTY: Rule(
        "a penalty",
        r"\b(?:(?:civil|monetary|financial)\s+(?:money\s+)?penalt(?:y|ies)\b|fine[sd]?\b|penalt(?:y|ies)\s+of\s+(?:up\s+to\s+)?\$)",
        ("face [civil penalties]", "a [penalty of up to $]5,000"),
    ),
}
_CONDITION = Rule(
    "a threat is on a condition",
    rf"\b(?:{words('threat_conditions')}|or\s+(?:\w+\s+){{0,3}}(?:may|will|could|lose))\b",
    ("sued [if] it refuses", "answer [or be] sued"),
)
_BY_SENDER = Rule(
    "the sender threatens",
    rf"\b{words('federal_senders')}\b[^.;\"]{{0,60}}?\b(?:{_MODAL}|threaten(?:s|ed|ing)?)\b",
    ("The [Department said on Monday that it will] sue", "the [letter threatens] subpoenas"),
)
_PASSIVE = Rule(
    "something may be done",
    rf"\b{_MODAL}\s+(?:also\s+)?(?:be|result|lead|receive|have|follow|include|lose|face|become|jeopardi[sz]e)\b",
    ("Grants [may be] withheld",),
)
_TO_RECIPIENT = Rule("recipients are threatened", rf"\b{words('threatened_people')}\b", ("[Recipients] may be sued",))
_PAST = Rule(
    "something happened before",
    rf"\b(?:{words('threat_past')}|in\s+(?:19|20)\d\d|in\s+{words('months')}\b(?!\s+\d))\b",
    ("[Last year] it sued", "a [judge] blocked it", "sued [in March]"),
)
_OTHERS = Rule(
    "others threaten",
    rf"\b(?:{words('other_senders')}|{words('who_may_sue')})(?!\w)[^.;,]{{0,50}}?\b{words('court_plans')}\s+(?:also\s+)?(?:to\s+)?"
    r"(?:be\s+)?(?:su(?:e|ing|ed|it)|prosecut|file|take|fight|challenge|bring|a\s+lawsuit|legal|litigat|seek)",
    ("The [mayor said the city would sue]",),
)
_NOT = Rule("no threat", rf"\b{words('threat_denied')}\b(?:\s+[\w'-]+){{0,5}}?\s*$", ("It [will not seek a] ",))
_SUED = Rule(
    "somebody's lawsuit",
    r"\b(?:filed|brought|joined|won|lost|dropped|in|with|through|by|after|over|of|their|its|his|her)\s+(?:\w+\s+){0,3}$",
    ("The city [filed a ]",),
)
RULES = (*_THREATS.values(), _CONDITION, _BY_SENDER, _PASSIVE, _TO_RECIPIENT, _PAST, _OTHERS, _NOT, _SUED)
_ANY = re.compile("|".join(rule.pattern for rule in _THREATS.values()), re.IGNORECASE | re.VERBOSE)
_HARD = (Threat.LAWSUIT, Threat.PROSECUTION, Threat.CONTEMPT, Threat.PENALTY)
_SOFT = tuple(threat for threat in Threat if threat not in _HARD)
_BEGIN = re.compile(r"[,;:\"(\n]\s*|\s[-—]{1,2}\s")
_BREAK = re.compile(r"[,;:\")\n]|\s[-—]{1,2}\s|[.](?=\s|$)")


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
    if _PAST.regex.search(text) and not is_about_mailing:
        return ()
    if _BY_SENDER.regex.search(text):
        return tuple(Threat)
    is_aimed = is_letter or bool(_TO_RECIPIENT.regex.search(text))
    if _CONDITION.regex.search(text):
        return tuple(Threat) if is_aimed else _SOFT
    return _SOFT if is_aimed and _PASSIVE.regex.search(text) else ()


def _threat(threat: Threat, text: str) -> re.Match[str] | None:
    """The first words for the threat that are neither denied nor about the plans or the lawsuit of somebody else."""
    others = _OTHERS.regex.search(text)
    for match in _THREATS[threat].regex.finditer(text):
        if others and others.start() < match.end():
            return None
        before = text[max(0, match.start() - CLAUSE) : match.start()]
        if not _NOT.regex.search(before) and not (threat is Threat.LAWSUIT and _SUED.regex.search(before)):
            return match
    return None


def _clause(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The words around a threat, up to the next comma on either side, about `CLAUSE` characters at most.

    Numbers, amounts and dates stay whole: the comma in "$25,500" or "February 23, 2018" ends no clause.
    """
    before = [mark for mark in _BEGIN.finditer(text[: match.start()]) if not is_inside(text, mark.start())]
    start = before[-1].end() if before else 0
    if match.start() - start > CLAUSE:
        start = text.index(" ", match.start() - CLAUSE) + 1
    end = next((mark.start() for mark in _BREAK.finditer(text, match.end()) if not is_inside(text, mark.start())), len(text))
    if end - match.end() > CLAUSE:
        end = match.end() + cut(text[match.end() : end], CLAUSE)
    return whole(text, min(start, match.start()), max(end, match.end()))
