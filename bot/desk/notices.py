"""What people ask about a notice that was posted: its cases, what it reported about each, its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.session import Session
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.store import cases, notices
from bot.words import errors


@dataclass(frozen=True)
class NoticeContent:
    """What a notice reported."""

    #: By number.
    cases: tuple[Case, ...]
    #: The ids of the events that it is about: the deadlines it counts to, or the news it announces.
    about: frozenset[int]

    @property
    def events(self) -> list[Event]:
        return [event for case in self.cases for event in case.events if event.id in self.about]


@dataclass(frozen=True)
class NoticeList:
    """The whole list of a notice, without the alerts that are no longer true."""

    token: str
    letter: Letter
    rung: str
    due_at: datetime
    #: Each case with the id of the event that its alert is about.
    lines: tuple[tuple[Case, int], ...]
    #: How many recipients of the letter were recorded before these.
    recipients_before: int


async def notice_content(session: Session, token: str) -> NoticeContent:
    """The notice with that token; CaseError if this server has none."""
    notice = await _notice(session, token)
    lines = await notices.lines(session.conn, notice.id)
    known = await cases.with_ids(session.conn, {line.case_id for line in lines})
    return NoticeContent(tuple(sorted(known, key=lambda case: case.number)), frozenset(line.about_id for line in lines))


async def notice_list(session: Session, token: str) -> NoticeList:
    """The list of the notice with that token; CaseError if this server has none or nothing of it is left."""
    notice = await _notice(session, token)
    lines = await notices.lines(session.conn, notice.id)
    known = {case.id: case for case in await cases.with_ids(session.conn, {line.case_id for line in lines})}
    planned = [(known[line.case_id], line.about_id) for line in lines if line.state == "planned"]
    if not planned:
        raise CaseError(errors.CHANGED)
    before = await cases.recipients_before(session.conn, notice.letter_id, known.values())
    return NoticeList(notice.token, planned[0][0].letter, notice.rung, notice.due_at, tuple(planned), before)


async def _notice(session: Session, token: str) -> notices.Notice:
    notice = await notices.with_token(session.conn, session.server.id, token)
    if notice is None:
        raise CaseError(errors.STALE)
    return notice
