"""Deciding what to record in a transaction that reads, so that the one that writes, and that all others wait for, is short."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TypeVar

from bot.desk.collecting import no_full_collections
from bot.desk.session import Session, WriteSession
from bot.record.servers import Server
from bot.store import marks

DecisionT = TypeVar("DecisionT")
ResultT = TypeVar("ResultT")
TRIES = 3


async def decide_and_record(
    reading: Callable[[], AbstractAsyncContextManager[Session]],
    writing: Callable[[], AbstractAsyncContextManager[WriteSession]],
    decide: Callable[[Session], Awaitable[DecisionT]],
    record: Callable[[WriteSession, DecisionT], Awaitable[ResultT]],
) -> ResultT:
    """What `record` returns. Both transactions are for the same server.

    1. Decide in a transaction that reads.
    2. If nothing was recorded on the server since, and its settings are the same, record in a transaction that writes.
    3. Else decide again. If others go on recording, the last time within the transaction that writes.
    """
    with no_full_collections():
        for _ in range(TRIES):
            async with reading() as session:
                before, server = await marks.mark(session.conn, session.server.id), session.server
                decision = await decide(session)
            async with writing() as write_session:
                if await _is_as_it_was(write_session, server, before):
                    return await record(write_session, decision)
        async with writing() as write_session:
            return await record(write_session, await decide(write_session))


async def _is_as_it_was(session: WriteSession, server: Server, before: marks.Mark) -> bool:
    """Whether nothing was recorded since, and no setting changed but the server's name."""
    if replace(session.server, name=server.name) != server:
        return False
    return not await marks.changed_since(session.conn, server.id, before)
