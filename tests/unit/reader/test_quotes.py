"""What is quoted from a text never shows half of a number, an amount, a date or a citation."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reader.documents import from_text
from bot.reader.draft import Draft, Span
from bot.reader.extract.whole_text import draft_of
from bot.reader.text_page import LONGEST, TextPage
from bot.record.quoting import whole
from tests.unit.record.test_quoting import UNITS

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2018, 2, 1, 15, tzinfo=UTC)
HEAD = "WASHINGTON, January 24, 2018. The U.S. Department of Justice today sent letters to Denver, Colorado. "
THREATS = [
    "The letters demand documents. If the cities fail to answer, the department may seek a civil penalty of {}.",
    "The cities face a fine of {}, a subpoena and the loss of {} in funds, if they do not answer.",
    "The department may withhold {}, the return of {} in grants, and seek termination of funding of {}, if they refuse.",
    "Under {}, {}, the department may issue a subpoena, {}, if the cities do not answer.",
]


def read(text: str) -> Draft:
    return draft_of(from_text(HEAD + text, NOW), NEW_YORK)


def spans(draft: Draft) -> list[Span]:
    values = (draft.authority, draft.letter_date, draft.demand, *draft.threatened, *draft.legal_basis)
    return [value.span for value in values if value and value.span]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("text", THREATS)
def test_no_quote_cuts_a_unit_apart(text: str, unit: str) -> None:
    draft = read(text.replace("{}", unit))
    threats = [threat.span for threat in draft.threatened if threat.span]
    for span in threats:
        assert (span.start, span.end) == whole(draft.text, span.start, span.end), draft.words(span)
    for span in spans(draft):
        around = draft.text[max(0, span.start - 2) : span.end + 2]
        assert not (around[1:2].isdigit() and around[2:3].isdigit()), around


@pytest.mark.parametrize(
    ("sentence", "threat"),
    [
        (
            "Failure to respond may lead to a civil penalty of $25,500.",
            "Failure to respond may lead to a civil penalty of $25,500",
        ),
        (
            "If not, it may withhold up to $1,000,000 and issue a subpoena.",
            "it may withhold up to $1,000,000 and issue a subpoena",
        ),
        (
            "The cities must answer by Feb. 23, 2018 or face a subpoena.",
            "cities must answer by Feb. 23, 2018 or face a subpoena",
        ),
    ],
)
def test_a_threat_is_quoted_with_its_whole_amount_and_date(sentence: str, threat: str) -> None:
    draft = read(sentence)
    assert any(threat in draft.words(value.span) for value in draft.threatened if value.span)


@pytest.mark.parametrize("unit", UNITS)
def test_no_sentence_ends_inside_a_unit(unit: str) -> None:
    page = TextPage(f"The letters speak of {unit} in the city. A second sentence follows it.")
    assert len(page.sentences) == 2, [sentence.text for sentence in page.sentences]


@pytest.mark.parametrize("unit", UNITS)
def test_a_very_long_sentence_or_demand_is_not_cut_inside_a_unit(unit: str) -> None:
    for filling in range(LONGEST - len(unit) - 8, LONGEST - 6):
        page = TextPage("x " * (filling // 2) + "of " + unit + " and more words for the city")
        [sentence] = page.sentences
        assert len(sentence.text) <= LONGEST
        assert (0, len(sentence.text)) == whole(page.flat, 0, len(sentence.text)), sentence.text[-40:]


def test_signs_in_another_encoding_are_read_and_keep_their_places() -> None:
    text = (
        "Letters\u00c2\u00a0to Peâ€™s Café, Alder Inc.Â\n\u00c2\u00a0Birch LLC â€” and PeÃ±asco asked\u00e2\u0080\u0094so what"
    )
    page = TextPage(text)
    assert page.clean == "Letters to Pe's Café, Alder Inc.\n Birch LLC — and Peñasco asked—so what"
    for name in ("Café", "Alder Inc.", "Birch LLC", "so what"):
        span = page.span(at := page.clean.index(name), at + len(name))
        assert text[span.start : span.end].startswith(name)


def test_a_text_without_any_comma_or_full_stop_gets_commas_where_its_spaces_are_double() -> None:
    text = "FOR RELEASE  The letters went to Denver  Boise and Ames  In them she asks  as before  what was done  " * 2
    assert TextPage(text).clean.startswith(
        "FOR RELEASE, The letters went to Denver, Boise and Ames, In them she asks, as before"
    )
    assert TextPage(text + "No, she said.").clean.startswith("FOR RELEASE  The")
