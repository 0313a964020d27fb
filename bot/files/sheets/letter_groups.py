"""The letters that the rows of a spreadsheet name, and the deadline that each row states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.files.sheets.cells import MIDNIGHT
from bot.files.sheets.rows import BadRow, Row, StatedLetter
from bot.record.deadlines.calendars import NONE, Calendar
from bot.record.deadlines.dates import DateOrder, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import MOST_YEARS, parse_deadline
from bot.record.deadlines.times import Midnight
from bot.record.deadlines.when import Precision, When
from bot.record.errors import CaseError
from bot.record.quoting import clipped
from bot.record.sources import Source

Key = tuple[str, ...]
# A time of day that may be the start or the end of the day, as it is written anywhere. With an offset it is one moment.
_MIDNIGHT = re.compile(
    rf"[T ]?(?<![\d:]){MIDNIGHT}(?!\d|:| ?[+-]\d|Z)|\b12(?::00)?(?::00)? ?a\.? ?m\b\.?|(?:\b12 )?\bmidnight\b",
    re.IGNORECASE,
)
CHOSEN: Key = ()  # of rows that name no letter: theirs is the letter that was chosen with the file
KNOWN_BY = ("title", "authority", "sent")
FIELDS = (*KNOWN_BY, "demand", "legal_basis", "threatened")


@dataclass
class LetterGroup:
    """The rows of one letter and what they say of it together."""

    key: Key
    rows: list[Row]
    stated: StatedLetter = field(default_factory=StatedLetter)

    @property
    def is_whole(self) -> bool:
        """Whether it says all that a new letter needs."""
        return all(getattr(self.stated, name) for name in KNOWN_BY)

    def shared_sources(self) -> tuple[Source, ...]:
        """The sources that every row names, in the order of the first."""
        others = [set(sources) for sources in {id(row.sources): row.sources for row in self.rows[1:]}.values()]
        return tuple(source for source in self.rows[0].sources if all(source in other for other in others))


def groups_of(rows: Sequence[Row]) -> tuple[list[LetterGroup], list[BadRow]]:
    """The rows by their letter, and the rows that say too little of their letter or contradict an earlier row.

    A letter is known by its short name, else by authority, date and title. Rows that name none belong to the chosen letter.
    """
    groups: dict[Key, LetterGroup] = {}
    bad = []
    first: dict[tuple[Key, str], Row] = {}
    passed: dict[int, LetterGroup] = {}  # by the identity of what rows state, which they share: nothing contradicts it
    for row in rows:
        if group := passed.get(id(row.letter)):
            group.rows.append(row)
            continue
        key = letter_key(row.letter)
        if key is None:
            missing = [name for name in KNOWN_BY if not getattr(row.letter, name)]
            bad.append(BadRow(row.number, f"does not say enough about its letter: {' and '.join(missing)} missing."))
            continue
        if reason := _contradiction(key, row, first):
            bad.append(BadRow(row.number, reason))
            continue
        group = passed[id(row.letter)] = groups.setdefault(key, LetterGroup(key, []))
        group.rows.append(row)
    for key, group in groups.items():
        values = {name: getattr(first[key, name].letter, name) for name in FIELDS if (key, name) in first}
        group.stated = StatedLetter(slug=group.rows[0].letter.slug, **values)
    return list(groups.values()), bad


def letter_key(stated: StatedLetter) -> Key | None:
    """What a letter is known by in a file; None if the row says too little."""
    if stated.slug:
        return (stated.slug,)
    if not stated.says_which:
        return CHOSEN
    return own_key(stated.authority, stated.sent, stated.title) if all(getattr(stated, name) for name in KNOWN_BY) else None


def own_key(authority: str, sent: When | None, title: str) -> Key:
    return (_folded(authority), sent.text if sent else "", _folded(title))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _contradiction(key: Key, row: Row, first: dict[tuple[Key, str], Row]) -> str:
    """How a row contradicts an earlier one about their letter; "" if it does not. What is stated first is noted in `first`."""
    stated = [(name, value) for name in FIELDS if (value := getattr(row.letter, name))]
    for name, value in stated:
        before = first.get((key, name))
        if before and _text(getattr(before.letter, name)) != _text(value) and (name not in KNOWN_BY or len(key) == 1):
            earlier = clipped(_text(getattr(before.letter, name)), 60)
            label = name.replace("_", " ")
            return f"{label} of the letter is “{clipped(_text(value), 60)}”, but “{earlier}” in row {before.number:,}."
    for name, _ in stated:
        first.setdefault((key, name), row)
    return ""


def _text(value: object) -> str:
    if isinstance(value, When):
        return value.text
    return "; ".join(value) if isinstance(value, tuple) else str(value)


@dataclass
class Dating:
    """Reads the deadlines of rows, each distinct text once."""

    #: Of letters that name no zone.
    zone: ZoneInfo
    calendar: Calendar = NONE
    order: DateOrder | None = None
    _read: dict[tuple[str, str, When | None], Deadline] = field(default_factory=dict)

    def deadline(self, row: Row, sent: When | None) -> Deadline | None:
        """The deadline that a row states; None if it states none. CaseError for one that cannot be right."""
        if not row.deadline:
            return None
        zone = row.zone or (sent.zone if sent else self.zone)
        distinct = row.deadline, zone.key, sent
        if distinct not in self._read:
            self._read[distinct] = self._stated(row.deadline, zone, sent)
        return self._read[distinct]

    def _stated(self, text: str, zone: ZoneInfo, sent: When | None) -> Deadline:
        exact = sent if sent and is_exact(sent) else None
        is_midnight = bool(_MIDNIGHT.search(text))
        exactly = _MIDNIGHT.sub(" 00:00", text) if is_midnight else text

        def read(words: str) -> Deadline:
            start = exact.last_day if exact else None
            return parse_deadline(words, zone, start=start, calendar=self.calendar, order=self.order)

        try:
            deadline = read(exactly)
        except Midnight as either:
            deadline, is_midnight = read(either.readings[0]), True
        if is_midnight:
            raise CaseError(_two_midnights(text, deadline))
        if sent and sent.earliest is not None and deadline.last_moment < sent.earliest:
            raise CaseError(f"the deadline, {written(deadline.date)}, is before the letter's date, {sent.text}.")
        if sent and (deadline.date - sent.last_day).days > MOST_YEARS * 366:
            raise CaseError(f"the deadline, {written(deadline.date)}, is more than {MOST_YEARS} years after the letter.")
        return deadline


def _two_midnights(text: str, deadline: Deadline) -> str:
    """A spreadsheet writes 0:00 behind a day without a time, so it is asked about as "12:00 a.m." is where people type."""
    start = datetime.combine(deadline.date, time(), deadline.zone).isoformat(" ", "minutes")
    return (
        f"“{text}” can be read as the start or as the end of {written(deadline.date)}. Write {deadline.date} for its end, "
        f"or {start} for its start."
    )


def is_exact(sent: When) -> bool:
    """Whether it names one day."""
    return sent.precision in (Precision.DAY, Precision.MOMENT)


def shared_deadline(stated: Sequence[Deadline | None]) -> Deadline | None:
    """The deadline that every row states; None if they differ or one states none: an empty cell may mean that there is none."""
    return stated[0] if stated and all(deadline == stated[0] for deadline in stated) else None
