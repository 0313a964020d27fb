"""What is posted as a notice is what discord.py would make of the same card."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.components import components_of, view_of
from bot.words.card import Button, Buttons, Card, Divider, Style, Text, Tone

labels = st.text(min_size=1, max_size=20)
styled = st.builds(Button, labels, action=labels, style=st.sampled_from(Style), disabled=st.booleans())
links = st.builds(Button, labels, url=st.just("https://example.org/"), disabled=st.booleans())
rows = st.lists(styled | links, min_size=1, max_size=5).map(lambda buttons: Buttons(tuple(buttons)))
blocks = st.one_of(st.builds(Text, st.text(min_size=1, max_size=50)), st.builds(Divider), rows)
cards = st.builds(
    Card, st.lists(blocks, min_size=1, max_size=6).map(tuple), st.sampled_from(Tone), st.none() | st.integers(1, 2**63)
)


@given(cards)
async def test_it_has_the_components_of_the_view(card: Card) -> None:
    assert components_of(card) == view_of(card).to_components()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("blocks", [(Text("a" * 4001),), (Divider(),) * 40, (Buttons((Button("Go", "go"),) * 5),) * 7])
async def test_what_does_not_fit_is_refused_by_both(blocks: tuple[Text | Divider | Buttons, ...]) -> None:
    for make in (components_of, view_of):
        with pytest.raises(ValueError):
            make(Card(blocks))


async def test_what_just_fits_is_taken_by_both() -> None:
    for blocks in ((Text("a" * 4000),), (Divider(),) * 39):
        card = Card(blocks)
        assert components_of(card) == view_of(card).to_components()  # type: ignore[no-untyped-call]
