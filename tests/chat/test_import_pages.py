"""The preview fits Discord's messages, whatever was read, and every recipient stands on exactly one page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.components import view_of
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.steps import TextStep
from bot.record.deadlines.when import When
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.questions import DayReading, DeadlineReading, LetterKind, NameReading, Question, QuestionKind
from bot.record.sources import Source
from bot.words.card import Card, Select
from bot.words.draft_offers import PAGE, around, offer_card
from bot.words.draft_pages import given_back, pages_of, preview_card, rows_of_page
from bot.words.draft_preview import NamedCounts, OfferedPlace, OpenQuestion, Preview, QuotedValue, RecipientRow, Remark
from tests.recording import NEW_YORK

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
WORDS = st.text(st.sampled_from("aé _*`[]()<>@#\n-“”.,;:1"), max_size=400)
LONG = st.one_of(WORDS, st.integers(0, 3000).map(lambda count: "word " * count))
NAME = st.text(st.sampled_from("abc _*-.'"), min_size=1, max_size=90).filter(str.strip)
PLACE = st.builds(lambda name: Jurisdiction(0, name, PlaceKind.COUNTY, "NJ"), NAME)
DUE = st.builds(
    lambda rule, steps: Deadline(
        date(2018, 2, 23), NEW_YORK, start=date(2018, 1, 24), rule_words=rule, steps=tuple(map(TextStep, steps))
    ),
    WORDS,
    st.lists(LONG, max_size=8),
)
LETTER = st.builds(
    lambda id, title: Letter(id, "slug", title or "x", "Authority", When("2018-01-24", NEW_YORK), ""),
    st.integers(1, 9),
    WORDS.map(lambda t: t[:200]),
)
ROW = st.builds(
    RecipientRow,
    label=NAME,
    state=st.sampled_from(["", "New Jersey", "Ohio"]),
    mark=st.sampled_from(["0" * 10, "1" * 10, "2" * 10]),
    quote=WORDS,
    doubt=LONG,
    settled=st.booleans(),
    candidates=st.lists(st.tuples(st.text("0123", min_size=10, max_size=10), PLACE), max_size=7, unique_by=lambda c: c[0]).map(
        tuple
    ),
    new_place=st.booleans(),
    known=WORDS,
    case=st.none() | st.integers(1, 9),
    twin=st.booleans(),
    asked=st.none() | st.sampled_from(LetterKind),
    deadline=st.none() | DUE,
)
READING = st.one_of(
    LONG.map(lambda text: NameReading(text.strip() or "x")),
    st.just(DayReading(date(2018, 1, 24))),
    DUE.map(DeadlineReading),
)
CHOICE = st.tuples(st.text("0123456789abcdef", min_size=10, max_size=10), READING)
QUESTION = st.builds(
    Question,
    st.sampled_from(QuestionKind),
    readings=st.lists(READING, min_size=1, max_size=5).map(tuple),
    quote=LONG,
    day=st.just(date(2018, 1, 24)),
    sent=st.just(date(2018, 1, 24)),
    today=st.just(date(2018, 1, 24)),
    names=st.lists(LONG, min_size=1, max_size=5).map(tuple),
    other_names=st.lists(LONG, min_size=1, max_size=5).map(tuple),
    count=st.integers(1, 999),
    counts=st.just((1, 2)),
    found=st.integers(1, 999),
    reason=LONG,
)
OFFERED = st.builds(
    OfferedPlace,
    label=NAME,
    name=NAME,
    words=LONG.map(lambda text: text[:170]),
    list_number=st.none() | st.integers(1, 15),
    ticked=st.booleans(),
)
COUNTS = st.builds(NamedCounts, *(st.integers(0, 99_999) for _ in range(7)))
OPEN = st.builds(OpenQuestion, QUESTION, LONG, st.lists(CHOICE, max_size=5).map(tuple))
VALUE = st.builds(QuotedValue, LONG.map(lambda text: text or "x"), LONG, LONG)
PREVIEW = st.builds(
    Preview,
    id=st.integers(1, 2**40),
    digest=st.just("0" * 16),
    now=st.just(NOW),
    title=LONG,
    source=st.none() | st.builds(Source, LONG.map(lambda text: text or "x"), st.just("https://example.org/" + "x" * 480)),
    authority=st.none() | VALUE,
    sent=st.none() | st.builds(QuotedValue, st.just(date(2018, 1, 24)), LONG, LONG),
    deadline=st.none() | st.builds(QuotedValue, DUE, LONG, LONG),
    demand=st.none() | VALUE,
    legal_basis=st.lists(VALUE, max_size=4).map(tuple),
    threatened=st.lists(VALUE, max_size=4).map(tuple),
    rows=st.lists(ROW, max_size=12).map(tuple),
    cleared=st.lists(ROW, max_size=4).map(tuple),
    offered=st.one_of(st.lists(OFFERED, max_size=4), OFFERED.map(lambda place: [place] * 300)).map(tuple),
    counts=st.none() | COUNTS,
    stated=st.none() | st.builds(QuotedValue, st.integers(1, 99), LONG),
    to_settle=st.lists(OPEN, max_size=12).map(tuple),
    to_check=st.lists(OPEN, max_size=12).map(tuple),
    letter=st.none() | LETTER,
    kinds=st.sampled_from([(), ((LetterKind.DOCUMENTS, 2), (LetterKind.NO_DOCUMENTS, 1))]),
    others=st.lists(LETTER, max_size=5, unique_by=lambda one: one.id).map(tuple),
    quietly=st.booleans(),
)


async def fits(card: Card) -> None:
    view = view_of(card)
    assert view.total_children_count <= 40
    assert all(item.content.strip() for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    ids = [getattr(item, "custom_id", None) for item in view.walk_children()]
    named = [id for id in ids if id]
    assert len(named) == len(set(named)) and all(len(id) <= 100 for id in named)
    labels = [item.label for item in view.walk_children() if isinstance(item, ui.Button)]
    assert all(label and len(label) <= 80 for label in labels)


@settings(max_examples=20)
@given(PREVIEW)
async def test_every_page_fits_a_message(preview: Preview) -> None:
    for page in range(len(pages_of(preview))):
        await fits(preview_card(preview, page, Remark.COUNTED_AGAIN))


async def test_a_page_full_of_buttons_fits_with_its_title_a_remark_and_its_foot() -> None:
    places = [Jurisdiction(0, f"Place {number}", PlaceKind.COUNTY, "NJ") for number in range(5)]
    for doubtful in range(4, 14):
        rows = [
            RecipientRow(
                f"Row {number}",
                "New Jersey",
                f"{number:010}",
                settled=False,
                candidates=tuple((f"{number:05}{of:05}", place) for of, place in enumerate(places)),
            )
            for number in range(doubtful)
        ]
        rows += [RecipientRow("Look", "New Jersey", "9" * 10, doubt="Why?"), RecipientRow("Known", "New Jersey", "8" * 10)]
        places_to_tick = (OfferedPlace("Albany, NY (city)", "Albany", "to Albany"),)
        preview = Preview(
            1, "0" * 16, NOW, "A title", None, None, None, None, None, rows=tuple(rows), offered=places_to_tick, quietly=True
        )
        for page in range(len(pages_of(preview))):
            await fits(preview_card(preview, page, Remark.OUTDATED))


@settings(max_examples=20)
@given(PREVIEW, st.lists(OFFERED, min_size=1, max_size=80))
async def test_every_page_of_places_to_tick_fits_a_message(preview: Preview, offered: list[OfferedPlace]) -> None:
    preview = replace(preview, offered=tuple(offered))
    lines = []
    for page in range((len(offered) + PAGE - 1) // PAGE):
        card = offer_card(preview, page)
        await fits(card)
        [select] = [block for block in card.blocks if isinstance(block, Select)]
        assert all(0 < len(line.label) <= 100 and len(line.description) <= 100 for line in select.choices)
        lines += [(line.value, line.ticked) for line in select.choices]
    assert lines == [(str(index), place.ticked) for index, place in enumerate(offered)]
    assert offer_card(preview, 99) == offer_card(preview, (len(offered) - 1) // PAGE)


@given(st.text("ab …", max_size=170), st.text("ab", min_size=1, max_size=60), st.integers(70, 120))
def test_words_are_cut_around_the_name(words: str, name: str, limit: int) -> None:
    shown = around(f"{words}{name}{words}", name, limit)
    assert len(shown) <= limit
    assert name in shown


@settings(max_examples=15)
@given(PREVIEW)
async def test_every_recipient_stands_on_one_page_and_fits_its_form(preview: Preview) -> None:
    shown = [rows_of_page(preview, page) for page in range(len(pages_of(preview)))]
    assert sorted(row.mark for rows in shown for row in rows) == sorted(row.mark for row in preview.rows)
    assert all(sum(len(row.label) + 1 for row in rows) <= 3000 for rows in shown)


@settings(max_examples=15)
@given(LONG, st.lists(st.tuples(st.just("A field"), LONG), max_size=5))
async def test_what_was_typed_comes_back_whole(reason: str, typed: list[tuple[str, str]]) -> None:
    cards = given_back(reason or "No.", typed)
    for card in cards:
        await fits(card)
    whole = "".join(card.text for card in cards).replace("\n", "").replace("```", "")  # where one card ends and the next begins
    assert all(text.strip().replace("\n", "").replace("```", "~~~")[:80] in whole for _, text in typed)
