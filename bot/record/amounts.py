"""Amounts of money as people write them: "more than $2 million", "$250k", "$1-2 million", "$64,000 a year".

A figure is never changed: what cannot be read as whole US dollars with certainty is refused. Where an amount is written with
words that may round it ("$2.5 million"), the words are kept beside the figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.record.deadlines.periods import BELOW
from bot.record.errors import CaseError
from bot.record.events import Amount

LARGEST = 10**15
EXAMPLES = "$252,157, more than $2 million, $1 million to $2 million or $64,000 a year"

#: How exactly an amount is known, and the words for it. The first of each is the one that is recorded and shown.
QUALIFIERS = {
    "more than": (
        "more than", "over", "well over", "just over", "slightly over", "a little over", "slightly more than",
        "a little more than", "in excess of", "greater than", "upwards of", "upward of", "exceeding", "above", ">",
    ),
    "at least": ("at least", "no less than", "not less than", "a minimum of", "minimum of", "≥", ">="),
    "up to": ("up to", "as much as", "no more than", "not more than", "at most", "a maximum of", "maximum of", "≤", "<="),
    "less than": ("less than", "under", "below", "fewer than", "<"),
    "nearly": ("nearly", "almost", "close to", "just under", "slightly less than", "slightly under"),
    "about": (
        "about", "around", "approximately", "approx.", "approx", "roughly", "some", "an estimated", "estimated",
        "estimated at", "circa", "ca.", "~", "≈",
    ),
    "exactly": ("exactly",),
}  # fmt: skip
#: The same behind the figure: "$2 million or more".
QUALIFIERS_BEHIND = {
    "at least": ("or more", "or higher", "at least", "+", "-plus", "plus"),
    "up to": ("or less", "at most"),
    "about": ("or so", "approximately", "(approximately)", "(approx.)", "(approx)", "(estimated)", "(estimate)"),
}
#: What an amount is paid for each of: "$64,000 a year".
PERIODS = {
    "year": (
        "a year",
        "per year",
        "per fiscal year",
        "a fiscal year",
        "each year",
        "every year",
        "/year",
        "/yr",
        "per annum",
        "annually",
        "yearly",
    ),
    "month": ("a month", "per month", "each month", "every month", "/month", "monthly"),
    "week": ("a week", "per week", "each week", "every week", "/week", "weekly"),
    "day": ("a day", "per day", "each day", "every day", "/day", "daily"),
}
SCALES = {
    10**2: ("hundred",),
    10**3: ("thousand", "k"),
    10**5: ("hundred thousand",),
    10**6: ("million", "millions", "mil", "mm", "mn", "m"),
    10**8: ("hundred million",),
    10**9: ("billion", "bn", "b"),
    10**12: ("trillion", "tn"),
}
_SCALE_OF = {word: scale for scale, words in SCALES.items() for word in words}
_NUMBERS = {"a": Decimal(1), "half a": Decimal("0.5")}  # before a scale only: "a million", "half a million"
_NUMBERS |= {written: Decimal(value) for word, value in BELOW.items() for written in (word, word.replace(" ", "-"))}


def _any(words: Iterable[str]) -> str:
    """Of these words, the longest that fits."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# One figure: "$2,500,000", "USD 250k", "2.5 million dollars", "half a million". "1 000 000" is grouped by spaces.
_FIGURE = re.compile(
    rf"""
    (?P<dollar> us\ ?\$ | usd\ ?\$? | \$ )? \ ?
    (?P<number> \d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? | \d{{1,3}}(?:\ \d{{3}})+ | \d+(?:\.\d+)? | \.\d+ | {_any(_NUMBERS)} )
    (?: [ -]? (?P<scale> {_any(_SCALE_OF)} ) )?
    (?P<unit> \ ? (?: (?:us|u\.s\.) \ )? (?:dollars?|usd) )?
    """,
    re.VERBOSE | re.ASCII,
)
# "$1 million to $2 million", "$1-2 million". "between $1 million and $2 million" is put into this form first.
_RANGE = re.compile(r"(?P<low>.*\S) ?(?:\bto\b|-) ?(?P<high>\S.*)")
_BETWEEN = re.compile(r"(?:between (?P<low>.+) and|from (?P<start>.+) to) (?P<high>.+)")
# Money of other countries: a sign, a name or code, letters before the dollar sign other than "US".
_FOREIGN = re.compile(
    r"[€£¥₹₽₩₪₱฿₺₴₿]|\b(?:"
    r"(?:eur|euros?|gbp|pounds?(?: sterling)?|quid|cad|aud|nzd|hkd|sgd|jpy|yen|chf|francs?|mxn|pesos?|brl|reais|cny|rmb|yuan"
    r"|inr|rupees?|krw|won|sek|nok|dkk|kr|kron(?:a|or|e|er)|pln|zlotys?|zar|rand|rubles?|bitcoins?|btc)\b"
    r"|(?!us\$)[a-z]{1,3}\$"
    r"|(?:canadian|australian|mexican|new zealand|hong kong|singapore)\b)"
)


@dataclass(frozen=True)
class _Figure:
    value: Decimal
    scale: int | None
    #: Whether it names its currency.
    has_unit: bool
    #: Whether it is written out in digits, with or without a dollar sign.
    in_digits: bool


def read_amount(text: str) -> Amount:
    """Whole US dollars, with how exactly they are known, and the words that may round them.

    1. Take off what is said of the figure: "a year" behind it, "more than" before it, "or more" behind it.
    2. Read the rest as one figure, or as the two ends of a range.
    3. Keep the words as typed, unless they are a figure in digits and the words that are shown for it anyway.

    CaseError for anything else: another currency, cents, a figure that can be read two ways.
    """
    typed = " ".join(text.split())
    plain = typed.casefold().translate({ord(dash): "-" for dash in "‐‑‒–—−"}).rstrip(".")
    if foreign := _FOREIGN.search(plain):
        raise CaseError(
            f"“{typed}” is in another currency than US dollars (“{foreign[0]}”); amounts are recorded in US dollars only. "
            "Leave the amount out, and write what the source says in the text."
        )
    rest, per = _taken_off(plain, PERIODS, behind=True)
    rest, before = _taken_off(rest, QUALIFIERS, behind=False)
    rest, behind = _taken_off(rest, QUALIFIERS_BEHIND, behind=True)
    if before and behind:
        raise _unreadable(typed)
    qualifier = (before or behind or ("exactly", ""))[0]
    one = _figure(rest)
    low, high = (one, None) if one else _ends(rest, typed)
    if high and qualifier not in ("exactly", "about"):
        raise CaseError(f"“{typed}” says both “{qualifier}” and a range. Write one of them. Amounts are like {EXAMPLES}.")
    usd, usd_to = _dollars(low, typed), _dollars(high, typed) if high else None
    if usd_to is not None and usd_to <= usd:
        raise CaseError(f"“{typed}”: a range begins with the smaller amount. Write it like $1 million to $2 million.")
    canonical = all(taken is None or taken[1] == words[taken[0]][0] for taken, words in ((per, PERIODS), (before, QUALIFIERS)))
    as_shown = canonical and not behind and low.in_digits and (high is None or high.in_digits)
    words = "" if as_shown else typed
    if per and per[0] == "year" and qualifier == "exactly" and usd_to is None:
        return Amount(usd, "a year", words=words)  # as it was always recorded
    return Amount(usd, qualifier, usd_to=usd_to, per=per[0] if per else "", words=words)


def _taken_off(text: str, names: Mapping[str, tuple[str, ...]], *, behind: bool) -> tuple[str, tuple[str, str] | None]:
    """The text without such words at its end, or its beginning; and what they mean, with the words themselves."""
    for word in sorted((word for words in names.values() for word in words), key=len, reverse=True):
        rest = text.removesuffix(word) if behind else text.removeprefix(word)
        if rest == text or not _parts(rest, word, behind):
            continue
        name = next(name for name, words in names.items() if word in words)
        return rest.strip(), (name, word)
    return text, None


def _parts(rest: str, word: str, behind: bool) -> bool:
    """Whether the word ends where the rest begins: "over" is not part of "overall"."""
    if not rest.strip():
        return False
    return not word[0 if behind else -1].isalpha() or not (rest[-1] if behind else rest[0]).isalpha()


def _figure(text: str) -> _Figure | None:
    match = _FIGURE.fullmatch(text.strip())
    if not match:
        return None
    number, scale = match["number"], _SCALE_OF.get(match["scale"] or "")
    if number in ("a", "half a") and scale is None:
        return None
    value = _NUMBERS[number] if number in _NUMBERS else Decimal(number.replace(",", "").replace(" ", ""))
    in_digits = number[0].isdigit() and scale is None and match["dollar"] in ("$", None) and not match["unit"]
    return _Figure(value, scale, bool(match["dollar"] or match["unit"]), in_digits)


def _ends(text: str, typed: str) -> tuple[_Figure, _Figure]:
    """The two ends of a range. A scale behind it belongs to both: "$1-2 million". "$500,000 to $1 million" has its own."""
    between = _BETWEEN.fullmatch(text)
    match = between or _RANGE.fullmatch(text)
    if not match:
        raise _unreadable(typed)
    written = (match["low"] or match["start"]) if between else match["low"]
    low, high = _figure(written), _figure(match["high"])
    if low is None or high is None:
        raise _unreadable(typed)
    if low.scale is None and high.scale is not None:
        each_in_dollars = low.has_unit and match["high"].startswith(("$", "us"))
        scaled = low.value * high.scale
        in_order = scaled < high.value * high.scale
        if in_order and not each_in_dollars:
            low = _Figure(low.value, high.scale, low.has_unit, in_digits=False)
        elif in_order or not (each_in_dollars or low.value >= 1_000):
            raise CaseError(
                f"“{typed}” can be read as a range from ${low.value:,f} or from ${scaled.normalize():,f}. "
                "Write both ends in full, like $1 million to $2 million."
            )
    return low, high


def _dollars(figure: _Figure, typed: str) -> int:
    value = figure.value * (figure.scale or 1)
    decimals = -int(figure.value.as_tuple().exponent)
    if figure.scale is None and decimals == 3:
        raise CaseError(
            f"“{typed}” can be read as {figure.value} dollars or as {figure.value * 1000:,.0f}. "
            f"Write it with commas, like {EXAMPLES}."
        )
    if value % 1:
        raise CaseError(
            f"“{typed}” is not in whole dollars, and amounts are not rounded. Write it like {EXAMPLES}, "
            "and the exact sum in the text."
        )
    if value > LARGEST:
        raise CaseError(f"“{typed}” is too large for an amount. Write it like {EXAMPLES}.")
    return int(value)


def _unreadable(typed: str) -> CaseError:
    return CaseError(
        f"“{typed}” is not an amount that can be read with certainty. Write it like {EXAMPLES}. "
        "What it is for belongs in the text."
    )
