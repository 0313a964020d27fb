"""What a letter threatens, from a fixed list; not what others threaten, nor what happened before."""

from __future__ import annotations

import re

from bot.reader.draft import Found, Threat
from bot.reader.text_page import Sentence, TextPage
from bot.record.quoting import cut, is_inside, whole

CLAUSE = 90  # characters on either side of a threat that are shown with it
_FUNDS = r"(?:funds?|funding|grants?|awards?|money|dollars|payments?|reimbursements?|assistance|aid|appropriations?)"
_NEAR = r"(?:[\w$,.'/&()-]+\s+){0,%d}?"
_WORDS = {
    Threat.SUBPOENA: r"subpoena(?:s|ed|ing)?",
    Threat.RETURN_OF_GRANTS: rf"(?:return|repayment|recovery|recoupment|recapture)\s+(?:of\s+)?{_NEAR % 6}{_FUNDS}"
    rf"|(?:repossess|recoup|recover|recapture|"
    rf"claw(?:ing)?\s+back|take\s+back|taking\s+back|repay|pay\s+back|reclaim)(?:ing)?\s+{_NEAR % 6}{_FUNDS}|clawback",
    Threat.CONDITIONS: r"(?:additional|new|further|special|stricter)\s+(?:grant\s+)?conditions?\b",
    Threat.INELIGIBILITY: rf"ineligib(?:le|ility)|disqualif(?:y|ied|ication)|debar(?:red|ment)|den(?:y|ying|ial\s+of"
    rf"|ied)\s+{_NEAR % 6}{_FUNDS}|"
    rf"(?:not\s+be|no\s+longer\s+be)\s+eligible|bar(?:red|ring)?\s+(?:\w+\s+)?from\s+{_NEAR % 5}{_FUNDS}",
    Threat.WITHHOLDING: rf"with(?:hold|held|holding)\s+(?:of\s+)?{_NEAR % 8}{_FUNDS}|(?:cut(?:ting)?\s+off|freez(?:e|ing)"
    rf"|suspend(?:ing)?|"
    rf"suspension\s+of|los(?:e|ing)|loss\s+of)\s+{_NEAR % 6}{_FUNDS}|{_FUNDS}\s+(?:\w+\s+){{0,3}}(?:withheld|frozen|suspended"
    rf"|cut\s+off)",
    Threat.TERMINATION: rf"(?:terminat(?:e|ing|ion\s+of|ion)|revo(?:ke|king|cation\s+of)|rescind(?:ing)?|cancel(?:ing|ling"
    rf"|lation\s+of)?|end(?:ing)?)"
    rf"\s+(?:of\s+)?{_NEAR % 5}{_FUNDS}|{_FUNDS}\s+(?:\w+\s+){{0,3}}(?:terminated|revoked|rescinded|cancell?ed)",
    Threat.LAWSUIT: r"lawsuits?|legal\s+action|civil\s+action|sue|be\s+sued|suing|file\s+suit|litigation|(?:take|taking"
    r"|taken)\s+(?:\w+\s+){1,3}to\s+court|"
    r"judicial\s+(?:action|enforcement|relief)|enforcement\s+action|seek\s+an?\s+injunction",
    Threat.PROSECUTION: (
        r"(?:criminal(?:ly)?\s+)?prosecut(?:ion|ions|e|ed|ing)|criminal\s+(?:charges|penalt(?:y|ies)"
        r"|liability|referral)"
    ),
    Threat.CONTEMPT: r"contempt",
    Threat.PENALTY: (
        r"(?:civil|monetary|financial)\s+(?:money\s+)?penalt(?:y|ies)|\bfines?\b|fined|penalt(?:y"
        r"|ies)\s+of\s+(?:up\s+to\s+)?\$"
    ),
}
_PATTERNS = {
    threat: re.compile(rf"\b(?:{words})\b" if not words.startswith("\\b") else words, re.IGNORECASE)
    for threat, words in _WORDS.items()
}
_ANY = re.compile("|".join(pattern.pattern for pattern in _PATTERNS.values()), re.IGNORECASE)
# What makes a word a threat: it may follow, or follows if a recipient fails to act.
_CONDITION = re.compile(
    r"\b(?:fail(?:s|ed|ing|ure|ures)?|refus(?:e|es|ed|al)|unless|should\s+(?:you|the|they|any|a)|if|otherwise|non-?compliance"
    r"|do(?:es)?\s+not|"
    r"where\s+they|threat(?:s|en|ens|ened|ening)?|warn(?:s|ed|ing)?|risk(?:s|ing|ed)?|fac(?:e|es|ing)|subject\s+to"
    r"|result\s+in|lead\s+to|or\s+(?:be|face)|or\s+(?:\w+\s+){0,3}(?:may|will|could|lose))\b",
    re.IGNORECASE,
)
_MODAL = (
    r"(?:will|would|may|might|could|can|shall|is\s+prepared\s+to|are\s+prepared\s+to|intends?\s+to"
    r"|reserves?\s+the\s+right\s+to|plans?\s+to)"
)
_SENDER = (
    r"(?:(?:the\s+)?(?:department|agency|commission|bureau|administration|office|committee|secretary|attorney\s+general"
    r"|government|"
    r"federal\s+government|letters?|DOJ|DHS|HUD|EPA|HHS|CMS|FTC|FEMA|ICE)|we|it)"
)
_BY_SENDER = re.compile(rf"\b{_SENDER}\b[^.;\"]{{0,60}}?\b{_MODAL}\b", re.IGNORECASE)
_THREATENS = re.compile(rf"\b{_SENDER}\b[^.;\"]{{0,80}}?\bthreaten(?:s|ed|ing)?\b", re.IGNORECASE)
_PASSIVE = re.compile(
    rf"\b{_MODAL}\s+(?:also\s+)?(?:be|result|lead|receive|have|follow|include|lose|face|become|jeopardi[sz]e)\b", re.IGNORECASE
)
_TO_RECIPIENT = re.compile(
    r"\b(?:you|your|jurisdictions?|recipients?|cit(?:y|ies)|count(?:y|ies)|states?|they|grantees?|localities|follow)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:previously|earlier\s+(?:this|in)|last\s+(?:year|month|week|spring|summer|fall|autumn|winter)|in\s+(?:19|20)\d\d"
    r"|in\s+(?:January|February|March|April|"
    r"May|June|July|August|September|October|November|December)\b(?!\s+\d)|(?:months|weeks|years)\s+ago|judge|ruled|ruling"
    r"|appeals?\s+court|"
    r"supreme\s+court|injunction\s+(?:against|that|blocked)|had\s+(?:threatened|withheld|sued|warned)|used\s+to)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:mayors?|governor|gov\.|city\s+attorney|city\s+council|city\s+officials|council(?:man|woman|member)|police\s+chief"
    r"|state\s+attorney\s+general|becerra|aclu|"
    r"advocates?|critics|opponents|groups?|lawyers?\s+for|senator|sen\.|rep\.|congress(?:man|woman)?|plaintiffs?|employers?"
    r"|activists|unions?|"
    r"(?:the\s+)?(?:city|county|state|cities|states|counties))\b[^.;,]{0,50}?\b(?:will|would|could|may|might|vow(?:s|ed)"
    r"|plan(?:s|ned)?|threaten(?:s|ed)|"
    r"intend(?:s|ed)?|promised?|prepared|consider(?:s|ed|ing)?|sued|suing|filed)\s+(?:also\s+)?(?:to\s+)?(?:be\s+)?(?:sue"
    r"|suing|su(?:ed|it)|prosecut|file|take|fight|"
    r"challenge|bring|a\s+lawsuit|legal|litigat|seek)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:will\s+not|won't|would\s+not|did\s+not|does\s+not\s+(?:mention|threaten|say)|no\s+(?:plans?|threat"
    r"|intention)\s+(?:to|of)|not\s+threaten|without\s+threat\w*|"
    r"never|nobody|denied|ruled\s+out|stopped\s+short\s+of)\b(?:\s+[\w'-]+){0,5}?\s*$",
    re.IGNORECASE,
)
_SUED = re.compile(
    r"\b(?:filed|brought|joined|won|lost|dropped|in|with|through|by|after|over|of|their|its|his|her)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_QUASHED = re.compile(r"\b(?:unlike|instead\s+of|rather\s+than)\s+(?:a\s+|the\s+)?$", re.IGNORECASE)


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
        for threat, pattern in _PATTERNS.items():
            if threat in threats:
                continue
            for match in pattern.finditer(sentence.text):
                if _is_threat(threat, sentence, match, is_letter, index in mail):
                    start, end = _clause(sentence.text, match)
                    threats[threat] = Found(threat.value, page.span(sentence.start + start, sentence.start + end))
                    break
    return tuple(threats[threat] for threat in Threat if threat in threats)


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


def _is_threat(threat: Threat, sentence: Sentence, match: re.Match[str], is_letter: bool, is_told: bool) -> bool:
    text = sentence.text
    before = text[: match.start()]
    if _NOT.search(before) or _QUASHED.search(before) or (_PAST.search(text) and not is_told):
        return False
    if threat is Threat.LAWSUIT and _SUED.search(before):
        return False
    if (others := _OTHERS.search(text)) and others.start() < match.end():
        return False
    hard = threat in (Threat.LAWSUIT, Threat.PROSECUTION, Threat.CONTEMPT, Threat.PENALTY)
    condition = _CONDITION.search(text)
    if hard:
        return bool((condition or _BY_SENDER.search(text) or _followed(text)) and (_aimed(text) or is_letter))
    return bool(
        condition
        or _BY_SENDER.search(text)
        or (_PASSIVE.search(text) and (_TO_RECIPIENT.search(text) or is_letter))
        or _power(text)
    )


def _aimed(text: str) -> bool:
    """Whether the sender threatens it, or it is the result of a failure to answer."""
    return bool(
        _BY_SENDER.search(text)
        or _THREATENS.search(text)
        or _TO_RECIPIENT.search(text)
        or re.search(r"\bfail|non-?compliance\b", text, re.IGNORECASE)
    )


def _followed(text: str) -> bool:
    return bool(re.search(r"\bwill\s+follow\b", text, re.IGNORECASE))


def _power(text: str) -> bool:
    return bool(re.search(r"\bsubpoena\s+(?:power|threat)\b|\bsubpoenas?\s+(?:will|may|could)\b", text, re.IGNORECASE))
