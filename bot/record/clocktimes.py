"""A day with a time of day and a time zone, as people write them: "February 23, 2018 5:00 p.m. ET"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.record.dates import DateOrder, end_of, read_date, written, zone_named, zone_names
from bot.record.errors import CaseError

REGIONS = {
    **dict.fromkeys(("et", "eastern", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("ct", "central", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mt", "mountain", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pacific", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("akt", "alaska", "akst", "akdt"), "America/Anchorage"),
    **dict.fromkeys(("hawaii", "hst"), "Pacific/Honolulu"),
    **dict.fromkeys(("utc", "z"), "UTC"),
}
_CLOCK = r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b\.?|(?P<hour24>\d{1,2}):(?P<minute24>\d\d)(?::00)?"
_TIME = rf"(?P<clock>(?:{_CLOCK})|(?:12(?::00)? )?(?P<word>noon|midnight))"
_ZONE = r"(?: ?\(?(?P<zone>[A-Za-z]+(?: (?:standard |daylight )?time)?|[A-Za-z]+(?:/[A-Za-z_]+)+)\)?)?"
_DAY_THEN_TIME = re.compile(rf"(?P<day>.+?)(?:,? at |, ?| ?T(?=\d)| ){_TIME}{_ZONE}", re.IGNORECASE)
_TIME_THEN_DAY = re.compile(rf"{_TIME}{_ZONE}(?:,? on |, ?| )(?P<day>.+)", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(?:close of (?:business|play)|(?:end of|the) business(?: day)?|c\.?o\.?b\.?|e\.?o\.?[bd]\.?)(?:\W|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Read:
    """A day that was typed, its time where there was one, in which zone, and how that was understood."""

    day: date
    time: time | None
    zone: ZoneInfo
    steps: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime | None:
        return datetime.combine(self.day, self.time, self.zone) if self.time is not None else None


def read_day_and_time(text: str, zone: ZoneInfo, *, today: date | None = None, order: DateOrder | None = None) -> Read:
    """A date, or a date and a time, in `zone` or in the zone that the text names. CaseError for what is not certain."""
    typed = " ".join(text.split())
    if _CLOSING.search(typed):
        raise CaseError(f"“{text}” names no time of day. Write one, like 5:00 p.m., or the day alone (it ends at midnight).")
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?(Z|[+-]\d\d:\d\d)", typed):
        return _from_offset(f"{found[1]}T{found[2]}{found[3]}", zone, text)
    found = _DAY_THEN_TIME.fullmatch(typed) or _TIME_THEN_DAY.fullmatch(typed)
    if not found:
        return _day_alone(typed, zone, today, order)
    day = read_date(found["day"], today=today, order=order)
    clock = _time(found, day, text)
    where, steps = _zone(found["zone"], day, clock, zone, text)
    at(day, clock, where)
    return Read(day, clock, where, steps)


def _day_alone(typed: str, zone: ZoneInfo, today: date | None, order: DateOrder | None) -> Read:
    try:
        return Read(read_date(typed, today=today, order=order), None, zone)
    except CaseError:
        day, _, last = typed.rpartition(" ")
        if last.lower() not in REGIONS or not day:
            raise
        found = read_date(day, today=today, order=order)
        where, steps = _zone(last, found, None, zone, typed)
        return Read(found, None, where, steps)


def _from_offset(typed: str, zone: ZoneInfo, text: str) -> Read:
    """A moment with its offset is one moment, whatever the zone: it is told in `zone`."""
    try:
        moment = datetime.fromisoformat(typed)
        read_date(typed[:10])
    except ValueError as bad:
        raise CaseError(f"“{text}” is not a moment; write it like 2018-02-06T14:30-05:00.") from bad
    local = moment.astimezone(zone)
    at(local.date(), local.time(), zone)
    steps = () if local.utcoffset() == moment.utcoffset() else (f"{text} is {local:%H:%M} {local:%Z} in {zone.key}",)
    return Read(local.date(), local.time(), zone, steps)


def _time(found: re.Match[str], day: date, text: str) -> time:
    word, half = (found["word"] or "").lower(), (found["half"] or "").lower()
    hour, minute = int(found["hour"] or found["hour24"] or 12), int(found["minute"] or found["minute24"] or 0)
    if word == "midnight" or (half == "a" and (hour, minute) == (12, 0)):
        raise CaseError(
            f"“{text}” can be read as the start or as the end of {written(day)}. Write {day} for its end, "
            f"or {day} 00:00 for its start."
        )
    if word == "noon":
        return time(12)
    if (half and not 1 <= hour <= 12) or (not half and hour > 23) or minute > 59:
        raise CaseError(f"“{text}” has no such time of day. Write it like 17:00 or 5:00 p.m.")
    if not half and len(found["hour24"]) == 1 and hour:
        raise CaseError(
            f"“{text}” can be read as {hour}:{minute:02} a.m. or as {hour}:{minute:02} p.m. Write the one you mean."
        )
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)


def _zone(name: str | None, day: date, clock: time | None, zone: ZoneInfo, text: str) -> tuple[ZoneInfo, tuple[str, ...]]:
    """The zone that the text names, with a step where it is another one than `zone`; `zone` where it names none.

    An abbreviation such as EST belongs to a part of the year: outside it, it is refused with both readings.
    """
    if not name:
        return zone, ()
    said = re.sub(r"( standard| daylight)? time$", "", name.lower())
    kind = "S" if " standard " in name.lower() else "D" if " daylight " in name.lower() else ""
    fixed = name.upper() if re.fullmatch(r"(?:e|c|m|p|ak|h)[sd]t", said) else f"{said[0].upper()}{kind}T" if kind else ""
    if said not in REGIONS and "/" not in name:
        raise CaseError(f"“{name}” in “{text}” is not a time zone. Use ET, CT, MT, PT, UTC or a name such as America/New_York.")
    where = ZoneInfo(REGIONS[said]) if said in REGIONS else zone_named(name)
    if _calls_itself(zone, day, clock, fixed or said) or where.key == zone.key:
        where = zone
    shown = _shown(where, day, clock)
    if fixed and shown != fixed:
        other = clock or time(23, 59)
        raise CaseError(
            f"“{text}” can be read as {other:%H:%M} {shown}, as clocks in {where.key} stand on {written(day)}, or as "
            f"{other:%H:%M} {fixed}, which they do not show that day. Write {shown}, or the time in UTC."
        )
    return where, () if where == zone else (f"in the time zone that is written, {where.key}, not in {zone.key}",)


def _shown(zone: ZoneInfo, day: date, clock: time | None) -> str:
    moment = datetime.combine(day, clock, zone) if clock is not None else end_of(day, zone).astimezone(zone)
    return f"{moment:%Z}"


def _calls_itself(zone: ZoneInfo, day: date, clock: time | None, name: str) -> bool:
    """Whether clocks in `zone` go by that name: "MST" in Phoenix, also in summer; "ET" in Detroit."""
    shown = _shown(zone, day, clock)
    return shown == name or (len(shown) == 3 and shown[0] + shown[2] == name.upper() and zone.key in zone_names())


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That time of that day; CaseError where the clocks skip it or show it twice."""
    found = datetime.combine(day, clock.replace(fold=0), zone)
    if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found.replace(tzinfo=None):
        raise CaseError(f"On {written(day)} the clocks of {zone.key} skip {clock:%H:%M}. Write a time before or after that.")
    if found.utcoffset() != found.replace(fold=1).utcoffset():
        raise CaseError(twice(found))
    return found


def twice(found: datetime) -> str:
    first, second = found.replace(fold=0), found.replace(fold=1)
    return (
        f"On {written(found.date())} the clocks show {found:%H:%M} twice, {first:%Z} and {second:%Z}: "
        f"{first.astimezone(UTC):%H:%M} and {second.astimezone(UTC):%H:%M} UTC. Write the one you mean in UTC."
    )
