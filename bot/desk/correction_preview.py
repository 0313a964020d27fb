"""What a correction would change: how its cases would stand, which alerts would be due, what the channel was told."""

from __future__ import annotations

from collections.abc import Iterable

from bot.desk.corrections import PlannedCorrection, RecordedCorrection, when_told
from bot.desk.session import Session
from bot.record.case import Case
from bot.record.corrections import with_recorded
from bot.record.new_events import NewEvent
from bot.record.plan import next_due, plan
from bot.record.recheck import Told
from bot.store.told import ToldEvent, is_planned
from bot.words.corrections import Announced, CaseChange, CorrectionPreview


async def preview(session: Session, planned: PlannedCorrection) -> CorrectionPreview:
    """What `planned` would change."""
    of_case = [row.event for row in planned.rows if row.case_id == planned.case.id]
    changes = [await change_of(session, planned.case, of_case)]
    if planned.target:
        of_target = [row.event for row in planned.rows if row.case_id == planned.target.id]
        changes.append(await change_of(session, planned.target, of_target))
    told = when_told(planned.case.events, planned.event, planned.told)
    return CorrectionPreview(
        changes=tuple(changes),
        event=planned.event,
        new=with_recorded(planned.case, [planned.new], session.now).events[-1] if planned.new else None,
        along=planned.along,
        reason=planned.request.reason,
        told=announced(told),
        is_news=bool(planned.news) and session.server.announce and session.server.channel_id is not None,
        zone=session.server.zone,
        is_moved=planned.target is not None,
    )


async def change_of(session: Session, case: Case, new_events: Iterable[NewEvent]) -> CaseChange:
    """How a case stands, and how it would if these were recorded now."""
    server, now = session.server, session.now
    after = with_recorded(case, new_events, now)
    ladder = server.ladder_of(case.letter)
    if server.channel_id is None:
        return CaseChange(case, case.at(now), after.at(now), lacks_channel=True)
    due = plan(after, ladder, server.posting, now).due
    is_new = due is not None and not await is_planned(session.conn, due)
    following = next_due(after, ladder, server.posting, now)
    return CaseChange(case, case.at(now), after.at(now), due.due if due and is_new else None, following)


def announced(told: ToldEvent | None) -> Announced | None:
    """What the channel was told, if it was or will be."""
    return Announced(told.at, told.told is Told.POSTED) if told and told.told is not Told.DROPPED else None


def changes_of(session: Session, recorded: RecordedCorrection) -> list[CaseChange]:
    """The same of what was recorded."""
    pairs = [(recorded.planned.case, recorded.case)]
    if recorded.planned.target and recorded.target:
        pairs.append((recorded.planned.target, recorded.target))
    return [CaseChange(after, before.at(session.now), after.at(session.now)) for before, after in pairs]
