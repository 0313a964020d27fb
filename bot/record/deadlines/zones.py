"""Time zones: which ones can be chosen, and where a day begins and ends in one."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.record.errors import CaseError

INSTANT = timedelta(microseconds=1)
REGION_FOR = {  # what people write, and the name of the region that they mean
    **dict.fromkeys(("est", "edt", "et", "est5edt", "eastern", "etc/gmt+4", "etc/gmt+5"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt", "central", "etc/gmt+6"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt", "mountain", "navajo", "etc/gmt+7"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt", "pacific", "etc/gmt+8"), "America/Los_Angeles"),
    **dict.fromkeys(("hst", "etc/gmt+10"), "Pacific/Honolulu"),
    **dict.fromkeys(("cet", "cest", "met", "etc/gmt-1"), "Europe/Berlin"),
    **dict.fromkeys(("gb", "bst", "gmt", "wet", "etc/gmt"), "Europe/London"),
    "eet": "Europe/Athens",
    "japan": "Asia/Tokyo",
}


def aware(moment: datetime) -> datetime:
    """`moment` itself, or ValueError if it has no time zone."""
    if moment.tzinfo is not UTC and moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that region and city, or UTC, in any case; CaseError with the nearest names if there is none.

    A name that is only an offset ("EST", "Etc/GMT+5", which is west of Greenwich) is refused: it has no daylight saving time,
    or does not mean what it seems to say.
    """
    wanted = name.strip().replace(" ", "_").casefold()
    known = {zone.casefold(): zone for zone in zone_names()}
    if wanted in known:
        return ZoneInfo(known[wanted])
    if wanted in REGION_FOR or wanted.startswith("etc/") or any(wanted == zone.casefold() for zone in _every_zone()):
        meant = REGION_FOR.get(wanted, "America/New_York")
        raise CaseError(f"“{name}” names no region, so it has no daylight saving time. Use a name such as {meant} or UTC.")
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(known, reverse=True)}
    near = difflib.get_close_matches(wanted, [*known, *cities], 3, 0.75)
    nearest = list(dict.fromkeys(known[cities.get(name, name)] for name in near))
    advice = (
        f"Did you mean {' or '.join(nearest)}?" if nearest else "Use a name such as America/New_York, Europe/Berlin or UTC."
    )
    raise CaseError(f"“{name}” is not a time zone. {advice}")


_every_zone = cache(available_timezones)  # looking through the zone files takes 15 ms, and 120 ms the first time


@cache
def zone_names() -> tuple[str, ...]:
    """The time zones that can be chosen, by name: those of a region, and UTC."""
    chosen = (zone for zone in _every_zone() if ("/" in zone and not zone.startswith("Etc/")) or zone == "UTC")
    return tuple(sorted(chosen))


def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` ever showed that day: those of Samoa went from 29 to 31 December 2011."""
    return start_of(day, zone) < start_of(day + timedelta(days=1), zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`, as UTC (a day may begin at 01:00 where clocks change at midnight)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of `day` in `zone`, as UTC."""
    return start_of(day + timedelta(days=1), zone) - INSTANT
