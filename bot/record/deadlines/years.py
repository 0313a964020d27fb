"""Days and months without a year, which are never guessed: the years that may be meant, to choose from."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from datetime import date

from bot.record.errors import CaseError

FIRST_YEAR, LAST_YEAR = 1900, 2100  # that are offered; more can be written
READINGS = 3  # years each way that are offered
FURTHEST = 28  # years within which each day of the year falls on every day of the week


class NoYear(CaseError):
    """A day without its year, or a month: `words`, as they were written.

    `readings` are what may be meant, the likeliest first, each as a text that says it in full.
    """

    def __init__(
        self,
        words: str,
        refusal: str,
        days: Sequence[tuple[int, int]] = (),
        weekday: int | None = None,
        readings: Sequence[str] = (),
    ) -> None:
        super().__init__(refusal)
        self.words = words
        self.readings = tuple(readings)
        #: As month and day: two where the order is not certain.
        self._days = days
        self._weekday = weekday

    def around(self, today: date) -> NoYear:
        """With the last such days first, today at the latest, and the next ones after them."""
        before = _merged(self._days, today, -1, self._weekday)
        after = [day for day in _merged(self._days, today, 1, self._weekday) if day != today]
        named = sorted((*before[: len(self._days)], *after[: len(self._days)]))
        return self._with([*before[:1], *after[:1], *before[1:], *after[1:]], named)

    def latest(self, today: date) -> date | None:
        """The last such day, today at the latest; None if that falls on another day of the week."""
        day = next(iter(_merged(self._days, today, -1, None)), None)
        return day if day and self._weekday in (None, day.weekday()) else None

    def after(self, day: date) -> NoYear:
        """With the days from `day` on, the next one first."""
        coming = _merged(self._days, day, 1, self._weekday)
        return self._with(coming, coming[: max(2, len(self._days))])

    def _with(self, days: Sequence[date], named: Sequence[date]) -> NoYear:
        if not days:
            return self
        can = " or as ".join(map(_written, named))
        refusal = f"“{self.words}” has no year. It can be read as {can}. Write the one you mean, with its year."
        return NoYear(self.words, refusal, self._days, self._weekday, tuple(map(_written, days)))


def month_without_year(words: str, month: int, today: date) -> NoYear:
    """A month alone, with the last ones and this one."""
    newest = today.year if month <= today.month else today.year - 1
    names = [f"{calendar.month_name[month]} {newest - past}" for past in range(READINGS)]
    can = f"can be read as {names[0]} or as {names[1]}"
    readings = [f"{newest - past}-{month:02}" for past in range(READINGS)]
    return NoYear(words, f"“{words}” has no year. It {can}. Write the one you mean, like {readings[0]}.", readings=readings)


def _merged(days: Sequence[tuple[int, int]], start: date, step: int, weekday: int | None) -> list[date]:
    """The next such days from `start` on, `start` included, forwards or backwards; the nearest first."""
    found = [day for month, of_month in days for day in _occurrences(month, of_month, start, step, weekday)]
    return sorted(found, key=lambda day: abs(day - start))


def _occurrences(month: int, of_month: int, start: date, step: int, weekday: int | None) -> Iterator[date]:
    count = 0
    for year in range(start.year, start.year + step * (FURTHEST + 1), step):
        if not FIRST_YEAR <= year <= LAST_YEAR or of_month > calendar.monthrange(year, month)[1]:
            continue
        day = date(year, month, of_month)
        if (day - start).days * step < 0 or (weekday is not None and day.weekday() != weekday):
            continue
        yield day
        count += 1
        if count == READINGS:
            return


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
