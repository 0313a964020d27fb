"""Cards as Discord messages: within its limits whatever is written in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.components import view_of
from bot.words.card import Button, Card, Text, Tone
from bot.words.paging import Passage, Query, packed, turned

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2018, 2, 24, tzinfo=UTC)

sections = st.builds(
    Passage,
    lines=st.lists(st.text(max_size=4000), max_size=30).map(tuple),
    buttons=st.sampled_from([(), (Button("History", "chist:1"), Button("Sources", "csrc:1"))]),
    title=st.text(max_size=300),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(head=st.text(min_size=1, max_size=3000), parts=st.lists(sections, max_size=30))
async def test_every_page_fits_one_message(head: str, parts: list[Passage]) -> None:
    cards = packed(head, parts)
    for page in range(len(cards)):
        view = view_of(turned(cards, page, Query("status", ("1", "", ""))))
        assert view.content_length() <= 4000
        assert view.total_children_count <= 40


async def test_the_ping_stands_above_the_container_and_the_tone_is_its_colour() -> None:
    view: Any = view_of(Card((Text("Deadline passed"),), Tone.ALARM, ping_role=7))  # discord.py's to_components() has no types
    shown = view.to_components()
    assert shown[0] == {"type": 10, "content": "<@&7>"}
    assert shown[1]["accent_color"] == Tone.ALARM.value


async def test_a_card_that_does_not_fit_is_refused_before_discord_refuses_it() -> None:
    with pytest.raises(ValueError, match="6000 characters"):
        view_of(Card((Text("x" * 3000), Text("y" * 3000))))


async def test_the_first_and_the_last_page_have_no_further_neighbour() -> None:
    cards = packed("Head", [Passage(tuple("x" * 3000 for _ in range(3)))])
    first, last = turned(cards, -5, Query("letters")), turned(cards, 99, Query("letters"))
    rows = [card.blocks[-1] for card in (first, last)]
    assert [[button.disabled for button in row.buttons] for row in rows] == [[True, False], [False, True]]  # type: ignore[union-attr]
    assert rows[0].buttons[1].action == "page:letters:1:"  # type: ignore[union-attr]
