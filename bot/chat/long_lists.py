"""Lists that may be very long, by pages: commands ask for the first, buttons for the one behind a row or before it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.chat.alert_lines import alert_line, alert_notes
from bot.chat.custom_ids import answer_of, number_in
from bot.desk.alert_list import AlertFilter, AlertState, alert_page
from bot.desk.deadline_list import DeadlineFilter, deadline_page
from bot.desk.left_out import left_out
from bot.desk.letter_list import letter_page
from bot.desk.pages import FIRST, LAST, Edge, Page, code, edge_of
from bot.desk.schedule_list import schedule_page
from bot.desk.session import Session
from bot.desk.silence_list import silence_page
from bot.record.case import Status
from bot.record.errors import CaseError
from bot.record.place_names import STATES
from bot.words import alerts, errors, letters, lists, silences
from bot.words.card import Card
from bot.words.left_out import with_left_out
from bot.words.paging import Query, Turning, fitted, with_turning
from bot.words.silences import SilenceRow

#: Pages that are turned one by one; the ends of a list with more of them can be gone to at once.
LONG = 2
#: That may be asked for.
MOST_DAYS, MOST_DAYS_AHEAD = 3650, 365
LongList = Callable[..., Awaitable[Card]]


async def render_at(session: Session, query: Query, edge: str) -> Card:
    """The page of a long list at that edge; CaseError if there is no such list, or no such edge."""
    if query.view not in LONG_LISTS:
        raise CaseError(errors.CHANGED)
    return await answer_of(LONG_LISTS[query.view], (session, edge_of(edge)), query.args)


def deadlines_query(wanted: DeadlineFilter) -> Query:
    """A status by its name, since its words are too long beside an edge."""
    days = "" if wanted.within_days is None else str(wanted.within_days)
    return Query("deadlines", (days, wanted.status.name if wanted.status else "", wanted.state, str(wanted.letter_id or "")))


async def _deadlines(session: Session, edge: Edge, within: str, status_value: str, state: str, letter_id: str) -> Card:
    status = _status(status_value) if status_value else None
    if not state.isascii():
        raise CaseError(errors.CHANGED)
    days = number_in(within, MOST_DAYS) if within else None
    wanted = DeadlineFilter(days, status, state, number_in(letter_id) if letter_id else None)
    listed = await deadline_page(session, wanted, edge)
    asked = lists.asked_for(wanted.within_days, status, STATES.get(state, state), listed.letter)
    overdue = None if status is Status.OVERDUE else listed.counts.overdue
    totals = lists.ListTotals(listed.counts.cases, overdue, listed.of_heading, of_open=status is None)

    def cards(most: int) -> list[Card]:
        rows = listed.page.fitted(most).rows
        return lists.deadline_cards([(row.case, row.case_state) for row in rows], asked, totals)

    most, card = fitted(len(listed.page.rows), cards)
    card = with_left_out(card, left_out(session))
    return with_turning(card, _turning(deadlines_query(wanted), listed.page.fitted(most), "Cases", lambda row: row.edge_key))


async def _letters(session: Session, edge: Edge) -> Card:
    page = await letter_page(session, edge)

    def cards(most: int) -> list[Card]:
        rows = page.fitted(most).rows
        return letters.letters_cards([(row.letter, row.recipients) for row in rows], page.total, session.now)

    most, card = fitted(len(page.rows), cards)
    card = with_left_out(card, left_out(session))
    return with_turning(card, _turning(Query("letters"), page.fitted(most), "Letters", lambda row: row.edge_key))


async def _schedule(session: Session, edge: Edge, days: str) -> Card:
    """How many notices there are is not counted: only the alerts of the page are."""
    ahead = number_in(days, MOST_DAYS_AHEAD)
    page = await schedule_page(session, ahead, edge)
    server = session.server

    def cards(most: int) -> list[Card]:
        shown = page.fitted(most)
        notices = [notice for row in shown.rows for notice in row.notices]
        is_whole = shown.is_first and shown.is_last
        return lists.schedule_cards(notices, ahead, server.zone, server.channel_id, is_whole)

    most, card = fitted(len(page.rows), cards)
    turning = _turning(Query("schedule", (days,)), page.fitted(most), "", lambda row: row.edge_key)
    return with_turning(with_left_out(card, left_out(session)), turning)


def alerts_query(wanted: AlertFilter) -> Query:
    return Query("alerts", (wanted.state.value if wanted.state else "", str(wanted.letter_id or "")))


async def _alerts(session: Session, edge: Edge, state: str, letter_id: str) -> Card:
    if state and state not in set(AlertState):
        raise CaseError(errors.CHANGED)
    wanted = AlertFilter(AlertState(state) if state else None, number_in(letter_id) if letter_id else None)
    listed = await alert_page(session, wanted, edge)
    asked = alerts.asked_for(wanted.state, listed.letter.title if listed.letter else None)
    notes = alert_notes(listed)

    def cards(most: int) -> list[Card]:
        lines = [alert_line(row, session.server.id) for row in listed.page.fitted(most).rows]
        return alerts.alert_cards(lines, asked, notes, session.server.zone)

    most, card = fitted(len(listed.page.rows), cards)
    return with_turning(card, _turning(alerts_query(wanted), listed.page.fitted(most), "", lambda row: row.edge_key))


async def _silences(session: Session, edge: Edge) -> Card:
    page = await silence_page(session, edge)

    def cards(most: int) -> list[Card]:
        rows = [
            SilenceRow(row.letter, row.key.until, row.event, row.count, row.cases, ":".join(("lift", *row.edge_key)))
            for row in page.fitted(most).rows
        ]
        return silences.silences_cards(rows, page.total, session.server.zone)

    most, card = fitted(len(page.rows), cards)
    card = with_left_out(card, left_out(session))
    return with_turning(card, _turning(Query("silences"), page.fitted(most), "Silences", lambda row: row.edge_key))


def _status(text: str) -> Status:
    """By its name, or by its words, as buttons of older versions have it."""
    by_words = {status.value: status for status in Status}
    if status := Status.__members__.get(text) or by_words.get(text):
        return status
    raise CaseError(errors.CHANGED)


def _turning(query: Query, page: Page[Any], rows: str, key_of: Callable[[Any], tuple[str, ...]]) -> Turning:
    def to(edge: Edge) -> str:
        return query.turn(code(edge))

    shown, before = len(page.rows), page.before
    back, more = ("", "")
    if shown and not page.is_first:
        back = to(Edge(key_of(page.rows[0]), True, before))
    if shown and not page.is_last:
        more = to(Edge(key_of(page.rows[-1]), False, before + shown))
    is_long = not rows or page.total > LONG * page.most
    return Turning(before, shown, page.total, rows, is_long, to(FIRST) if back else "", back, more, to(LAST) if more else "")


#: By their names in custom_ids, which must stay: messages that were posted long ago have them.
LONG_LISTS: dict[str, LongList] = {
    "deadlines": _deadlines,
    "letters": _letters,
    "schedule": _schedule,
    "alerts": _alerts,
    "silences": _silences,
}
#: Those of the desk alone.
OF_DESK = frozenset({"alerts"})
