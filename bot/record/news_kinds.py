"""What is news: the kinds of facts that a server may have announced, or not."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bot.record.events import Basis, DeadlineSet, Detail


class NewsKind(StrEnum):
    """What a server can choose to have announced. Corrections of what was announced always are."""

    LETTER = "letter"
    DEADLINE = "deadline"
    ANSWER = "answer"
    STATEMENT = "statement"
    FINDING = "finding"
    CONSEQUENCE = "consequence"
    COURT = "court"
    END = "end"
    NOTE = "note"


#: What is not announced unless a server asks for it.
SELDOM = frozenset({NewsKind.STATEMENT, NewsKind.NOTE})
_BY_DETAIL = {
    "sent": NewsKind.LETTER,
    "deadline": NewsKind.DEADLINE,
    "answer": NewsKind.ANSWER,
    "statement": NewsKind.STATEMENT,
    "finding": NewsKind.FINDING,
    "consequence": NewsKind.CONSEQUENCE,
    "court": NewsKind.COURT,
    "closed": NewsKind.END,
    "reopened": NewsKind.END,
    "note": NewsKind.NOTE,
}


def news_kind(detail: Detail) -> NewsKind | None:
    """The kind of news that a fact is; None for what is never news: an acknowledgement, a silence, a taking back.

    The deadline with which a case began is part of its letter.
    """
    if isinstance(detail, DeadlineSet) and detail.basis is Basis.ORIGINAL:
        return NewsKind.LETTER
    return _BY_DETAIL.get(detail.kind)


def is_announced(detail: Detail, unannounced: Collection[NewsKind]) -> bool:
    """Whether a server that does not announce these kinds announces such a fact."""
    kind = news_kind(detail)
    return kind is not None and kind not in unannounced


def is_news(detail: Detail) -> bool:
    """Whether such a fact ends a silence that waits for news: what is announced by default, whatever a server has chosen."""
    return is_announced(detail, SELDOM)
