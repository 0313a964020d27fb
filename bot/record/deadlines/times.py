"""A day with a time of day and a time zone, as people write them: "February 23, 2018 5:00 p.m. ET"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import DATE_FORMS, DateOrder, NoDate, SeveralReadings, iso_date, parse_date, tidy, written
from bot.record.deadlines.periods import LONGEST_TEXT
from bot.record.deadlines.steps import OffsetConverted, RelativeDay, Step, ZoneNamed
from bot.record.deadlines.years import NoYear
from bot.record.deadlines.zones import zone_named
from bot.record.errors import CaseError
from bot.record.quoting import clipped

REGIONS = {
    "e": "America/New_York",
    "c": "America/Chicago",
    "m": "America/Denver",
    "p": "America/Los_Angeles",
    "ak": "America/Anchorage",
    "h": "Pacific/Honolulu",
}
STANDARD = {"e": -5, "c": -6, "m": -7, "p": -8, "ak": -9, "h": -10}  # hours from UTC; one more in daylight saving time
SPELLED = {"eastern": "e", "central": "c", "mountain": "m", "pacific": "p"}
SPELLED |= {"alaskan": "ak", "alaska": "ak", "hawaiian": "h", "hawaii": "h", "hawaii-aleutian": "h"}
ZONES_READ = "Use ET, CT, MT, PT, UTC or a name such as America/New_York."
TIME_OF_DAY = re.compile(r"\b\d{1,2} ?[ap]\.? ?m\b|\b\d{1,2}:\d\d|\b(?:noon|midnight)\b", re.IGNORECASE)
LAST_MINUTE = time(23, 59)

_CLOCK = (  # 5 p.m., 5:00:00 p.m., 5 o'clock p.m., 17:00
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::00)?)? ?(?:o'clock )?(?P<half>[ap])\.? ?m\b\.?"
    r"|(?P<hour24>\d{1,2}):(?P<minute24>\d\d)(?::00)?"
)
_TIME = rf"(?:(?:12(?::00)? )?(?P<word>noon|midnight)|{_CLOCK})"
_SPELLED = rf"({'|'.join(sorted(SPELLED, key=len, reverse=True))})(?: (standard|daylight)(?: savings?)?)?(?: time(?: zone)?)?"
_SHORT = rf"({'|'.join(REGIONS)})([sd]?)t"
_IN_DATABASE = r"[a-z]+(?:/[a-z_+-]+)+"
_PLAIN = re.IGNORECASE | re.ASCII  # without ASCII, "\u017f" would pass for an s
_SPELLED_ZONE, _SHORT_ZONE = re.compile(_SPELLED, _PLAIN), re.compile(_SHORT, _PLAIN)
_ZONE_NAME = rf"[a-z]+(?:-aleutian)?(?: (?:(?:standard |daylight )(?:savings? )?)?time(?: zone)?)?|{_IN_DATABASE}"
#: A zone that this module reads, without groups.
KNOWN_ZONE = re.sub(r"\((?!\?)", "(?:", rf"{_SPELLED}|{_SHORT}|utc|{_IN_DATABASE}")
_LAST = r"at or before|at|by|before|(?:no|not) later than"  # a time of day is the last moment with any of these before it
# "Friday, Feb. 23, 2018 by 5:00 p.m. (ET)"; any word may be the zone, so that an unknown one can be named in the refusal.
_DAY_THEN_TIME = re.compile(
    rf"(?P<day>.+?)(?:[,;]? \(?(?:{_LAST}|[@-]) |[,;] ?| \(?|T(?=\d)){_TIME}(?:,? ?\(?(?P<zone>{_ZONE_NAME})\)?)?\)?", _PLAIN
)
# "5 p.m. Eastern on Friday, February 23, 2018"; only names of zones are read as one, since the day begins with a word too.
_TIME_THEN_DAY = re.compile(rf"{_TIME}(?:,? ?\(?(?P<zone>{KNOWN_ZONE})\)?)?(?:,? (?:on|of) |, ?| )(?P<day>.+)", _PLAIN)
_AND_SHORT = re.compile(
    rf"\b(?P<zone>{re.sub(r'[(](?![?])', '(?:', _SPELLED)}),? \((?P<short>\w+)\)", _PLAIN
)  # Eastern Time (ET)
_DOTTED = re.compile(r"\b([ECMP])\.(?:([SD])\.)?T\b\.?", re.IGNORECASE)  # E.S.T.
_OF_24_HOURS = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4}")  # dates that go with 24 hours
_ISO_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")  # only beside it, 00:00 is surely the start of the day
NO_TIME = re.compile(  # names an hour that every office has its own of; "the end of the day" is that of the day itself
    r"\b(?:close of (?:the )?(?:business|office|work)(?: day)?|end of (?:(?:the )?business(?: day)?|day)|business hours"
    r"|(?:morning|afternoon|evening|night)(?! of)|c\.?o\.?b|e\.?o\.?[bd])\b",
    re.IGNORECASE,
)
_END_OF_DAY = re.compile(r"(?:\b(?:at|by) )?\bthe end of the day(?: (?:on|of))?\b,?", re.IGNORECASE)
_ON_CARDS = re.compile(r"(?<=\d), end of day(?= [A-Z]{2,5}\b)")  # our own cards: "23 February 2018, end of day EST"
_IN_FOUR_FIGURES = re.compile(r"\b([01]\d|2[0-3]):?([0-5]\d) ?(?:hours|hrs)\b", re.IGNORECASE)  # 1700 hours


class NoTimeOfDay(CaseError):
    """Words for a time of day that name none: close of business."""


class Midnight(SeveralReadings):
    """The start of `day` or its end."""

    def __init__(self, text: str, day: date, zone: str) -> None:
        super().__init__(
            f"“{text}” can be read as the start or as the end of {written(day)}. Write {day} for its end, "
            f"or {day} 00:00 for its start.",
            (f"{day} 00:00{zone}", f"{day}{zone}"),
            text,
        )
        self.day = day


@dataclass(frozen=True)
class DayAndTime:
    """A day as it was written, with its time where there was one, its zone, and how the text was understood."""

    day: date
    time: time | None
    zone: ZoneInfo
    steps: tuple[Step, ...] = ()

    @property
    def moment(self) -> datetime | None:
        """The moment in `zone`; None for a day without a time."""
        return None if self.time is None else datetime.combine(self.day, self.time, self.zone)


def parse_day_and_time(
    text: str, zone: ZoneInfo, *, today: date | None = None, order: DateOrder | None = None, since: date | None = None
) -> DayAndTime:
    """A date, or a date and a time, in `zone` or in the zone that the text names.

    `today`, `order` and `since` are those of `parse_date`. CaseError for what can be read two ways (midnight, 5:00, EST in
    July, an hour that the clocks show twice) and for what is not a time (close of business, an hour that the clocks skip).
    """
    typed = _DOTTED.sub(lambda zone: f"{zone[1]}{zone[2] or ''}T", _ON_CARDS.sub("", tidy(text))).rstrip(" .,;")
    if len(typed) > LONGEST_TEXT:
        raise NoDate(f"“{clipped(typed, 60)}” is too long for a date. Write it like {DATE_FORMS}.")
    if NO_TIME.search(typed):
        raise NoTimeOfDay(
            f"“{text}” names no time of day. Write one, like 5:00 p.m., or the day alone, which ends at midnight."
        )
    typed = tidy(_IN_FOUR_FIGURES.sub(_in_two, _END_OF_DAY.sub(" ", _AND_SHORT.sub(_once, typed)))).strip(" ,;")
    if iso := re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?(Z|[+-]\d\d:\d\d)", typed):
        return _with_offset(iso[1], f"{iso[2]}{iso[3]}", zone, text)

    def read_day(words: str) -> tuple[date, tuple[Step, ...]]:
        return _day(words, today, order, since)

    parts = _DAY_THEN_TIME.fullmatch(typed) or _TIME_THEN_DAY.fullmatch(typed)
    if not parts:
        return _day_alone(typed, zone, text, read_day)
    day, steps = read_day(parts["day"])
    clock = _time(parts, day, text)
    where, exact, named = _zone(parts["zone"], day, clock, zone, text)
    moment_of(day, clock, where, first=exact, text=text)
    return DayAndTime(day, clock, where, steps + named)


def moment_of(day: date, clock: time, zone: ZoneInfo, *, first: bool = False, text: str | None = None) -> datetime:
    """That time of that day; CaseError if the clocks skip it or show it twice. `first`: then the first of the two.

    `text`: the words that name it, for `SeveralReadings`.
    """
    moment = datetime.combine(day, clock.replace(fold=0), zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise CaseError(f"On {written(day)} the clocks of {zone.key} skip {clock:%H:%M}. Write a time before or after that.")
    if not first and moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise _twice(moment, text)
    return moment


def parse_time(text: str) -> time:
    """A time of day by itself: 22:00, 10 p.m., noon, midnight. CaseError for what is none, or may be two: 8:00."""
    typed = tidy(_IN_FOUR_FIGURES.sub(_in_two, tidy(text).rstrip(" .,;")))
    parts = re.fullmatch(_TIME, "midnight" if typed in ("24:00", "00:00", "0:00") else typed, _PLAIN)
    if not parts:
        raise CaseError(f"“{clipped(text, 60)}” is not a time of day. Write it like 22:00 or 10 pm.")
    if parts["word"]:
        return time(12) if parts["word"].lower() == "noon" else time()
    half, hour, minute = (
        (parts["half"] or "").lower(),
        int(parts["hour"] or parts["hour24"]),
        parts["minute"] or parts["minute24"],
    )
    if (half and not 1 <= hour <= 12) or hour > 23 or int(minute or 0) > 59:
        raise CaseError(f"“{text}” is a time of day that does not exist. Write it like 22:00 or 10 pm.")
    if not half and len(parts["hour24"]) == 1:
        raise CaseError(f"“{text}” can be read as {hour:02}:{minute} or as {hour + 12}:{minute}. Write the one you mean.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(minute or 0))


def _day(typed: str, today: date | None, order: DateOrder | None, since: date | None) -> tuple[date, tuple[Step, ...]]:
    """The day, and a step where it is relative to today."""
    try:
        return parse_date(typed, order=order, since=since), ()
    except (NoDate, NoYear):
        if today is None:
            raise
        day = parse_date(typed, today=today, order=order, since=since)
        return day, (RelativeDay(typed, today, day),)


def _day_alone(typed: str, zone: ZoneInfo, text: str, read_day: Callable[[str], tuple[date, tuple[Step, ...]]]) -> DayAndTime:
    parts = re.fullmatch(rf"(?P<day>.*\d.*?),? \(?(?P<zone>{_ZONE_NAME})\)?", typed, re.IGNORECASE)
    if not parts or not _is_zone(parts["zone"]):
        day, steps = read_day(typed)
        return DayAndTime(day, None, zone, steps)
    day, steps = read_day(parts["day"])
    where, _, named = _zone(parts["zone"], day, LAST_MINUTE, zone, text)
    return DayAndTime(day, None, where, steps + named)


def _with_offset(day: str, clock: str, zone: ZoneInfo, text: str) -> DayAndTime:
    """A moment with its offset is one moment, whatever the zone; it is shown in `zone`."""
    iso_date(day)
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError as bad:
        raise CaseError(f"“{text}” is not a moment; write it like 2018-02-06T14:30-05:00.") from bad
    local = moment.astimezone(zone)
    if local.fold:
        raise _twice(local, text)
    steps = (OffsetConverted(text, moment.astimezone(UTC)),) if local.utcoffset() != moment.utcoffset() else ()
    return DayAndTime(local.date(), local.time(), zone, steps)


def _in_two(figures: re.Match[str]) -> str:
    """17:00 of "1700 hours"; 0000 hours is midnight."""
    return "midnight" if figures[1] == figures[2] == "00" else f"{figures[1]}:{figures[2]}"


def _once(twice: re.Match[str]) -> str:
    """A zone that is named in words and, in brackets, by its letters; unchanged if they are two zones."""
    spelled, short = _SPELLED_ZONE.fullmatch(twice["zone"]), _SHORT_ZONE.fullmatch(twice["short"])
    if not spelled or not short or SPELLED[spelled[1].lower()] != short[1].lower():
        return twice[0]
    return twice["short"] if spelled[2] is None else twice["zone"] if short[2] in ("", spelled[2][0]) else twice[0]


def _time(parts: re.Match[str], day: date, text: str) -> time:
    word, half = (parts["word"] or "").lower(), (parts["half"] or "").lower()
    hour, minute = int(parts["hour"] or parts["hour24"] or 12), int(parts["minute"] or parts["minute24"] or 0)
    zone = f" {parts['zone']}" if parts["zone"] else ""
    is_zero = not half and not word and (hour, minute) == (0, 0) and not _ISO_DAY.match(parts["day"])
    if word == "midnight" or is_zero or (half == "a" and (hour, minute) == (12, 0)):
        raise Midnight(text, day, zone)
    if word == "noon":
        return time(12)
    if (half and not 1 <= hour <= 12) or (not half and hour > 23) or minute > 59:
        raise CaseError(f"“{text}” names a time of day that does not exist. Write it like 17:00 or 5:00 p.m.")
    if not half and _halves(parts["hour24"], parts["day"]):
        raise SeveralReadings(
            f"“{text}” can be read as {hour}:{minute:02} a.m. or as {hour}:{minute:02} p.m. Write the one you mean.",
            [f"{day} {hour % 12 + later:02}:{minute:02}{zone}" for later in (0, 12)],
            text,
        )
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)


def _halves(hour: str, day: str) -> bool:
    """Whether an hour without a.m. or p.m. may be either: 5:00 everywhere, 11:59 beside a day in words or in slashes."""
    return (len(hour) == 1 and hour != "0") or (10 <= int(hour) <= 12 and not _OF_24_HOURS.search(day))


def _zone(name: str | None, day: date, clock: time, zone: ZoneInfo, text: str) -> tuple[ZoneInfo, bool, tuple[Step, ...]]:
    """The zone that the text names, whether it names standard or daylight saving time, and a step where it matters.

    Where the clocks of `zone` show the same time then, `zone` was meant: "MST" in Phoenix, "ET" in Detroit. "CDT" in January
    is not the time of New York, though its clocks are no other then.
    """
    if not name:
        return zone, False, ()
    region, season = _region(name, text)
    where = ZoneInfo(REGIONS[region]) if region else zone_named(name)
    offset = timedelta(hours=STANDARD[region] + (season == "d")) if season else _offset(day, clock, where)
    local = datetime.combine(day, clock, zone)
    is_shown = not season or offset == _offset(day, clock, where) or local.tzname() == f"{region}{season}t".upper()
    if offset == _offset(day, clock, zone) and is_shown:
        return zone, bool(season), ()
    if region and _own_name(name, region, season, local):
        raise _of_two_zones(name, local, where, text)
    if offset != _offset(day, clock, where):
        raise _other_season(name, day, clock, where, offset, text)
    return where, bool(season), (ZoneNamed(where, zone),)


def _own_name(name: str, region: str, season: str, local: datetime) -> bool:
    """Whether people in the zone of `local` call their own time by that name: "MT" in Phoenix, "CST" in Shanghai."""
    standard = (local.utcoffset() or timedelta()) - (local.dst() or timedelta())
    alike = not season and standard == timedelta(hours=STANDARD[region])
    return alike or local.tzname() == name.upper()


def _of_two_zones(name: str, local: datetime, where: ZoneInfo, text: str) -> SeveralReadings:
    return SeveralReadings(
        f"“{text}”: “{name}” may be the time of {local.tzinfo} or of {where.key}, and their clocks differ on "
        f"{written(local.date())}. Write the one you mean in full.",
        [f"{local:%Y-%m-%d %H:%M} {zone}" for zone in (local.tzinfo, where.key)],
        text,
    )


def _is_zone(name: str) -> bool:
    return bool(_SPELLED_ZONE.fullmatch(name) or _SHORT_ZONE.fullmatch(name) or "/" in name or name.lower() == "utc")


def _region(name: str, text: str) -> tuple[str, str]:
    """ "EST", "Eastern Standard Time" -> ("e", "s"); "ET", "Eastern" -> ("e", ""); a name in the zone database -> ("", "")."""
    if not _is_zone(name):
        raise CaseError(f"“{name}” in “{text}” is not a time zone. {ZONES_READ}")
    if spelled := _SPELLED_ZONE.fullmatch(name):
        return SPELLED[spelled[1].lower()], (spelled[2] or "")[:1].lower()
    if short := _SHORT_ZONE.fullmatch(name):
        return short[1].lower(), short[2].lower()
    return "", ""


def _offset(day: date, clock: time, zone: ZoneInfo) -> timedelta:
    return datetime.combine(day, clock, zone).utcoffset() or timedelta()


def _other_season(name: str, day: date, clock: time, zone: ZoneInfo, offset: timedelta, text: str) -> SeveralReadings:
    local = datetime.combine(day, clock, zone)
    if local.replace(fold=1).utcoffset() == offset:
        return _twice(local, text)
    other = datetime.combine(day, clock, timezone(offset)).astimezone(zone)
    return SeveralReadings(
        f"“{text}”: the clocks of {zone.key} do not show {name} on {written(day)}. It can be read as {local:%H:%M %Z} "
        f"or as {other:%H:%M %Z}{'' if other.date() == day else f' on {written(other.date())}'}. Write the one you mean.",
        [f"{moment:%Y-%m-%d %H:%M} {zone.key}" for moment in (local, other)],
        text,
    )


def _twice(local: datetime, text: str | None) -> SeveralReadings:
    first, second = (local.replace(fold=fold) for fold in (0, 1))
    in_utc = [f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for moment in (first, second)]
    return SeveralReadings(
        f"On {written(local.date())} the clocks show {local:%H:%M} twice, first {first:%Z}, then {second:%Z}. "
        f"Write it as {in_utc[0]} or as {in_utc[1]}.",
        in_utc,
        text,
    )
