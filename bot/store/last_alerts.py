"""What the channel was told of a letter before a section of a notice is posted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, bindparam, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Case
from bot.record.changes import Change, changes_since
from bot.record.events import Sent
from bot.record.grouping import SectionKey
from bot.record.ladder import NEWS, is_overdue_repeat
from bot.record.sections import LastAlert
from bot.store import cases as case_queries
from bot.store.cases import ALERTS_OF_CASE
from bot.store.database import by_index
from bot.store.notices import Notice, NoticeLine
from bot.store.tables import alerts, cases, notices

SAMPLE = 3  # cases of a section whose earlier alerts are read: all of them were told together, with few exceptions
MOST_READ = 25  # cases of a section that changed, the last ones; of the others it is only said how many they are
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class AskedSection:
    """A section of a notice."""

    notice: Notice
    key: SectionKey
    #: Its cases, with their events.
    cases: tuple[Case, ...]

    @property
    def sample(self) -> list[Case]:
        """The cases that stand for all: the first, the last and one between."""
        by_id = sorted(self.cases, key=lambda case: case.id)
        step = max((len(by_id) - 1) / (SAMPLE - 1), 1)
        return list(dict.fromkeys(by_id[min(round(number * step), len(by_id) - 1)] for number in range(SAMPLE)))


@dataclass
class _Told:
    """Of one case of a notice, what was posted before."""

    #: When the newest alert was posted in the channel of the notice.
    at: datetime | None = None
    reminders: int = 0
    #: The ids of what was announced in that channel.
    announced: set[int] = field(default_factory=set)


_MINE, _THIS = alerts.alias("mine"), notices.alias("this")
_IN_CHANNEL = notices.c.channel_id == _THIS.c.channel_id
_IS_MINE = alerts.c.about_id == _MINE.c.about_id
_BEFORE = (
    select(
        _MINE.c.notice_id,
        _MINE.c.case_id,
        alerts.c.about_id,
        alerts.c.rung,
        _IN_CHANNEL.label("in_channel"),
        _IS_MINE.label("is_mine"),
        func.count().label("times"),
        func.max(func.coalesce(notices.c.sent_at, notices.c.due_at)).label("at"),
    )
    .where(_MINE.c.case_id.in_(bindparam("case_ids", type_=BigInteger, expanding=True)))
    .where(_MINE.c.notice_id.in_(bindparam("notice_ids", type_=BigInteger, expanding=True)), _MINE.c.rung != NEWS)
    .where(_THIS.c.id == _MINE.c.notice_id)
    .where(alerts.c.case_id == _MINE.c.case_id, alerts.c.state == "planned", alerts.c.due_at < _MINE.c.due_at)
    .where(notices.c.id == alerts.c.notice_id, notices.c.state == "sent")
    .group_by(_MINE.c.notice_id, _MINE.c.case_id, alerts.c.about_id, alerts.c.rung, _IN_CHANNEL, _IS_MINE)
    .with_hint(_MINE, by_index(ALERTS_OF_CASE), "sqlite")
    .with_hint(alerts, by_index(ALERTS_OF_CASE), "sqlite")
)


def asked_sections(notice: Notice, lines: Iterable[NoticeLine], known: Mapping[int, Case]) -> list[AskedSection]:
    """The sections of a notice of alerts with these lines. `known`: cases by id."""
    by_key: dict[SectionKey, list[Case]] = defaultdict(list)
    for line in lines:
        if case := known.get(line.case_id or 0):
            by_key[SectionKey(case.letter.id, line.rung, line.occurrence)].append(case)
    return [AskedSection(notice, key, tuple(of_key)) for key, of_key in by_key.items()]


async def last_alerts(conn: AsyncConnection, asked: Sequence[AskedSection]) -> Mapping[tuple[int, SectionKey], LastAlert]:
    """What was told before each of these sections, by notice and section; nothing is known of those that are missing.

    1. Read what was posted before of a few cases of each section, and whether their letter was announced.
    2. Read which cases of the letters have changed since, the last ones first.
    3. Load those that are in none of the sections, at most MOST_READ a section.
    The statements do not grow with the number of sections, nor what they read with the recipients of a letter.
    """
    told = await _told(conn, asked)
    before = [(section, _last(section, told)) for section in asked]
    repeated = [(section, last.at) for section, last in before if last.at]
    changed = await _changed(conn, repeated) if repeated else []
    known = {case.id: case for section in asked for case in section.cases}
    read = {case_id for ids in changed for case_id in ids[:MOST_READ]}
    if others := read - known.keys():
        known |= {case.id: case for case in await case_queries.with_ids(conn, sorted(others))}
    found = {(section.notice.id, section.key): last for section, last in before}
    for (section, at), ids in zip(repeated, changed, strict=True):
        last = found[section.notice.id, section.key]
        of_section = [known[case_id] for case_id in ids[:MOST_READ] if case_id in known]
        changes = sorted(_changes(of_section, at), key=lambda change: change.event.id)
        more = max(len(ids) - MOST_READ, 0)
        found[section.notice.id, section.key] = LastAlert(at, last.reminders, tuple(changes), more, last.letter_told)
    return found


def _changes(changed: Sequence[Case], since: datetime) -> list[Change]:
    return [change for case in changed for change in changes_since(case, since)]


async def _told(conn: AsyncConnection, asked: Sequence[AskedSection]) -> Mapping[tuple[int, int], _Told]:
    """By notice and case, for the sample of each section."""
    told: dict[tuple[int, int], _Told] = defaultdict(_Told)
    ids = {
        "notice_ids": sorted({section.notice.id for section in asked}),
        "case_ids": sorted({case.id for section in asked for case in section.sample}),
    }
    for row in await conn.execute(_BEFORE, ids):
        of_case = told[row.notice_id, row.case_id]
        if row.rung == NEWS:
            of_case.announced |= {row.about_id} if row.in_channel else set()
            continue
        if row.in_channel:
            of_case.at = max(filter(None, (of_case.at, row.at)))
        if row.is_mine and is_overdue_repeat(row.rung):
            of_case.reminders += row.times
    return told


def _last(section: AskedSection, told: Mapping[tuple[int, int], _Told]) -> LastAlert:
    of_cases = [(case, told.get((section.notice.id, case.id), _Told())) for case in section.sample]
    at = max((of_case.at for _, of_case in of_cases if of_case.at), default=None)
    announced = any(_is_announced(case, of_case.announced) for case, of_case in of_cases)
    # Without an announcement, the first alert of a letter says what it demands.
    return LastAlert(at, min(of_case.reminders for _, of_case in of_cases), (), 0, announced or at is not None)


def _is_announced(case: Case, announced: set[int]) -> bool:
    return any(event.id in announced and isinstance(event.detail, Sent) for event in case.events)


async def _changed(conn: AsyncConnection, repeated: Sequence[tuple[AskedSection, datetime]]) -> list[list[int]]:
    """For each section, the cases of its letter that changed after that moment, the last ones first, at most MOST_COUNTED."""
    values: dict[str, Any] = {}
    for number, (section, at) in enumerate(repeated):
        values |= {f"letter_{number}": section.key.letter_id, f"at_{number}": at}
    ids: list[list[int]] = [[] for _ in repeated]
    for row in await conn.execute(_changed_since(len(repeated)), values):
        ids[row.number].append(row.id)
    return ids


@lru_cache
def _changed_since(sections: int) -> CompoundSelect[Any]:
    return union_all(
        *(
            select(
                select(literal_column(str(number)).label("number"), cases.c.id)
                .where(cases.c.letter_id == bindparam(f"letter_{number}", type_=BigInteger))
                .where(cases.c.changed_at > bindparam(f"at_{number}", type_=cases.c.changed_at.type))
                .order_by(cases.c.changed_at.desc(), cases.c.id.desc())
                .limit(MOST_COUNTED)
                .with_hint(cases, by_index("ix_cases_changed"), "sqlite")
                .subquery()
            )
            for number in range(sections)
        )
    )
