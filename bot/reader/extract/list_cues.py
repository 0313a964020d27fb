"""The cues by which a sentence or a heading makes the list below it one of recipients, or of places cleared."""

from __future__ import annotations

from bot.reader.extract.vocabulary import LETTER, PLACES, RECEIVED, SENT
from bot.reader.rules import Rule, words

_L = LETTER.pattern.replace(" ", r"\s")
_N = PLACES.replace(" ", r"\s")
_THIS = r"(?:the|this|these|an?)"

UNTIED = Rule(
    "list of those who did something else",
    rf"""
    \b(?:following|these|those|below)\b [^:\n]{{0,80}}? \b{words("did_otherwise")}\b
    """,
    ("The [following states joined] the brief",),
)
MAIL = Rule("letters in the words before a list", rf"{_L} | \b(?:wrote|written|writes)\b", ("[letters] were sent to",))
MOVED = Rule(
    "they were sent",
    rf"\b(?:{SENT}|{RECEIVED})\b | \bto \s* (?:the\s+following\b.*)? :? $",
    ("letters [were sent] to", "letters [to the following cities:]"),
)
HEADING = Rule(
    "heading of a list of recipients",
    rf"""
    (?:list\s+of\s+|the\s+)?
    (?: (?:letter\s+)? (?:recipients?|addressees?) (?: \s+of\s+ (?:{_THIS}\s+)? (?:\w+\s+){{0,2}}?
      (?:letters?|requests?|demands?) )?
      | distribution (?:\s+list)?
      | letters?\s+sent\s+[^.\n]{{4,60}}
      | {_N}\s+ (?:(?:that|which)\s+)? {RECEIVED}\s+ (?:{_THIS}\s+)? (?:\w+\s+){{0,2}} (?:letters?|requests?)
      | letters?\s+(?:\w+\s+){{0,3}}(?:sent\s+)?to | sent\s+to
      | (?:here(?:'s|\s+is)\s+)? (?:(?:the|a)\s+)? (?:(?:complete|full)\s+)? list\s+of\s+ (?:the\s+)? (?:\w+\s+)? {_N}\s+
        (?:that|which)\s+
        (?:(?:have|has|had)\s+)? {RECEIVED}\s+ {_THIS}\s+ (?:\w+\s+)? (?:letters?|requests?|ultimatums?|warnings?|notices?)
      | who\s+(?:got|received)\s+(?:{_THIS}\s+)?letters?
      | (?:letters?|requests?)\s+of\s+[^.\n]{{4,30}}\W+recipients )
    \s* (?:\(\d+\))? \s* :?
    """,
    ("[Recipients of the letter:]", "[Letters of January 8, 2024 - recipients]"),
)
FOLLOWS = Rule("a list follows", r"\b(?:following|below|listed|these|here\s+(?:is|are)|as\s+follows)\b", ("are named [below]",))
AGAIN = Rule(
    "those again",
    rf"^(?:they|these|those|the)\s+ (?:(?:[\w.]+\s+){{0,3}}? {_N}\s+)? (?:are|were|include)",
    ("[The recipients are]:",),
)
NO_GRANT = Rule(
    "a grant", r"\b(?:grants?|awards?|scholarships?|prizes?)\s+to\b | \baward(?:s|ed)\b", ("[grants to] the recipients",)
)
CLEARED_LIST = Rule(
    "cleared", r"\b(?:cleared|no\s+longer\s+under\s+review|in\s+compliance|no\s+evidence)\b", ("were [cleared]",)
)
HINT = Rule(
    "kind of the places that follow",
    r"\b(?:following|these)\s+(?:\w+\s+)?(?P<noun>cities|counties|states|towns)\b",
    ("the [following states]",),
)
THOSE = Rule(
    "those places are named",
    rf"""
    ^ (?: (?P<these>those|these)\s+ | the\s+ )? (?: (?P<sure>targeted|notified|warned|recipient)\s+ )? {_N} (?:
      (?:,|\s+and)\s+{_N} )* \s+
    (?P<got> (?:(?:that|which)\s+)? (?:{RECEIVED}|receiving|notified|targeted)\s+ (?:(?:an?|the|this|these|such)\s+)?
      (?:\w+\s+)?
      (?:letters?|notifications?|notices?|warnings?|directives?|demands)\s+ )?
    (?P<verb> are | were | include[ds]? ) \s* :? \s+ (?P<places><[PS]>)
    """,
    ("[The targeted jurisdictions include <P>]",),
)
RULES = (UNTIED, MAIL, MOVED, HEADING, FOLLOWS, AGAIN, NO_GRANT, CLEARED_LIST, HINT, THOSE)
