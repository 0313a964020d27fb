"""Deadlines that are stated twice: "by February 23, 2018, or within ten days of receipt, whichever is later"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.record.deadlines.dates import MONTHS, WEEKDAYS
from bot.record.deadlines.periods import NUMBERS
from bot.record.deadlines.times import KNOWN_ZONE

_UNIT = r"(?:hour|day|week|month|year)s?\b"
_COUNT = rf"(?:\d{{1,6}}|{'|'.join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))})(?: ?\([^()]{{1,20}}\))?[ -]"
#: Stands before a day, a time or a period that is to be the last.
LEAD = (
    r"(?:at or before|on or before|in no (?:event|case) later than|(?:no|not) (?:later|more|earlier|sooner) than"
    r"|not (?:after|before)|within|by|before|prior to|until|till|up to|through|at|on|in)"
)
_LAST = (  # those that are never said of a place, or of the date before them
    r"(?:on or before|in no (?:event|case) later than|(?:no|not) (?:later|more|earlier|sooner) than|not after|within|by|before"
    r"|prior to|until|till|up to)"
)
_OF_THE_CLOCK = (
    r"(?:\d{1,2}(?::\d\d)? ?[ap]\.? ?m\b|\d{1,2}:\d\d|(?:12 )?(?:noon|midnight)\b"
    r"|(?:the )?(?:close|end) of (?:the )?(?:business|day|work|office)\b|c\.?o\.?b\b)"
)
_WEEKDAY = rf"(?:(?:this coming|this|next|coming|last) )?(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})"
_DAY = (
    rf"(?:the )?(?:{_WEEKDAY}\b|(?:{'|'.join(MONTHS)})\b\.? \d|\d{{1,2}}[/.-]\d|\d{{4}}[/.-]\d"
    r"|\d{1,2}(?:st|[nr]?d|th)?(?: day)?(?: of)? [a-z]{3,9}\.?,? \d{4}|today\b|tomorrow\b)"
)
#: So many days, in any words.
PERIOD = rf"(?:a |an |the )?{_COUNT}(?:(?:consecutive|calendar|business|working|work|court|full)[ -]){{0,2}}{_UNIT}"
_PART = rf"(?:(?:again )?(?:{LEAD} )+)?(?:{_OF_THE_CLOCK}[^,;]{{0,40}}?,? )?(?:{_DAY}|{PERIOD})"  # how another statement begins
_JOINING = (
    r"(?:or|and|but|then|again|else|otherwise|alternatively|instead|that is(?: to say)?|i\. ?e\.|ie\b|meaning|namely|being"
    r"|viz\.?|in other words|which (?:is|means|falls on|ends on)|if (?:later|earlier|sooner)|in any (?:event|case)"
    r"|at the latest|(?:now |since )?extended|(?:now |since )?moved|postponed)"
)
#: Between two statements of a deadline: words that join them, or else a comma or a bracket before one that has its own lead,
#: or between a period and a day.
#: "14 days and three days for mail" and "one hundred and five days" are one statement.
BETWEEN = re.compile(
    rf"(?:(?<!\bon)(?<!\bat)(?<!hundred)(?:[\s,;:(—-]+)(?:{_JOINING}[\s,:]+)+(?:to )?"
    rf"(?!(?:3|three)(?: ?\(3\))? (?:more )?days (?:for |by )?(?:the )?mail)(?={_PART})"
    rf"|\s*(?:[,;:(—]|(?<=\s)--?(?=\s))\s*(?=(?:{_LAST} )+(?:{_DAY}|{PERIOD}))|\s*\(\s*(?={PERIOD})"
    rf"|\s*(?:[,:—]|(?<=\s)--?(?=\s))\s*(?={PERIOD} (?:from|after|of|following) )"
    rf"|(?:(?<=\bdays)|(?<=\bletter)|(?<=\breceipt)|(?<=\bnotice)|(?<=\btoday)|(?<=\bnow)|(?<=\bweeks)|(?<=\bmonths))"
    rf"\s*(?:[,:(—]|(?<=\s)--?(?=\s))\s*(?:on )?(?={_DAY})"
    rf"|(?<=day)\s*\(\s*(?={_DAY}))",
    re.IGNORECASE,
)
_CLOCK = rf"(?:\d{{1,2}}(?::\d\d)? ?[ap]\.? ?m\b\.?|(?:12 )?noon\b)(?:,? \(?(?:{KNOWN_ZONE})\b\)?)?"
#: One moment in two zones, or two times: "5 p.m. ET (4 p.m. CT)", "5 p.m. Eastern/2 p.m. Pacific".
_TWO_TIMES = re.compile(
    rf"(?P<before>.*?)(?P<first>{_CLOCK})(?: ?/ ?| ?\(|,? or | and )(?P<second>{_CLOCK})\)?(?P<behind>.*)", re.IGNORECASE
)
_LATER_OF = re.compile(r"(?:the )?(?:later|latest|earlier|earliest|sooner|soonest) of:? (?:both )?", re.IGNORECASE)
_AND_OR = re.compile(r",? (?:and|or) ", re.IGNORECASE)
_ITS_OWN = r"(?:letter|request|notice|date|day|deadline|extension)\b"
#: How words begin on which those before them depend, to the end of the text. What a place risks ("or be subpoenaed", "if they
#: want to keep their grants") does not.
CONDITIONS = (
    r"(?:whichever|whatever|unless|absent|barring|pending|provided|assuming"
    r"|except|depending on"
    rf"|if (?!they|he\b|she\b|we\b|(?:you|it) (?:wants?|wish|wishes|have|do|does|fails?|needs?)\b"
    rf"|(?:the|any|your|their|its|these|those|each) (?!{_ITS_OWN}))"
    r"|subject to (?:extension|change|approval|any|an|such|further)"
    r"|or,? (?:(?:on|at|by) )?(?:such|any|another|a|some) (?:other |later |earlier |further |longer )*(?:date|day|time|period)"
    r"|or,? (?:if|earlier|sooner|later|before|as soon|upon|when|whenever|once|after|until|within|so\b|thereabouts)"
    rf"|or,? (?:on )?the (?:next|following|first|last) (?:business |working )?(?:day|{_WEEKDAY})"
    r"|(?:and|but),? (?:in (?:any|no) (?:event|case)|(?:no|not) (?:later|earlier|sooner|before|after|until))"
    r"|but only|(?:but |which )?(?:may|can|could) be extended|(?:as|if|now|since) extended|extended|postponed"
    r"|that is|i\. ?e\.|meaning|namely|at the earliest|and again)\b"
)
CONDITION = re.compile(rf"(?<!\bon)(?<!\bat)[\s,;:(—-]+(?P<condition>{CONDITIONS}.*)", re.IGNORECASE | re.DOTALL)
_ONLY_CHOOSES = re.compile(  # says which of several statements counts, and nothing that they do not say
    r"(?:whichever|whatever)(?: (?:date|day|of (?:the|these) (?:two|dates|days)))?(?: (?:is|comes|occurs|falls|ends|happens"
    r"|expires|arrives))?(?: the)? (?:later|earlier|first|last|latest|earliest|sooner|soonest|longer|shorter)\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statements:
    """A deadline in its parts. More than one: each says the last day in words of its own."""

    parts: tuple[str, ...]
    #: Words that it depends on, and that name no last day: "unless extended".
    condition: str = ""

    @property
    def is_one(self) -> bool:
        return len(self.parts) == 1 and not self.condition


def statements(typed: str) -> Statements:
    """The statements of a deadline in a tidy text, which are joined as in these examples.

    1. "by February 23, 2018, or within ten days of receipt", "30 days, that is, by February 23", "2018-02-23 (30 days)".
    2. "the later of February 23, 2018 and ten days after receipt".
    3. "5 p.m. ET (4 p.m. CT) on February 23, 2018".
    4. What follows in words ("unless extended", "or earlier") is the condition. "whichever is later" is none: where the
       statements agree, it changes nothing.
    """
    conditional = CONDITION.search(typed) if not BETWEEN.search(typed) else None
    pieces = _pieces(typed[: conditional.start()] if conditional else typed)
    condition = conditional["condition"] if conditional else ""
    if len(pieces) > 1 and (behind := CONDITION.search(pieces[-1])):
        pieces[-1], condition = pieces[-1][: behind.start()], behind["condition"]
    condition = condition.strip(" ,;:()")
    if len(pieces) > 1 and _ONLY_CHOOSES.fullmatch(condition):
        condition = ""
    return Statements(tuple(pieces), condition)


def _pieces(typed: str) -> list[str]:
    if times := _TWO_TIMES.fullmatch(typed):
        return [(times["before"] + times[name] + times["behind"]).strip(" ,;:") for name in ("first", "second")]
    pieces = [piece.strip(" ,;:()" if "(" not in piece else " ,;:") for piece in BETWEEN.split(typed)]
    if (of := _LATER_OF.search(pieces[0])) and len(pieces) == 1:
        pieces = [typed[: of.start()] + piece for piece in _AND_OR.split(typed[of.end() :])]
    elif of:
        pieces[0] = typed[: of.start()] + pieces[0][of.end() :]
    each_says_a_day = all(re.search(rf"{_DAY}|{PERIOD}", piece, re.IGNORECASE) for piece in pieces)
    return pieces if each_says_a_day else [typed]
