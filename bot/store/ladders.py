"""The ladders of letters; that of a server is one of its settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Letter
from bot.record.ladder import Ladder, Rung, standing
from bot.record.servers import Server
from bot.store import codec
from bot.store.case_rows import LETTER, letter_of
from bot.store.looks import by_then
from bot.store.tables import cases, letters
from bot.store.unreadable import readable

_ASKED = (
    update(letters)
    .where(letters.c.id == bindparam("letter", type_=BigInteger), letters.c.asked_at.is_(None))
    .values(asked_at=bindparam("moment", type_=letters.c.asked_at.type))
)


def stored(ladder: Ladder) -> Any:
    """A ladder as it is kept."""
    return codec.dump(codec.LADDER, ladder)


def following(since: Mapping[str, datetime], before: Ladder) -> Any:
    """As it is kept that a letter has the server's ladder: which rungs hold only from a later moment on, and those it had."""
    if not since and not before:
        return None
    return {"since": {name: moment.isoformat() for name, moment in since.items()}, "before": stored(before)}


def stored_of(letter: Letter) -> Any:
    if letter.ladder is not None:
        return stored(letter.ladder)
    return following(dict(letter.rungs_since), letter.rungs_before)


async def change(conn: AsyncConnection, letter: Letter, ladder: Any, now: datetime) -> None:
    """Give a letter a ladder (`stored`), and have its cases looked at again."""
    await conn.execute(update(letters).where(letters.c.id == letter.id).values(ladder=ladder))
    again = update(cases).where(cases.c.letter_id == letter.id)
    await conn.execute(again.values(look_at=by_then(literal(now, cases.c.look_at.type))))


async def asked(conn: AsyncConnection, asked_at: Mapping[int, datetime]) -> None:
    """The desk is about to be asked whether to go on watching these letters: by letter, when that was due. Each is asked about
    once.
    """
    await conn.execute(_ASKED, [{"letter": letter_id, "moment": moment} for letter_id, moment in asked_at.items()])


_OWN = select(letters.c.server_id, *LETTER).where(
    letters.c.ladder.is_not(None), letters.c.server_id.in_(bindparam("ids", type_=BigInteger, expanding=True))
)


async def letters_with_own(conn: AsyncConnection, server_ids: Collection[int]) -> dict[int, list[Letter]]:
    """By server, the letters that have a ladder of their own, or had one; without those that cannot be read."""
    by_server: dict[int, list[Letter]] = {server_id: [] for server_id in server_ids}
    rows = await conn.execute(_OWN, {"ids": list(server_ids)})
    found = readable(rows, lambda server_id, *row: (server_id, letter_of(*row)), lambda row, error: None)
    for server_id, letter in found:
        by_server[server_id].append(letter)
    return by_server


async def own_rungs(conn: AsyncConnection, known: Collection[Server]) -> dict[int, list[Rung]]:
    """By server, the rungs of all its ladders that have a channel or a role of their own."""
    of_letters = await letters_with_own(conn, [server.id for server in known])
    rungs: dict[int, list[Rung]] = {}
    for server in known:
        of_server = {server.ladder, *(letter.ladder for letter in of_letters[server.id] if letter.ladder)}
        on_them = (rung for ladder in of_server for rung in standing(ladder))
        rungs[server.id] = [rung for rung in on_them if rung.channel_id is not None or rung.role_id is not None]
    return rungs
