"""No text is shortened inside a number, an amount, a date, a time or a citation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.quoting import clipped, cut, is_inside, last_words, whole, whole_numbers

UNITS = [
    "$25,500", "25,500", "$1.5 million", "1.5 million", "$3,250,000.75", "$2 billion", "50 percent", "50%", "-$5",
    "February 23, 2018", "Feb. 23, 2018", "Feb. 23", "23 February 2018", "February 2018", "2018-02-23", "2/23/2018", "the 23rd",
    "5:00 p.m.", "5 p.m.", "17:00", "30 days", "20 business days", "72 hours",
    "8 U.S.C. § 1373", "Pub. L. 104-208", "Pub. L. No. 104-208", "USD 25,500", "$ 25,500",
    "8 U.S.C. § 1373(a)", "42 U.S.C. 2000d", "28 C.F.R. § 66.43", "28 C.F.R. Part 66", "Fed. R. Civ. P. 45",
    "§ 1373", "§§ 1373", "No. 5", "Nos. 12-345", "Sec. 5", "Section 1373(a)",
    "Rule 6(a)", "Title 8", "1:21-cv-00001", "FY 2016",
]  # fmt: skip
WORDS = ["the", "letter", "asks", "for", "records,", "and", "grants;", "“all", "of", "it”", "a.m.", "U.S.", "(see"]


def spans(text: str, unit: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rf"(?<!\S){re.escape(unit)}(?!\S)", text)]


@pytest.mark.parametrize("unit", UNITS)
def test_no_unit_is_cut_apart_at_any_length(unit: str) -> None:
    text = f"A text that ends with {unit} and goes on."
    [(start, end)] = spans(text, unit.removeprefix("the "))
    for limit in range(1, len(text) + 5):
        shown = clipped(text, limit)
        assert len(shown) <= limit
        kept = len(shown.removesuffix("…"))
        assert kept <= start or kept >= end, shown
        tail = last_words(text, limit)
        left = len(text) - len(tail.removeprefix("…"))
        assert left <= start or left >= end or tail == "…", tail
    for at in range(start + 1, end):
        assert whole(text, 0, at)[1] >= end
        assert whole(text, at, len(text))[0] <= start


@given(st.lists(st.sampled_from(UNITS + WORDS), min_size=1, max_size=30), st.integers(1, 200))
def test_a_shortened_text_is_its_beginning_without_a_half_unit(words: list[str], limit: int) -> None:
    text = "; ".join(words)  # "the 23rd February 23, 2018" would hold another date
    shown = clipped(text, limit)
    assert len(shown) <= limit
    if shown == text:
        return
    kept = shown.removesuffix("…")
    assert text.startswith(kept)
    at = 0
    for word in words:
        if word in UNITS and not word.startswith("the "):
            assert not at < len(kept) < at + len(word), (word, shown)
        at += len(word) + 2


@given(st.text("0123456789$,.:- x\n", max_size=80), st.integers(1, 40))
def test_no_run_of_digits_is_cut_apart(text: str, limit: int) -> None:
    for shown, rest in ((clipped(text, limit), text), (last_words(text, limit), text[::-1])):
        kept = shown.strip("…") if shown != text else text
        kept = kept if rest == text else kept[::-1]
        at = len(kept)
        assert not (0 < at < len(rest) and rest.startswith(kept) and rest[at - 1].isdigit() and rest[at].isdigit())


def test_one_long_word_is_cut_between_its_characters() -> None:
    assert clipped("x" * 100, 10) == "x" * 9 + "…"
    assert clipped("1" * 100, 10) == "…"
    assert clipped("https://example.org/a/25500/b", 24) == "https://example.org/a/…"


def test_a_text_that_fits_is_left_alone() -> None:
    assert clipped("$25,500", 7) == "$25,500" and last_words("$25,500", 7) == "$25,500"
    assert cut("$25,500", 7) == 7 and not is_inside("$25,500", 7) and is_inside("$25,500", 3)


def test_a_date_may_go_on_where_only_numbers_are_kept_whole() -> None:
    text = "by February 23, 2018 or $25,500"
    assert whole_numbers(text, 3, 14) == (3, 14)
    assert whole_numbers(text, 0, 27) == (0, 31)
    assert whole(text, 3, 14) == (3, 20)


def test_long_texts_are_shortened_quickly() -> None:
    assert clipped("1, " * 100_000, 90_000).endswith("…")
