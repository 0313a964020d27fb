"""Amounts as people write them: never another figure than the one that is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.amounts import read_amount
from bot.record.errors import CaseError
from bot.record.events import Amount
from bot.words.prose import figure, money

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("$252,157", Amount(252_157)),
        ("252157", Amount(252_157)),
        ("$ 252,157", Amount(252_157)),
        ("$2,500.00", Amount(2_500)),
        ("more than $2,000,000", Amount(2 * MILLION, "more than")),
        ("More than  $2,000,000", Amount(2 * MILLION, "more than")),
        ("64000 a year", Amount(64_000, "a year")),
        ("$1,000 a day", Amount(1_000, per="day")),
        ("about $64,000 a year", Amount(64_000, "about", per="year")),
        ("$1 000 000.", Amount(MILLION)),
        ("$500,000 to $700,000", Amount(500_000, usd_to=700_000)),
    ],
)
def test_a_figure_in_digits_needs_no_words_beside_it(typed: str, amount: Amount) -> None:
    assert read_amount(typed) == amount


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("more than $2 million", Amount(2 * MILLION, "more than")),
        ("$2.5M", Amount(2_500_000)),
        ("$2.5 million", Amount(2_500_000)),
        ("2 million dollars", Amount(2 * MILLION)),
        ("two million dollars", Amount(2 * MILLION)),
        ("twenty-five million dollars", Amount(25 * MILLION)),
        ("half a million dollars", Amount(500_000)),
        ("a million dollars", Amount(MILLION)),
        ("$.5 million", Amount(500_000)),
        ("US$2m", Amount(2 * MILLION)),
        ("$2mm", Amount(2 * MILLION)),
        ("$1.2bn", Amount(1_200_000_000)),
        ("$179.6 million", Amount(179_600_000)),
        ("USD 250k", Amount(250_000)),
        ("250,000 USD", Amount(250_000)),
        ("$250 thousand", Amount(250_000)),
        ("three hundred thousand dollars", Amount(300_000)),
        ("over $2,000,000", Amount(2 * MILLION, "more than")),
        ("in excess of $2 million", Amount(2 * MILLION, "more than")),
        (">$2 million", Amount(2 * MILLION, "more than")),
        ("up to $1 million", Amount(MILLION, "up to")),
        ("as much as $1,000,000", Amount(MILLION, "up to")),
        ("no more than $1m", Amount(MILLION, "up to")),
        ("at least $1 million", Amount(MILLION, "at least")),
        ("$1 million or more", Amount(MILLION, "at least")),
        ("$1M+", Amount(MILLION, "at least")),
        ("$40,000-plus", Amount(40_000, "at least")),
        ("≥ $1 million", Amount(MILLION, "at least")),
        ("a little over $2 million", Amount(2 * MILLION, "more than")),
        ("$2 million (approx.)", Amount(2 * MILLION, "about")),
        ("USD $2 million", Amount(2 * MILLION)),
        ("under $1 million", Amount(MILLION, "less than")),
        ("nearly $4 million", Amount(4 * MILLION, "nearly")),
        ("almost $4 million", Amount(4 * MILLION, "nearly")),
        ("roughly $4 million", Amount(4 * MILLION, "about")),
        ("~$4m", Amount(4 * MILLION, "about")),
        ("approximately $2.3 million", Amount(2_300_000, "about")),
        ("$64k per year", Amount(64_000, "a year")),
        ("$64,000 annually", Amount(64_000, "a year")),
        ("more than $64,000 per month", Amount(64_000, "more than", per="month")),
        ("$1-2 million", Amount(MILLION, usd_to=2 * MILLION)),
        ("$1–2 million", Amount(MILLION, usd_to=2 * MILLION)),
        ("$1 million to $2 million", Amount(MILLION, usd_to=2 * MILLION)),
        ("between $500,000 and $1 million", Amount(500_000, usd_to=MILLION)),
        ("500,000 to 1 million", Amount(500_000, usd_to=MILLION)),
        ("between 1 and 2 million dollars", Amount(MILLION, usd_to=2 * MILLION)),
        ("about $1.5-2.3 million", Amount(1_500_000, "about", usd_to=2_300_000)),
        ("from $500k to $1m a year", Amount(500_000, usd_to=MILLION, per="year")),
    ],
)
def test_words_that_may_round_an_amount_are_kept_beside_it(typed: str, amount: Amount) -> None:
    read = read_amount(typed)
    assert read == Amount(amount.usd, amount.qualifier, "", amount.usd_to, amount.per, " ".join(typed.split()))
    assert money(read) == f"{figure(amount)} (“{money_words(typed)}”)"


def money_words(typed: str) -> str:
    return typed.replace(">", "\\>").replace("~", "\\~")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("lots", "is not an amount"),
        ("", "is not an amount"),
        (",", "is not an amount"),
        ("-5", "is not an amount"),
        ("$", "is not an amount"),
        ("millions of dollars", "is not an amount"),
        ("several million", "is not an amount"),
        ("$2 million in grants", "What it is for belongs in the text"),
        ("$1,00,000", "is not an amount"),
        ("$2,5 million", "is not an amount"),
        ("$2.000.000", "is not an amount"),
        ("$2 million and $3 million", "is not an amount"),
        ("2018-02-23", "is not an amount"),
        ("about $2 million or more", "is not an amount"),
        ("more than about $2 million", "is not an amount"),
        ("2.000", "can be read as 2.000 dollars or as 2,000. Write"),
        ("$1.234", "can be read as 1.234 dollars or as 1,234. Write"),
        ("$1.5 to $2 million", "can be read as a range from $1.5 or from $1,500,000. Write"),
        ("$1,234.56", "is not in whole dollars"),
        ("$1.2345678 million", "is not in whole dollars"),
        ("$2-1 million", "can be read as a range from $2 or from $2,000,000"),
        ("$500-2 million", "can be read as a range from $500 or from $500,000,000"),
        ("$1 - $2 million", "can be read as a range from $1 or from $1,000,000"),
        ("$700 to $500", "begins with the smaller amount"),
        ("more than $1-2 million", "says both “more than” and a range"),
        ("$2 quadrillion", "is not an amount"),
        ("$5,000 trillion", "is too large"),
        ("€2 million", "is in another currency than US dollars (“€”)"),
        ("2 million euros", "(“euros”)"),
        ("£500,000", "(“£”)"),
        ("C$5,000", "(“c$”)"),
        ("CAD 5,000", "(“cad”)"),
        ("5,000 Canadian dollars", "(“canadian”)"),
        ("5 million pesos", "(“pesos”)"),
        ("Mex$5", "(“mex$”)"),
        ("SEK 500", "(“sek”)"),
        ("₹5,000", "(“₹”)"),
    ],
)
def test_what_may_be_another_figure_is_refused_with_what_to_type(typed: str, why: str) -> None:
    with pytest.raises(CaseError) as refused:
        read_amount(typed)
    assert why in str(refused.value)


@given(
    st.integers(0, 10**9),
    st.sampled_from(["", "more than ", "at least ", "up to ", "less than ", "nearly ", "about "]),
    st.sampled_from(["", " a year", " a month", " a day"]),
)
def test_what_is_shown_of_an_amount_reads_back_as_it(usd: int, qualifier: str, per: str) -> None:
    amount = read_amount(f"{qualifier}${usd:,}{per}")
    assert amount.usd == usd and not amount.words
    assert read_amount(figure(amount)) == amount


@given(st.decimals(min_value="0.01", max_value=999, places=2), st.sampled_from(["k", "K", " thousand", "M", " million", "bn"]))
def test_a_scale_multiplies_and_never_rounds(number: object, scale: str) -> None:
    factor = {"k": 10**3, "t": 10**3, "m": 10**6, "b": 10**9}[scale.strip().casefold()[0]]
    assert read_amount(f"${number}{scale}").usd * 100 == int(str(number).replace(".", "")) * factor
