"""The last check before notices are posted: what of each is still true, and the card that says it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import logs
from bot.clock import FAR_AHEAD
from bot.desk.aside import aside
from bot.record.case import Case
from bot.record.events import Sent
from bot.record.grouping import SectionKey
from bot.record.ladder import NEWS
from bot.record.news import ToldChange, news_of
from bot.record.notice_tokens import CaseAlert, ChangeAlert, PlaceAlert, token_of
from bot.record.place_facts import PlaceFact
from bot.record.recheck import NotPosted, why_no_alert, why_no_news
from bot.record.sections import LastAlert, sections_of
from bot.record.servers import Server
from bot.store import cases, notices, place_facts, revision_news, revisions, servers
from bot.store.database import stops_all
from bot.store.last_alerts import asked_sections, last_alerts
from bot.store.notices import Notice, NoticeLine
from bot.words.card import Card
from bot.words.news_card import news_card
from bot.words.notice import card_of
from bot.words.notice_log import not_posted_text
from bot.words.notice_parts import Head

log = logging.getLogger(__name__)

MANY_LINES = 300  # of the notices that are checked together; one that has more is read by itself (`read_long`)
READING_HOLDS = timedelta(seconds=30)  # days left, and what is due, change with time alone
UNREAD = "what it is about cannot be read"
Lines = Mapping[int, Sequence[NoticeLine]]


@dataclass(frozen=True)
class Verdict:
    """What is true of a notice now."""

    notice: Notice
    #: None if nothing of it is true any more, or it could not be checked.
    card: Card | None = None
    #: Of what the card says; that is in its buttons.
    token: str = ""
    #: (line, reason) of each line that is not true any more.
    dropped: Sequence[tuple[int, str]] = ()
    #: The same of each line whose case cannot be read.
    unread: Sequence[tuple[int, str]] = ()
    #: Nothing of it can be posted until what it depends on was repaired: why.
    set_aside: str = ""
    #: It could not be read or rendered; the log says why.
    failed: bool = False
    #: It is in neither of the server's channels any more.
    moved: bool = False
    #: It was not checked, since it has so many lines that others who write would have to wait for it.
    too_long: bool = False


@dataclass(frozen=True)
class Reading:
    """The verdict on a notice that was read by itself. While nothing is recorded, it holds for READING_HOLDS."""

    verdict: Verdict
    #: The ids of the newest event and the newest revision of all when it was read. Both are only ever appended.
    newest: tuple[int, int]
    #: None if the settings cannot be read.
    server: Server | None
    #: How often the notice was read.
    times: int
    read_at: datetime


@dataclass(frozen=True)
class _Record:
    """What is recorded about the notices that are checked together."""

    servers: Mapping[int, Server]
    cases: Mapping[int, Case] = field(default_factory=dict)
    facts: Mapping[int, PlaceFact] = field(default_factory=dict)
    #: By notice and letter, recipients of the letter that were recorded before those of the notice.
    recipients_before: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    #: By notice and section, what the channel was told before.
    last: Mapping[tuple[int, SectionKey], LastAlert] = field(default_factory=dict)
    #: By notice, the changes of letters and places that it announces.
    changes: Mapping[int, Sequence[ToldChange]] = field(default_factory=dict)


async def check(
    conn: AsyncConnection,
    waiting: Sequence[Notice],
    now: datetime,
    of_any_length: Collection[int] = (),
    keeping: Collection[int] = (),
) -> list[Verdict]:
    """What is true at `now`, for the first of these notices that have MANY_LINES together.

    Of a longer one, only that it is too long, unless it is among those `of_any_length`. `keeping`: the ids of those that keep
    the token that they have, whatever they say now.
    Reads only. The statements do not grow with the number of notices, unless one of them cannot be read: then each is checked
    by itself, so that it does not hold up the others.
    """
    lines = await _planned_lines(conn, waiting)
    together = _first_of(waiting, lines)
    is_long = len(lines[together[0].id]) > MANY_LINES
    if is_long and together[0].id not in of_any_length:
        return [Verdict(together[0], too_long=True)]
    try:
        return await _verdicts(together, lines, await _recorded(conn, together, lines), now, keeping)
    except Exception as failure:
        if stops_all(failure):  # of the whole database, not of a notice: the round is given up
            raise
        if len(together) == 1:
            with logs.about(notice=together[0].id):
                log.exception("notice %s could not be checked", together[0].id)
            return [Verdict(together[0], failed=True)]
        return [verdict for notice in together for verdict in await check(conn, [notice], now, of_any_length, keeping)]


async def read_long(conn: AsyncConnection, notice: Notice, now: datetime, times: int, keeps_token: bool) -> Reading:
    """Check a notice of any length, in a transaction that keeps nobody from writing."""
    # First, so that what is recorded while the rest is read makes it out of date.
    newest = await _newest(conn)
    lines = await _planned_lines(conn, [notice])
    record = await _recorded(conn, [notice], lines)
    [verdict] = await _verdicts([notice], lines, record, now, [notice.id] if keeps_token else [])
    return Reading(verdict, newest, record.servers.get(notice.server_id), times, now)


async def still_holding(conn: AsyncConnection, readings: Mapping[int, Reading], now: datetime) -> dict[int, Verdict]:
    """The verdicts of those of these readings that still hold, by notice."""
    if not readings:
        return {}
    newest = await _newest(conn)
    server_by_id = await servers.with_ids(conn, {reading.server.id for reading in readings.values() if reading.server})
    return {
        notice_id: reading.verdict
        for notice_id, reading in readings.items()
        if reading.newest == newest
        and reading.server is not None
        and server_by_id.get(reading.server.id) == reading.server
        and abs(now - reading.read_at) <= READING_HOLDS
    }


async def _newest(conn: AsyncConnection) -> tuple[int, int]:
    return await cases.newest_event_of_all(conn), await revisions.newest_of_all(conn)


async def _planned_lines(conn: AsyncConnection, waiting: Sequence[Notice]) -> Lines:
    of_all = await notices.lines_of(conn, [notice.id for notice in waiting])
    return {notice_id: [line for line in lines if line.state == "planned"] for notice_id, lines in of_all.items()}


def _first_of(waiting: Sequence[Notice], lines: Lines) -> Sequence[Notice]:
    """One that is long is alone."""
    total = 0
    for number, notice in enumerate(waiting):
        total += len(lines[notice.id])
        if total > MANY_LINES:
            return waiting[: number or 1]
    return waiting


async def _recorded(conn: AsyncConnection, together: Sequence[Notice], lines: Lines) -> _Record:
    server_by_id = await servers.with_ids(conn, {notice.server_id for notice in together})
    of_all = [line for notice in together for line in lines[notice.id]]
    case_ids = {line.case_id for line in of_all if line.case_id}
    known = {case.id: case for case in await cases.with_ids(conn, sorted(case_ids))}
    news = [notice for notice in together if notice.rung == NEWS]
    sent = await aside(len(known), lambda: [notice.id for notice in news if _has_new_recipients(lines[notice.id], known)])
    before = await cases.recipients_before(conn, sent) if sent else {}
    fact_ids = {line.about_id for line in of_all if line.case_id is None}
    facts = await place_facts.with_ids(conn, fact_ids) if fact_ids else {}
    asked = [each for notice in together if notice.rung != NEWS for each in asked_sections(notice, lines[notice.id], known)]
    last = await last_alerts(conn, asked) if asked else {}
    changes = await revision_news.of_notices(conn, [notice.id for notice in news]) if news else {}
    return _Record(server_by_id, known, facts, before, last, changes)


def _has_new_recipients(of_notice: Sequence[NoticeLine], known: Mapping[int, Case]) -> bool:
    about = {(line.case_id, line.about_id) for line in of_notice}
    of_cases = [known[line.case_id] for line in of_notice if line.case_id and line.case_id in known]
    return any((case.id, event.id) in about and isinstance(event.detail, Sent) for case in of_cases for event in case.events)


async def _verdicts(
    together: Sequence[Notice], lines: Lines, record: _Record, now: datetime, keeping: Collection[int]
) -> list[Verdict]:
    return await aside(len(record.cases) + len(record.facts), partial(_rendered, together, lines, record, now, keeping))


def _rendered(
    together: Sequence[Notice], lines: Lines, record: _Record, now: datetime, keeping: Collection[int]
) -> list[Verdict]:
    verdicts = []
    for notice in together:
        at = max(now, notice.due_at)  # a clock that was set back must not make it untrue
        with logs.about(notice=notice.id):
            try:
                verdicts.append(_verdict(notice, lines[notice.id], record, at, notice.id in keeping))
            except Exception:
                log.exception("notice %s could not be rendered", notice.id)
                verdicts.append(Verdict(notice, failed=True))
    return verdicts


def _verdict(notice: Notice, of_notice: Sequence[NoticeLine], record: _Record, now: datetime, keeps_token: bool) -> Verdict:
    server = record.servers.get(notice.server_id)
    if server is None:
        return Verdict(notice, set_aside="the server's settings cannot be read")
    dropped = []
    still: list[_Line] = []
    unread = []
    for line in of_notice:
        try:
            about = _about(line, record, now)
            reason = _why_untrue(line, about, server, now)
        except Exception:
            log.exception("alert %s of notice %s is left out: what it is about cannot be read", line.id, notice.id)
            unread.append((line.id, UNREAD))
            continue
        if reason is not None:
            dropped.append((line.id, not_posted_text(reason, about if isinstance(about, Case) else None, now)))
        else:
            still.append((line, about))
    changes = record.changes.get(notice.id, ())
    if not still and not changes:
        return Verdict(notice, dropped=dropped, unread=unread)

    def made(of_notice: Sequence[_Line]) -> _Made:
        alerts = [*(_alert(line, record) for line, _ in of_notice), *(ChangeAlert(told.revision) for told in changes)]
        token = notice.token if keeps_token else _token(notice, alerts)
        return _card(notice, token, of_notice, record, server, now), token

    shown, unshown = _made_of_most(made, still)
    unread += [(line.id, UNREAD) for line in unshown]
    card, token = shown or (None, "")
    return Verdict(notice, card, token, dropped, unread, moved=_is_moved(notice, server))


def _about(line: NoticeLine, record: _Record, now: datetime) -> Case | PlaceFact:
    """What a line is about; LookupError if that cannot be read."""
    return record.facts[line.about_id] if line.case_id is None else record.cases[line.case_id].with_all_known(now, FAR_AHEAD)


def _alert(line: NoticeLine, record: _Record) -> CaseAlert | PlaceAlert:
    if line.case_id is None:
        return PlaceAlert(record.facts[line.about_id])
    return CaseAlert(record.cases[line.case_id], line.about_id, line.rung, line.occurrence)


def _card(notice: Notice, token: str, of_notice: Sequence[_Line], record: _Record, server: Server, now: datetime) -> Card:
    of_cases = [(line, about) for line, about in of_notice if isinstance(about, Case)]
    head = Head(token, server.zone, notice.due_at, server.escalation_role_id)
    if notice.rung == NEWS:
        facts = (about for _, about in of_notice if isinstance(about, PlaceFact))
        lines = ((case, line.about_id) for line, case in of_cases)
        before, changes = record.recipients_before.get(notice.id), record.changes.get(notice.id, ())
        return news_card(head, news_of(lines, facts, before, changes), now)
    last = {key: last for (notice_id, key), last in record.last.items() if notice_id == notice.id}
    alerts = (CaseAlert(case, line.about_id, line.rung, line.occurrence) for line, case in of_cases)
    return card_of(head, sections_of(alerts, last, server.ladder_of), now)


_Line = tuple[NoticeLine, Case | PlaceFact]  # with what it is about
_Made = tuple[Card, str]  # a card and its token


def _made_of_most(made: Callable[[Sequence[_Line]], _Made], still: Sequence[_Line]) -> tuple[_Made | None, list[NoticeLine]]:
    """What is made of these lines; if nothing can be, of those of which it can alone, and the others."""
    try:
        return made(still), []
    except Exception:
        unshown = [line for line, about in still if not _is_shown(made, line, about)]
        if len(unshown) in (0, len(still)):  # it is none of the cases
            raise
        log.exception("alerts are left out, since no card can be made of their cases: %s", [line.id for line in unshown])
        rest = [(line, about) for line, about in still if line not in unshown]
        return made(rest), unshown


def _is_shown(made: Callable[[Sequence[_Line]], _Made], line: NoticeLine, about: Case | PlaceFact) -> bool:
    try:
        made([(line, about)])
    except Exception:
        return False
    return True


def _token(notice: Notice, alerts: Iterable[CaseAlert | PlaceAlert | ChangeAlert]) -> str:
    return token_of(notice.server_id, notice.channel_id, alerts)


def _is_moved(notice: Notice, server: Server) -> bool:
    if notice.own_channel:
        return False
    return server.channel_id is not None and notice.channel_id not in (server.channel_id, server.fallback_channel_id)


def _why_untrue(line: NoticeLine, about: Case | PlaceFact, server: Server, now: datetime) -> NotPosted | None:
    if isinstance(about, PlaceFact):
        return None if about.in_force else NotPosted.EVENT_TAKEN_BACK
    if line.rung == NEWS:
        return why_no_news(about, line.about_id)
    # It was due when it was planned, and a later change of the settings does not undo that.
    planned = (about.id, line.about_id, line.rung, line.occurrence)
    return why_no_alert(about, planned, server.ladder_of(about.letter), server.posting.unlimited, now)
