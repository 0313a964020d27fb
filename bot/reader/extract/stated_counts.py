"""How many recipients a sentence says there are. A number that counts or names anything else is no such count."""

from __future__ import annotations

import re

from bot.reader.extract.date_mentions import MONTH
from bot.reader.extract.numbers import NUMBER, number_in
from bot.reader.extract.vocabulary import COUNT, RECEIVED, SENT
from bot.reader.text_page import TextPage

_LETTERS_TO = re.compile(
    rf"(?<![\w-])(?P<number>{NUMBER})\s+(?P<words>(?:(?!more\b|other\b|such\b|(?:{SENT}|{RECEIVED})\b)[a-z]+\s+)?)letters\s+"
    r"(?:(?!from|by)[\w,]+\s+){0,4}?to\b",
    re.IGNORECASE,
)
_VAGUELY = re.compile(
    r"(?:nearly|almost|about|around|approximately|roughly|some|more\s+than|at\s+least|over|up\s+to|fewer\s+than"
    r"|less\s+than|another|other|of\s+the|K-)"
    r"\s*$",
    re.IGNORECASE,
)
_MANY = re.compile(r"(?<!s)s$", re.IGNORECASE)  # "jurisdictions"
# Years and ZIP codes. What is counted has a comma: "2,019 cities".
_NAMES_SOMETHING = re.compile(r"(?:19|20)\d\d|\d{5,}")
# What comes right before a number that counts nothing, with an example; in each, the number would be "23".
NO_COUNT_AFTER = (
    (rf"\b{MONTH}\s+", "On Feb. 23"),
    (r"\d[:/.,–—]", "at 10:23"),
    (r"\d\)?\s+", "call (202) 514 23"),
    (r"\d\s*[–—]\s*|\b(?i:between\s+[\w-]+\s+and)\s+", "between 20 and 23"),
    (r"[$€£]\s?|\b(?i:usd|dollars?)\s+", "for $23"),
    (r"[#§]\s*|\b(?i:nos?|nums?|secs?|arts?|ch|pts?|pp?|vol|fig|ex|ext|tel|para|cl|rm|ste|apt|ord|res)\.\s*", "Case No. 23"),
    (r"\b(?i:number|(?:sub)?sections?|titles?|chapters?|articles?|paragraphs?|pages?|dockets?|footnotes?)\s+", "Section 23"),
    (r"\b(?i:fy|fiscal\s+year|age|aged|extension|room|suite|apartment|p\.?\s?o\.?\s?box|box)\s+", "in FY 23"),
    (
        r"\b(?:Part|Rule|Form|Schedule|Line|Item|Exhibit|Attachment|Appendix|Annex|Table|Figure|Note|Volume|Case|Order|Bill|Act"
        r"|Law|Proposition|Measure|Amendment|Resolution|Ordinance|Directive|Route|Highway|Interstate|Exit|Floor|Building"
        r"|Ward|Precinct|District|Region|Phase|Tier|Group|Class|Operation|Question|Count|Channel|Local|Zone)\s+",
        "Executive Order 23",
    ),
    (r"\bU\.?\s?S\.?\s?C\.?\s+|\bC\.?\s?F\.?\s?R\.?\s+|\bH\.\s?R\.\s+|\bPub\.\s?L\.\s+", "under 8 U.S.C. 23"),
)  # fmt: skip
_NO_COUNT_AFTER = re.compile(rf"(?:{'|'.join(pattern for pattern, _ in NO_COUNT_AFTER)})$")
_RANGE = re.compile(rf"\b(?P<least>{NUMBER})\s+(?:to|or)\s+$", re.IGNORECASE)
# What a number measures or names, between it and the places: "5 p.m.", "20 percent", "1600 Pennsylvania Avenue", "4 March".
_MEASURE = re.compile(
    r"\b(?:percent|per\s+cent|points|a\.?m|p\.?m|o'clock|minutes?|hours?|days?|weeks?|months?|years?|dollars?|cents?|thousand"
    r"|pages?|copies|miles?|feet|acres?|degrees?|votes|times|people|persons|residents|employees|officers|inmates|students"
    r"|U\.?\s?S\.?\s?C|C\.?\s?F\.?\s?R|street|st|avenue|ave|road|rd|drive|boulevard|blvd|lane|square|plaza|parkway|n\.?w|s\.?w"
    r"|n\.?e|s\.?e)\b"
    rf"|(?-i:\b{MONTH})",
    re.IGNORECASE,
)


BEFORE = 80  # characters before a number that say what it is
MOST = 100_000  # characters in which the numbers of places are looked for


def numbers_of_places(page: TextPage) -> frozenset[int]:
    """The exact numbers of places that a text states, each once."""
    return frozenset(count for count, _, _ in counts(page.flat[:MOST]))


def counts(text: str) -> list[tuple[int, int, int]]:
    """Exact numbers of places in the words: the number, its start and its end.

    A number counts if it is written before the places or letters that it counts: "23 jurisdictions", but not "two more cities".
    Years, days, times, amounts, sections, pages, addresses and telephone numbers do not.
    """
    numbers = []
    for match in COUNT.finditer(text):
        if match["vague"] or match["more"] or _is_other(text, match):
            continue
        try:
            count = number_in(match["number"])
        except KeyError:
            continue
        if count == 1 or _MANY.search(match["noun"]):  # "2027 state law" and "USD 318 school district" are not counts
            numbers.append((count, match.start("number"), match.end()))
    letters = next((match for match in _LETTERS_TO.finditer(text) if not _is_other(text, match)), None)
    if not numbers and letters and not _VAGUELY.search(text[max(0, letters.start() - BEFORE) : letters.start()]):
        numbers.append((number_in(letters["number"]), letters.start("number"), letters.end()))
    return numbers


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Whether the number is a date, a time, an amount, a reference or an address: by itself, or by what is around it."""
    before = text[max(0, match.start("number") - BEFORE) : match.start("number")]
    return bool(
        _NAMES_SOMETHING.fullmatch(match["number"])
        or _NO_COUNT_AFTER.search(before)
        or _MEASURE.search(match["words"])
        or _ends_range(before, match["number"])
    )


def _ends_range(before: str, number: str) -> bool:
    """Whether it is the second number of "20 to 30 cities"; "sent on February 10 to 30 cities" has none."""
    first = _RANGE.search(before)
    return bool(
        first and number_in(first["least"]) < number_in(number) and not _NO_COUNT_AFTER.search(before[: first.start("least")])
    )
