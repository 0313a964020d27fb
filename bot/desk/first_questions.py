"""When letters are asked about whether to go on watching them: once each, as soon as that is due of any of its cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.desk.index_faults import is_usable, or_replayed
from bot.desk.schedule_index import IndexedSchedule
from bot.desk.session import Session
from bot.record.case import Case
from bot.record.plan import ahead, asked_first, is_question, next_due
from bot.store import cases as case_store


@or_replayed
async def first_questions(session: Session, known: Iterable[Case]) -> dict[int, datetime]:
    """By letter, for those of which the next alert of one of these cases would be the question."""
    server, now = session.server, session.now
    asked: dict[int, datetime] = {}
    for case in known:
        due = next_due(case, server.ladder_of(case.letter), server.posting, now)
        if case.letter.id in asked or due is None or not is_question(due):
            continue
        if await is_usable(session):
            first = await IndexedSchedule(session, due.at, (), {}).first_question(case.letter, due.at)
        else:
            of_letter = await case_store.of_letter(session.conn, server.id, case.letter.id)
            first = asked_first(ahead(of_letter, server.ladder_of, server.posting, now, due.at)).get(case.letter.id)
        asked[case.letter.id] = min(first or due.at, due.at)
    return asked
