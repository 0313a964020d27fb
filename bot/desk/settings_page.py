"""What /settings show shows beside the settings: what keeps alerts from being posted, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.desk.schedule_list import schedule_page
from bot.desk.session import Session
from bot.desk.silence_list import silence_page
from bot.record.ladder import Rung
from bot.record.plan import NoticeAhead
from bot.record.problems import Problem
from bot.record.revisions import Revision, Subject
from bot.store import alert_pages, ladders, letter_pages, problems, redirects, revisions

#: Days ahead in which the next alert is looked for.
AHEAD = 90


@dataclass(frozen=True)
class Overview:
    """What is to be known of a server beside its settings."""

    #: (channel id, reason) of each notice that Discord refuses until somebody corrects something.
    refused: tuple[tuple[int, str], ...]
    #: What was found to be broken.
    problems: tuple[Problem, ...]
    #: How many notices are still to be sent, without those.
    waiting: int
    #: Whether any letter is recorded.
    has_letters: bool
    #: What is posted next if nothing changes, within `AHEAD` days; what is due at one moment.
    coming: tuple[NoticeAhead, ...]
    #: How many silences hold.
    silences: int
    #: The day on which the first of them ends by itself; None if none does.
    next_end: date | None
    #: Rungs that have a channel or a role of their own.
    own_rungs: tuple[Rung, ...]
    #: The newest change of the settings that holds.
    last_change: Revision | None


async def overview(session: Session) -> Overview:
    conn, server_id = session.conn, session.server.id
    broken = await problems.open_of(conn, [server_id])
    changes = await revisions.of_subjects(conn, server_id, Subject.SETTINGS, Subject.LADDER)
    silences = await silence_page(session, most=1)
    next_end = silences.rows[0].key.until if silences.rows else None
    rows = (await schedule_page(session, AHEAD)).rows
    coming = [notice for row in rows for notice in row.notices if row.key.at == rows[0].key.at]
    return Overview(
        refused=tuple(await redirects.refused(conn, server_id)),
        problems=tuple(reported.problem for reported in broken),
        waiting=(await alert_pages.counts(conn, server_id)).waiting,
        has_letters=await letter_pages.count(conn, server_id) > 0,
        coming=tuple(coming),
        silences=silences.total,
        next_end=next_end if next_end and next_end != date.max else None,
        own_rungs=tuple((await ladders.own_rungs(conn, [session.server]))[server_id]),
        last_change=next((change for change in changes if change.undone_at is None), None),
    )
