"""Words and phrases that several finders share: places, counts, letters, sending and receiving."""

from __future__ import annotations

import re

from bot.reader.extract.numbers import NUMBER
from bot.reader.rules import Rule, words

PLACES = words("places")
SENT = words("sent")
RECEIVED = (
    r"(?:receiv(?:ed?|es|ing)|got|gets|getting|(?:were|was|been|being|are|is)\s+(?:also\s+)?(?:sent|mailed|issued|served|given)"
    r"|obtained)"
)
INSTITUTION = re.compile(rf"\b{words('institutions')}\b", re.IGNORECASE)
OTHER_SENDER = re.compile(rf"\b{words('other_senders')}\b", re.IGNORECASE)
_MONTH = words("months")

RULES = (
    Rule(
        "a count of places",
        rf"(?P<vague>\b{words('vague_counts')}\s+)?(?<![\w-])(?<!(?-i:[A-Z]{{2}})\s)"  # not the number of a law: "SB 54"
        rf"(?P<number>{NUMBER})(?:\s+\((?P<again>\d{{1,5}})\))?(?P<more>\s+(?:more|additional|other))?\s+"
        rf"(?P<words>(?:(?:state|city|county)\s+and\s+(?:local|county|city)\s+)?"
        rf"(?:(?!{words('after_counts')}\b|{NUMBER}\b)[\w'.-]+\s+){{0,3}}?)(?P<noun>{PLACES})\b",
        ("letters to [23 jurisdictions]", "[more than 20 (20) other sanctuary cities]", "[nine state and local governments]"),
        ("within 30 days cities", "SB 54 jurisdictions"),
    ),
    Rule(
        "a letter",
        r"(?<!award\s)(?<!open\s)(?<!cover\s)(?<!comment\s)(?<!chain\s)\b(?:letters?|(?:(?:document|information|records?|data"
        r"|documents)\s+)?(?:requests?|demands?)|inquir(?:y|ies)|(?:written\s+)?notices?|correspondence|missives?)\b"
        r"(?!\s+(?:of\s+(?:intent|support|credit|recommendation|award|appreciation|thanks)|grades?|carriers?|boxes|writers?"
        r"|to\s+the\s+editor))",
        ("sent a [document request]", "got [letters] of inquiry"),
        ("an open letter", "a letter of intent", "a letter to the editor"),
    ),
    Rule(
        "no letter of demand",
        r"\b(?:award|open|cover|comment|congratulat\w+|thank[- ]you)\s+letters?\b|\bletters?\s+of\s+(?:award|intent|support)",
        ("an [open letter]", "[letters of support]"),
    ),
    Rule(
        "not sent",
        r"\b(?:not|never|neither|nor|\w+n't)\s+(?:\w+\s+){0,3}?"
        r"(?:receiv\w+|gets?|got|gotten|sent|mailed|written|wrote|contacted|among|addressed|included|on\s+the)\b"
        r"|\b(?:if|whether)\b[^,.;]{0,70}?\b(?:sen[dt]|sends|wrote|writes?|received?)\b"
        r"|\b(?:asked|urged?|urging|called\s+on|pressed|wants?|petitioned)\b[^.;]{0,60}?\bto\s+(?:send|write|issue|mail)\b"
        r"|\bno\s+(?:such\s+)?(?:letters?|requests?|demands?)\b|\bnone\s+of\b|\bdenie[sd]\s+(?:receiving|having)|\bspared\b"
        r"|\bwithout\s+(?:a\s+)?letters?\b|\b(?:yet\s+to|has\s+yet|have\s+yet)\s+receive|\bwithdr(?:ew|awn|awing)\b"
        r"|\brescinded\b(?!\s+(?:the|its|their|an?)\s+(?:designation|policy|rule|order|guidance|listing|status))|\bretracted\b",
        ("Boise was [not among] them", "It [hasn't received] one", "asked [whether Boise had received] one", "[none of] them"),
        ("rescinded the policy",),
    ),
    Rule(
        "an earlier mailing",
        r"\bpreviously\b"
        r"|\b(?:earlier|prior|previous|past)\s+(?:letters?|round|list|inquir(?:y|ies)|requests?|batch|mailing|demands?)\b"
        r"|\bhad\s+(?:\w+\s+){0,2}?(?:sent|written|contacted|received|gotten|got|mailed|asked|notified)\b"
        r"|\balready\s+(?:contacted|received|sent|written|got)\b|\bin\s+an\s+earlier\b|\b(?:first|last)\s+(?:round|batch)\b",
        ("the [earlier round]", "It [had also written] to them"),
    ),
    Rule(
        "a time past",
        rf"\b(?:last|the\s+previous)\s+(?:year|month|week|spring|summer|fall|autumn|winter|{_MONTH})\b"
        rf"|\bin\s+(?:(?:late|early|mid)[- ])?{_MONTH}(?:\s+(?:of\s+)?(?:19|20)\d\d)?\b(?!\s+\d)|\bin\s+(?:19|20)\d\d\b"
        r"|\b(?:years?|months?|weeks?)\s+(?:ago|earlier|before)\b|\bearlier\s+(?:this|in)\s+\w+",
        ("[last fall]", "[in late November]", "three [months ago]"),
        ("in February 23",),
    ),
)
COUNT, LETTER, NO_LETTER, NEGATED, EARLIER, PAST_TIME = (rule.regex for rule in RULES)
