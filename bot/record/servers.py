"""A Discord server's settings, as the rest of the program needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.record.case import Letter
from bot.record.ladder import DEFAULT_LADDER, Ladder
from bot.record.ladder_changes import ladder_for
from bot.record.news_kinds import SELDOM, NewsKind
from bot.record.posting import Posting, Quiet


@dataclass(frozen=True)
class Server:
    """One Discord server's settings. Ids are Discord's."""

    id: int
    name: str
    #: The time zone in which alerts are posted and days are counted.
    zone: ZoneInfo
    #: The hour of the day at which alerts are posted, 0 to 23.
    hour: int
    #: When zone, hour or quiet times were last changed while alerts were posted.
    posting_since: datetime | None
    channel_id: int | None
    escalation_role_id: int | None
    #: Whether what was recorded is announced.
    announce: bool
    #: The name of the calendar by which deadlines are counted.
    calendar: str
    #: Where alerts are posted that Discord refuses to post in the first channel.
    fallback_channel_id: int | None = None
    #: The alerts of its cases, where their letter has no ladder of its own.
    ladder: Ladder = DEFAULT_LADDER
    #: What is not announced of what is recorded.
    unannounced: frozenset[NewsKind] = SELDOM
    #: Seconds in which what one person records becomes one message; 0: each thing is announced at once.
    collect_seconds: int = 90
    #: Times in which nothing is posted.
    quiet: Quiet | None = None
    #: The posting times until `posting_since`, as far as they are known.
    posting_before: Posting | None = None
    #: The roles of those who may record facts.
    desk_role_ids: tuple[int, ...] = ()

    @cached_property
    def posting(self) -> Posting:
        calendar = self.calendar if self.quiet and self.quiet.holidays else "none"
        return Posting(self.zone, self.hour, self.posting_since, self.quiet, calendar, self.posting_before)

    def ladder_of(self, letter: Letter) -> Ladder:
        """Which alerts are due of that letter's cases."""
        return ladder_for(letter, self.ladder)
