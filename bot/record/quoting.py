"""Shortens texts for people, without cutting apart a number, an amount, a date, a time or a citation.

"$25" of "$25,500" and "8 U.S.C. §" of "8 U.S.C. § 1373" say something else than the text. Every text for people is shortened
with a function of this module, and every quote is taken with one.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

ELLIPSIS = "…"
_MONTHS = {*calendar.month_name, *calendar.month_abbr, "Sept"} - {""}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
#: 25,500; 1.5; 5:00; 2018-02-23; 12-345; 1:21-cv-00001; 1373(a)(1); 23rd; 50%
_NUMBER = r"\d+[a-z]{0,2}(?:[.,:/–-]\d+|[:-][a-z]{1,4}-\d+|\([0-9A-Za-z]{1,4}\))*(?:st|[nr]?d|th)?%?"
_DAY = r"\d{1,2}(?:st|[nr]?d|th)?"
_CODE = (
    r"(?:U\.? ?S\.? ?C\b\.?(?: ?A\b\.?)?|C\.? ?F\.? ?R\b\.?|Fed\. ?R\. ?(?:Civ|Crim|Evid|App)\.(?: ?P\.)?|F\.(?:\d?d|Supp\.)"
    r"|Stat\.|Fed\. Reg\.|Pub\. ?L\.(?: ?No\.)?|P\. ?L\.)"
)
_SIGN = (
    r"(?:§+|¶+|\b(?:nos?\.|secs?\.|sections?|arts?\.|articles?|ch\.|chapters?|vols?\.|pp?\.|parts?|pt\.|rules?|titles?|items?"
    r"|orders?|dockets?|cases?|paragraphs?|subsections?|fy|fiscal years?))"
)
_UNIT = (
    r"(?: ?[ap]\. ?m\.?| ?[ap]m\b| (?:hundred|thousand|million|billion|trillion)(?: dollars)?"
    r"| (?:percent|per cent|dollars|cents)"
    r"| (?:business |working |calendar |court )?(?:hours?|days?|weeks?|months?|years?|minutes?))"
)
# What is never cut apart. An example of each: February 23, 2018; 23 February 2018; February 2018; 8 U.S.C. § 1373(a); No. 5;
# $25,500; 1.5 million; 5:00 p.m.; 30 days; 25,500.
_WHOLE = re.compile(
    rf"\b{_MONTH} {_DAY}\b(?:,? \d{{4}}\b)?|\b{_DAY} (?:of )?{_MONTH}(?:,? \d{{4}}\b)?|\b{_MONTH},? \d{{4}}\b"
    rf"|(?:\b\d+ )?\b{_CODE}(?: ?(?:§+|parts?|pt\.|rule))? ?{_NUMBER}"
    rf"|{_SIGN} ?{_NUMBER}"
    rf"|(?:\b(?:USD|EUR) |[-$€£#]+ ?)?{_NUMBER}{_UNIT}?".replace(" ", r"\s"),
    re.IGNORECASE,
)
_BARE = re.compile(rf"[-$€£]*{_NUMBER}")
_NEAR = 150  # characters on either side of a cut that are looked at; longer runs of digits are no numbers that people write


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The span `text[start:end]`, widened so that it cuts no number, amount, date, time or citation apart."""
    for first, last in _around(text, start):
        if first < start < last:
            start = first
    for first, last in _around(text, end):
        if first < end < last:
            end = last
    return start, end


def whole_numbers(text: str, start: int, end: int) -> tuple[int, int]:
    """As `whole`, for plain numbers alone: "February 23" stays what it is in "February 23, 2018"."""
    for at in (start, end):
        if text[at - 1 : at].isspace() or text[at : at + 1].isspace():
            continue  # no plain number has white space in it
        for piece in _BARE.finditer(text, max(0, at - _NEAR), at + _NEAR):
            if piece.start() < at < piece.end():
                start, end = min(start, piece.start()), max(end, piece.end())
    return start, end


def is_inside(text: str, at: int) -> bool:
    """Whether a cut before `text[at]` would cut something apart."""
    return any(first < at < last for first, last in _around(text, at))


def cut(text: str, limit: int) -> int:
    """Where to cut the text so that at most `limit` characters are left: at the last white space before which nothing is cut
    apart, else between other characters than those of a number; 0 if there is no such place."""
    if len(text) <= limit:
        return len(text)
    for at in range(limit, 0, -1):
        if text[at].isspace() and not is_inside(text, at):
            return at
    return next((at for at in range(limit, 0, -1) if not _joined(text, at)), 0)


def clipped(text: str, limit: int) -> str:
    """The text, or its first words and an ellipsis: at most `limit` characters, and nothing cut apart."""
    if len(text) <= limit:
        return text
    return text[: cut(text, limit - len(ELLIPSIS))].rstrip() + ELLIPSIS


def last_words(text: str, limit: int) -> str:
    """The text, or an ellipsis and its last words: at most `limit` characters besides the ellipsis, and nothing cut apart."""
    if len(text) <= limit:
        return text
    for at in range(len(text) - limit, len(text)):
        if text[at - 1].isspace() and not is_inside(text, at - 1):
            return ELLIPSIS + text[at:]
    return ELLIPSIS


def _around(text: str, at: int) -> Iterator[tuple[int, int]]:
    for piece in _WHOLE.finditer(text, max(0, at - _NEAR), at + _NEAR):
        yield piece.span()


def _joined(text: str, at: int) -> bool:
    return is_inside(text, at) or (text[at - 1].isdigit() and text[at].isdigit())
