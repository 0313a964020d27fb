"""Gives notices the tokens of what they are about to say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, String, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.notices import Notice, random_token
from bot.store.tables import notices

_TOKEN = bindparam("new_token", type_=String)
_OTHER = notices.alias("other")
_IS_TAKEN = select(_OTHER.c.id).where(_OTHER.c.token == _TOKEN).exists()
_GIVE = update(notices).where(notices.c.id == bindparam("of_id", type_=BigInteger), ~_IS_TAKEN).values(token=_TOKEN)
#: What was superseded before it was posted needs its token no longer: the same alerts were planned anew.
_GIVE_UP = (
    update(notices)
    .where(notices.c.token == _TOKEN, notices.c.state == "superseded")
    .values(token=bindparam("other_token", type_=String))
)


async def give(conn: AsyncConnection, renamed: Sequence[Notice]) -> list[Notice]:
    """Write the tokens of these notices, which are new: those that have to keep the one that they had.

    It is unique. Another notice can have it only if the same alerts were planned twice. One of these that was dropped gives it
    up; one that was sent keeps it, and then this one is another message all the same.
    """
    if not renamed:
        return []
    rows = [{"of_id": notice.id, "new_token": notice.token} for notice in renamed]
    if (await conn.execute(_GIVE, rows)).rowcount == len(rows):
        return []
    left = []
    for notice in renamed:
        row = {"of_id": notice.id, "new_token": notice.token, "other_token": random_token()}
        of_this = select(notices.c.token).where(notices.c.id == notice.id)
        if (await conn.execute(of_this)).scalar_one() != notice.token:
            await conn.execute(_GIVE_UP, row)
            if not (await conn.execute(_GIVE, row)).rowcount:
                left.append(notice)
    return left
