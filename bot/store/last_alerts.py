"""What the channel was told of a letter before a section of a notice is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Case
from bot.record.grouping import SectionKey
from bot.record.sections import LastAlert
from bot.store.notices import Notice


@dataclass(frozen=True)
class AskedSection:
    """A section of a notice that is about to be posted."""

    notice: Notice
    key: SectionKey
    #: Its cases, with their events.
    cases: tuple[Case, ...]


async def last_alerts(conn: AsyncConnection, asked: Sequence[AskedSection]) -> Mapping[tuple[int, SectionKey], LastAlert]:
    """What was told before each of these sections, by notice and section; nothing is known of those that are missing.

    The statements do not grow with the number of sections.
    """
    return {}
