"""What people ask about a notice that was posted: its cases, what it reported about each, its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.session import Session
from bot.record.case import Case
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.record.ladder import NEWS
from bot.record.news import News, ToldChange, news_of
from bot.record.notice_tokens import CaseAlert
from bot.record.place_facts import PlaceFact
from bot.record.sections import Section, sections_of
from bot.store import cases, notices, place_facts, revision_news, silence_pages
from bot.store.last_alerts import asked_sections, last_alerts
from bot.words import errors


@dataclass(frozen=True)
class NoticeContent:
    """What a notice reported."""

    #: By number.
    cases: tuple[Case, ...]
    #: The ids of the events that it is about: the deadlines it counts to, or the news it announces.
    about: frozenset[int]
    #: News of places apart from any letter.
    place_facts: tuple[PlaceFact, ...] = ()
    #: News of letters and places that were changed.
    changes: tuple[ToldChange, ...] = ()

    @property
    def events(self) -> list[Event]:
        of_cases = [event for case in self.cases for event in case.events if event.id in self.about]
        return [*of_cases, *(fact.event for fact in self.place_facts)]


@dataclass(frozen=True)
class PostedNotice:
    """A message of alerts that was posted."""

    token: str
    channel_id: int
    message_id: int


@dataclass(frozen=True)
class NoticeList:
    """The whole list of a notice of alerts, without those that are no longer true."""

    token: str
    due_at: datetime
    #: None if it is not known.
    sent_at: datetime | None
    #: The most urgent first.
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class NewsList:
    """All that a notice of news tells, without what is no longer true."""

    token: str
    due_at: datetime
    #: None if it is not known.
    sent_at: datetime | None
    news: News


async def notice_content(session: Session, token: str) -> NoticeContent:
    """The notice with that token; CaseError if this server has none."""
    notice = await _notice(session, token)
    lines = await notices.lines(session.conn, notice.id)
    about = frozenset(line.about_id for line in lines)
    facts = await place_facts.with_ids(session.conn, {line.about_id for line in lines if line.case_id is None})
    known = await cases.with_ids(session.conn, {line.case_id for line in lines if line.case_id})
    changes = (await revision_news.of_notices(session.conn, [notice.id])).get(notice.id, [])
    return NoticeContent(tuple(sorted(known, key=lambda case: case.number)), about, tuple(facts.values()), tuple(changes))


async def case_count(session: Session, token: str) -> int:
    """How many cases the notice with that token is about; CaseError if this server has none."""
    notice = await _notice(session, token)
    return len({line.case_id for line in await notices.lines(session.conn, notice.id) if line.case_id})


async def notice_list(session: Session, token: str) -> NoticeList | NewsList:
    """The list of the notice with that token; CaseError if this server has none or nothing of it is left."""
    notice = await _notice(session, token)
    lines = [line for line in await notices.lines(session.conn, notice.id) if line.state == "planned"]
    facts = await place_facts.with_ids(session.conn, {line.about_id for line in lines if line.case_id is None})
    known = {case.id: case for case in await cases.with_ids(session.conn, {line.case_id for line in lines if line.case_id})}
    planned = [(known[line.case_id], line) for line in lines if line.case_id in known]
    changes = (await revision_news.of_notices(session.conn, [notice.id])).get(notice.id, [])
    if not (planned or facts or changes):
        raise CaseError(errors.CHANGED)
    sent_at = await notices.sent_at(session.conn, notice.id)
    if notice.rung == NEWS:
        before = (await cases.recipients_before(session.conn, [notice.id]))[notice.id]
        told = news_of(((case, line.about_id) for case, line in planned), facts.values(), before, changes)
        return NewsList(notice.token, notice.due_at, sent_at, told)
    before_it = await last_alerts(session.conn, asked_sections(notice, lines, known))
    last = {key: told for (_, key), told in before_it.items()}
    of_cases = (CaseAlert(case, line.about_id, line.rung, line.occurrence) for case, line in planned)
    return NoticeList(notice.token, notice.due_at, sent_at, sections_of(of_cases, last, session.server.ladder_of))


async def newest_notices(session: Session, case_ids: Sequence[int], most: int) -> list[PostedNotice]:
    """The messages on which these cases had their newest alert, the newest messages first."""
    return [PostedNotice(*row) for row in await silence_pages.newest_notices(session.conn, case_ids, most)]


async def _notice(session: Session, token: str) -> notices.Notice:
    notice = await notices.with_token(session.conn, session.server.id, token)
    if notice is None:
        raise CaseError(errors.STALE)
    return notice
