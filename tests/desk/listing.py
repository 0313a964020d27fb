"""Walks through a long list, page by page, beside an oracle that replays every case of the server."""

from __future__ import annotations

from datetime import datetime

from bot.desk.deadline_list import DeadlineFilter, DeadlinePage, ListedCase, deadline_page
from bot.desk.pages import FIRST, LAST, Edge
from bot.desk.session import reading
from bot.record.case import Case, CaseState
from bot.store.database import Database
from tests.recording import SERVER, Desk


def after(row: ListedCase, position: int = 0) -> Edge:
    return Edge(row.edge_key, False, position)


def before(row: ListedCase, position: int = 0) -> Edge:
    return Edge(row.edge_key, True, position)


async def page_at(db: Database, now: datetime, wanted: DeadlineFilter, edge: Edge, most: int) -> DeadlinePage:
    async with reading(db, SERVER, now) as session:
        return await deadline_page(session, wanted, edge, most)


async def walk(db: Database, now: datetime, wanted: DeadlineFilter, most: int, backwards: bool = False) -> list[DeadlinePage]:
    """Every page, from the first on, or from the last back."""
    pages = [await page_at(db, now, wanted, LAST if backwards else FIRST, most)]
    while not (pages[-1].page.is_first if backwards else pages[-1].page.is_last):
        page = pages[-1].page
        edge = before(page.rows[0], page.before) if backwards else after(page.rows[-1], page.before + len(page.rows))
        pages.append(await page_at(db, now, wanted, edge, most))
    return pages


def sorted_by_deadline(recorded: list[tuple[Case, CaseState]]) -> list[tuple[object, ...]]:
    """What the list has to keep in order: day, time of day (the end of the day last) and letter; those without a day last."""
    keys: list[tuple[object, ...]] = []
    for case, case_state in recorded:
        deadline = case_state.deadline
        day = deadline.date.isoformat() if deadline else "9999"
        time_of_day = f"{deadline.time or 'end'}" if deadline else ""
        keys.append((day, time_of_day, case.letter.id))
    return keys


async def walks_agree(db: Database, now: datetime, wanted: DeadlineFilter, most: int = 3) -> None:
    """Both ways, each case that the filter accepts comes once, by deadline, and is counted."""
    recorded = [(case, case.at(now)) for case in await Desk(db).cases()]
    accepted = [pair for pair in recorded if wanted.accepts(*pair)]
    overdue = sum(case_state.overdue for _, case_state in accepted)
    for backwards in (False, True):
        pages = await walk(db, now, wanted, most, backwards)
        pages = pages[::-1] if backwards else pages
        rows = [(row.case, row.case_state) for shown in pages for row in shown.page.rows]
        assert sorted(case.number for case, _ in rows) == [case.number for case, _ in accepted], wanted
        keys = sorted_by_deadline(rows)
        assert keys == sorted(keys), wanted
        shown_before = 0
        for shown in pages:
            assert (shown.counts.cases, shown.counts.overdue) == (len(accepted), overdue), wanted
            assert all(shown.of_heading[row.heading] == keys.count(key_of(row)) for row in shown.page.rows)
            assert shown.page.before == shown_before
            shown_before += len(shown.page.rows)


def key_of(row: ListedCase) -> tuple[object, ...]:
    return sorted_by_deadline([(row.case, row.case_state)])[0]
