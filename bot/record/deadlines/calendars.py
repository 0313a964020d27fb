"""Which days count: weekends, the legal holidays of the United States and of a state, and a server's own closures."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.record.errors import CaseError
from bot.record.places import STATES

if TYPE_CHECKING:
    from holidays.countries.united_states import US

WEEKEND = {5: "Saturday", 6: "Sunday"}
OBSERVANCES = {  # listed by `holidays`, but not legal holidays: days of remembrance, days off that state employees may choose
    ("CA", "Susan B. Anthony Day"),  # not among the holidays of Cal. Gov. Code § 6700
    ("NY", "Susan B. Anthony Day"),  # not in N.Y. Gen. Constr. Law § 24
    ("WI", "Susan B. Anthony Day"),  # a day for schools, Wis. Stat. § 118.02; not in Wis. Stat. § 995.20
    ("CO", "Cesar Chavez Day"),  # in place of another holiday, Colo. Rev. Stat. § 24-11-112; not in § 24-11-101
    ("TX", "Cesar Chavez Day"),  # an optional holiday, Tex. Gov't Code § 662.013
    ("TX", "Good Friday"),  # an optional holiday, Tex. Gov't Code § 662.003(c)
}
KNOWN_YEARS = range(1900, 2101)  # the years for which `holidays` has the legal holidays


@dataclass(frozen=True)
class Calendar:
    """Which days do not count.

    The legal holidays are those of Fed. R. Civ. P. 6(a)(6), which are those of 5 U.S.C. § 6103(a), on the day itself and on the
    weekday on which federal offices observe it (for a Saturday § 6103(b)). Holidays of a state count only for periods that run
    forwards (Rule 6(a)(6)(C)); "state" takes in the District of Columbia and the territories (Rule 81(d)(2)).
    """

    #: "none", "US" or "US-" and a state.
    name: str = "none"
    #: Days with their reasons.
    closures: tuple[tuple[date, str], ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"none|US(-[A-Z]{2})?", self.name):
            raise ValueError(f"{self.name!r} is not the name of a calendar")

    def off(self, day: date, *, backward: bool = False) -> str | None:
        """Why that day does not count: "Saturday", "Labor Day", the closure's reason (empty if none); None if it counts."""
        holiday = self.holiday(day, backward=backward)
        return self.closed(day) if holiday is None else holiday

    def holiday(self, day: date, *, backward: bool = False) -> str | None:
        """Which holiday or day of the weekend it is; None for a working day, and always without a calendar.

        CaseError for a year whose holidays are not known.
        """
        if self.name == "none":
            return None
        if day.year not in KNOWN_YEARS:
            raise CaseError(f"The holidays of {day.year} are not known. Write the date itself, or count without a calendar.")
        state = "" if backward else self.name[3:]
        return WEEKEND.get(day.weekday()) or _legal("", day.year).get(day) or _legal(state, day.year).get(day)

    def closed(self, day: date) -> str | None:
        """The reason of the closure on that day, empty if none was given; None if there is no closure."""
        return self._shut.get(day)

    @cached_property
    def _shut(self) -> dict[date, str]:
        return dict(self.closures)


NONE = Calendar()


def calendar_named(name: str, closures: Mapping[date, str] | None = None) -> Calendar:
    """The calendar of that name in any case, with those closures; CaseError with the nearest names if there is none."""
    wanted = name.strip().upper()
    if wanted == "NONE":
        wanted = NONE.name
    elif wanted not in (known := calendar_names()):
        raise CaseError(f"“{name}” is not a calendar. {_advice(wanted, known)}")
    return Calendar(wanted, tuple(sorted((closures or {}).items())))


def legal_holiday(calendar: str, day: date) -> str | None:
    """Which legal holiday of that calendar is observed on that day; None if none is, or if those of that year are not known."""
    if calendar == NONE.name or day.year not in KNOWN_YEARS:
        return None
    return _legal("", day.year).get(day) or (_legal(calendar[3:], day.year).get(day) if calendar[3:] else None)


def calendar_names() -> list[str]:
    """The names of all calendars: none, US, and the states, federal districts and territories."""
    return ["none", "US", *(f"US-{code}" for code in sorted(_library().subdivisions))]


def _advice(wanted: str, known: list[str]) -> str:
    """Name the calendar of the state with that name or postal code, else calendars with a similar name."""
    states = {state.upper(): f"US-{code}" for code, state in STATES.items() if f"US-{code}" in known}
    near = [f"US-{wanted}"] if f"US-{wanted}" in known else difflib.get_close_matches(wanted, [*known, *states], 3, 0.75)
    nearest = list(dict.fromkeys(states.get(name, name) for name in near))
    return (
        f"Did you mean {' or '.join(nearest)}?" if nearest else "Use US, US- and a state's postal code such as US-CA, or none."
    )


def load_holidays() -> None:
    """Load the library of holidays, which takes a quarter of a second the first time."""
    _library()


def _library() -> type[US]:
    from holidays.countries.united_states import US  # takes a quarter of a second, so only when a calendar is asked for

    return US


@lru_cache(maxsize=256)
def _legal(state: str, year: int) -> dict[date, str]:
    """The legal holidays of a year with their names, as observed. `state`: empty for the federal ones."""
    holidays = _library()(subdiv=state or None, years=year, expand=False, categories=("public",), language="en_US")
    named = {day: [name for name in names.split("; ") if (state, name) not in OBSERVANCES] for day, names in holidays.items()}
    return {day: " and ".join(names) for day, names in named.items() if names}
