"""Moving the deadlines of a list, as its button does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from bot.desk.deciding import decide_and_record
from bot.desk.recount_moves import MovedDeadlines, MovesDecision, decide_moves, record_moves
from bot.desk.recounts import RecountList, listed_moves
from bot.desk.session import Session, WriteSession
from bot.record.moves import fingerprint
from tests.desk.people import People

Writing = Callable[[], AbstractAsyncContextManager[WriteSession]]


async def digest_of(people: People, shown: RecountList) -> str:
    """The fingerprint of what a list shows."""
    async with people.reading() as session:
        return fingerprint((await listed_moves(session, shown)).moves.moved)


async def move_listed(people: People, shown: RecountList, digest: str, writing: Writing | None = None) -> MovedDeadlines:
    """By Alice, if not by somebody else."""

    async def decide(session: Session) -> MovesDecision:
        return await decide_moves(session, shown, digest)

    return await decide_and_record(people.reading, writing or people.alice, decide, record_moves)
