"""What is offered while the kind of a fact is typed."""

from __future__ import annotations

import pytest

from bot.desk.fact_suggestions import kinds_like
from bot.record.fact_words import FactKind

KINDS = tuple(FactKind)


@pytest.mark.parametrize(
    ("typed", "command"),
    [("refused", "answer"), ("Complied", "close"), ("extension", "extend"), ("letter  withdrawn", "close")],
)
def test_what_another_command_records_says_so_instead_of_a_similar_word(typed: str, command: str) -> None:
    """ "refused" is spelled nearly as "sued"."""
    shown = " ".join(typed.split())
    assert kinds_like(typed, KINDS) == {shown: f"“{typed}” is recorded with /case {command}."}


def test_what_may_still_become_a_kind_stays_offered_beside_it() -> None:
    offered = kinds_like("settled", KINDS)
    assert list(offered.items()) == [
        ("settled", "“settled” is recorded with /case close."),
        ("court: settlement", "settled in court → court: settlement"),
    ]
    assert "finding: complete" in kinds_like("answer", KINDS)
