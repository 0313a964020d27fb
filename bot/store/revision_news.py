"""The changes of letters and places that notices announce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.news import ToldChange
from bot.record.revisions import Revision, Subject
from bot.store import cases, revisions
from bot.store.case_rows import PLACE, places_in
from bot.store.tables import jurisdictions, notice_revisions

_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_LINES = (
    select(notice_revisions.c.notice_id, notice_revisions.c.revision_id)
    .where(notice_revisions.c.notice_id.in_(_IDS), notice_revisions.c.state == "planned")
    .order_by(notice_revisions.c.id)
)
_PLACES = select(*PLACE).where(jurisdictions.c.id.in_(_IDS))


async def of_notices(conn: AsyncConnection, notice_ids: Collection[int]) -> dict[int, list[ToldChange]]:
    """By notice, what it says of changes, without those that were undone since; in the order in which they were recorded."""
    lines = [(row.notice_id, row.revision_id) for row in await conn.execute(_LINES, {"ids": list(notice_ids)})]
    if not lines:
        return {}
    known = await revisions.with_ids(conn, {revision_id for _, revision_id in lines})
    names = await _names(conn, known)
    told: dict[int, list[ToldChange]] = defaultdict(list)
    for notice_id, revision_id in lines:
        revision = known.get(revision_id)
        if revision is not None and revision.undone_at is None and revision_id in names:
            told[notice_id].append(ToldChange(revision, names[revision_id]))
    return told


async def _names(conn: AsyncConnection, known: Mapping[int, Revision]) -> dict[int, str]:
    """By revision, what the letter or the place is called now."""
    of_letters = {each.subject_id for each in known.values() if each.subject is Subject.LETTER}
    of_places = {each.subject_id for each in known.values() if each.subject in (Subject.PLACE, Subject.MERGE)}
    letters = await cases.letters_by_id(conn, of_letters)
    places = {place.id: place for place in places_in(conn, None, await conn.execute(_PLACES, {"ids": sorted(of_places)}))}
    names: dict[int, str] = {}
    for each in known.values():
        if each.subject is Subject.LETTER and each.subject_id in letters:
            names[each.id] = letters[each.subject_id].title
        elif each.subject_id in places:
            names[each.id] = places[each.subject_id].full_label
    return names
