"""The types of the fields of a record file. Each says, for the person who wrote the file, what is wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.dates import iso_date
from bot.record.deadlines.when import When
from bot.record.deadlines.zones import zone_named
from bot.record.errors import CaseError
from bot.record.places import DIVISION_ID, STATES

UTC = ZoneInfo("UTC")
DAY = r"\d{4}-\d\d-\d\d"
WHEN = rf"{DAY}|\d{{4}}-\d\d|by {DAY}|between {DAY} and {DAY}|{DAY}T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"
WHEN_FORMS = "2018-02-06, 2018-02, by 2018-04-16, between 2018-01-24 and 2018-04-12 or 2018-02-06T14:30-05:00"


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("contains a character that cannot be stored (NUL)")
    return value


def not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return _storable(value)


def _checked(read: Callable[[str], str | None]) -> AfterValidator:
    """Validate a text with `read`. What `read` returns, if anything, replaces the text; a CaseError becomes a mistake."""

    def check(value: str) -> str:
        try:
            return read(value) or value
        except CaseError as refused:
            raise ValueError(str(refused)) from refused

    return AfterValidator(check)


def _day(value: str) -> None:
    if not re.fullmatch(DAY, value, re.ASCII):
        raise CaseError(f"“{value}” is not a day; write it like 2018-02-23")
    iso_date(value)


def _when(value: str) -> None:
    if not re.fullmatch(WHEN, value, re.ASCII):
        raise CaseError(f"“{value}” is not a date; write it like {WHEN_FORMS}")
    When(value, UTC)


def _clock(value: str) -> None:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        raise CaseError(f"“{value}” is not a time of day; write it like 17:00")


def _start(value: str) -> None:
    if not re.fullmatch(rf"{DAY}(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?", value, re.ASCII):
        raise CaseError(f"“{value}” is neither a day nor a moment; write it like 2018-02-23 or 2018-02-06T14:30-05:00")
    When(value, UTC)


def _calendar(value: str) -> str:
    return calendar_named(value).name


def _zone(value: str) -> str:
    return zone_named(value).key


def _web_address(value: str) -> None:
    if not re.fullmatch(r"https?://[^\s<>]+", value):
        raise CaseError(f"“{value}” is not a web address; it begins with https:// or http://")


def _sha256(value: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise CaseError(f"“{value}” is not a SHA-256: 64 digits, 0-9 and a-f")


def _division(value: str) -> None:
    if not DIVISION_ID.fullmatch(value):
        raise CaseError(f"“{value}” is not an Open Civic Data id, like ocd-division/country:us/state:co/county:denver")


def _state(value: str) -> None:
    if value not in STATES:
        raise CaseError(f"“{value}” is not the postal code of a state; write it like CO")


Title = Annotated[str, Field(strict=True, max_length=200), AfterValidator(not_blank)]
Long = Annotated[str, Field(strict=True, max_length=4000), AfterValidator(not_blank)]
Remark = Annotated[str, Field(strict=True, max_length=4000), AfterValidator(_storable)]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Hash = Annotated[str, Field(strict=True), _checked(_sha256)]
Day = Annotated[str, Field(strict=True), _checked(_day)]
Happened = Annotated[str, Field(strict=True), _checked(_when)]
Clock = Annotated[str, Field(strict=True), _checked(_clock)]
Start = Annotated[str, Field(strict=True), _checked(_start)]
CalendarName = Annotated[str, Field(strict=True), _checked(_calendar)]
Zone = Annotated[str, Field(strict=True), _checked(_zone)]
Address = Annotated[str, Field(strict=True, max_length=2000), _checked(_web_address)]
State = Annotated[str, Field(strict=True), _checked(_state)]
Division = Annotated[str, Field(strict=True, max_length=200), _checked(_division)]
SourceKeys = Annotated[tuple[Title, ...], Field(min_length=1)]
