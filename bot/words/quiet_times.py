"""Quiet times in words, and which alerts another setting moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.record.plan import NoticeAhead
from bot.record.posting import Quiet, QuietDays, Urgent
from bot.record.servers import Server
from bot.words.prose import listed, moment, safe
from bot.words.status import rung_words

DAYS = {
    QuietDays.NONE: "none",
    QuietDays.WEEKENDS: "weekends",
    QuietDays.HOLIDAYS: "holidays of the calendar",
    QuietDays.BOTH: "weekends and holidays",
}
URGENT = {
    Urgent.NONE: "none: all alerts wait",
    Urgent.PASSED: "that a deadline has passed",
    Urgent.DAY: "that a deadline has passed, and the alert of its last day",
    Urgent.LOUD: "all alerts that ping a role",
}
NOTHING_QUIET = (
    "Nothing is quiet on this server yet: alerts come at the posting hour, and news as it is recorded. Give days, or from and "
    "to: `/settings quiet days:weekends from:22:00 to:08:00`."
)
WAITS = (
    "Alerts wait for the next open posting hour, news for the end of the quiet time. A countdown that would come after its "
    "deadline is posted at the last open moment before it."
)
NO_HOLIDAYS = "The calendar of this server is “none”, which has no holidays. Choose one with /settings calendar first."
BOTH_TIMES = "Quiet hours need both from and to, like 22:00 and 08:00. Nothing was changed."
EQUAL_TIMES = "Quiet hours cannot begin and end at the same time. Nothing was changed."
HARDLY_OPEN = "These quiet hours leave less than an hour of the day in which anything could be posted. Nothing was changed."
ALL_QUIET = "With nothing quiet there is nothing that an urgent alert could ignore: give days, or from and to."
NO_LONGER_QUIET = "Quiet holidays have no effect now: the calendar “none” has no holidays."


def clock(at: time) -> str:
    return f"{at:%H:%M}"


def quiet_words(quiet: Quiet | None, calendar: str) -> str:
    """Quiet times as a setting: "weekends, and 22:00 to 08:00; at any time: that a deadline has passed"."""
    if quiet is None:
        return "never"
    holidays = f"holidays ({calendar})" if calendar != "none" else "holidays (of which the calendar “none” has none)"
    days = [name for name, is_quiet in (("weekends", quiet.weekends), (holidays, quiet.holidays)) if is_quiet]
    hours = [f"{clock(quiet.hours[0])} to {clock(quiet.hours[1])}"] if quiet.hours else []
    urgent = "" if quiet.urgent is Urgent.NONE else f"; posted all the same: {URGENT[quiet.urgent]}"
    return listed([*days, *hours]) + urgent


def posted_at(server: Server) -> str:
    """The posting hour as a setting; if it lies in the quiet hours, when these end."""
    hour, quiet = time(server.hour), server.quiet
    if quiet and quiet.hours and quiet.has(hour):
        return f"{clock(quiet.hours[1])}, {server.zone.key} (the hour {clock(hour)} is quiet)"
    return f"{clock(hour)}, {server.zone.key}"


def moved_words(
    alerts: Sequence[tuple[NoticeAhead, datetime]], example: tuple[datetime, datetime] | None, zone: ZoneInfo
) -> list[str]:
    """What a setting does to the alerts that are to come.

    `alerts`: the next that it moves, each with the moment at which it would have come before. `example`: where there is none, a
    moment at which one would have been posted, and the one at which it would be posted now.
    """
    if example is not None:
        before, after = (moment(at.astimezone(zone)) for at in example)
        return [f"For example, an alert that would have come on {before}, would now come on {after}."]
    lines = [
        f"{safe(notice.letter.title)}, {rung_words(notice.due)}: {moment(notice.due.at.astimezone(zone))} "
        f"instead of {moment(before.astimezone(zone))}."
        for notice, before in alerts
    ]
    return [f"**Next that moves:** {lines[0]}", *lines[1:]] if lines else []
