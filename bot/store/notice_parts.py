"""Opens the notices that alerts and news are put on: a new part where the one before may have been posted, or is full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.grouping import MOST_SECTIONS, NoticeKey, SectionKey, section_key, urgency
from bot.record.notice_tokens import CaseAlert, token_of
from bot.record.plan import Alert
from bot.store.database import batches
from bot.store.notices import random_token
from bot.store.tables import UtcDateTime, notice_sections, notices, restores

#: Of each key, the id of the notice on which each section stands.
PartIds = Mapping[NoticeKey, Mapping[SectionKey, int]]
_FELL_DUE = bindparam("fell_due", type_=UtcDateTime)
_NEW_NOTICE = insert(notices).values(restored=select(restores.c.id).where(restores.c.restored_at >= _FELL_DUE).exists())
_NEW = _NEW_NOTICE.on_conflict_do_nothing().returning(notices.c.token, notices.c.id)
_NEW_PART = _NEW_NOTICE.returning(notices.c.id)
PUT_SECTION = insert(notice_sections).on_conflict_do_nothing()


@dataclass
class _Part:
    """One notice of those that have the same key."""

    id: int
    number: int
    #: Whether it takes in more: it was certainly not posted.
    is_open: bool
    sections: set[SectionKey] = field(default_factory=set)


async def open_parts(
    conn: AsyncConnection, due: Mapping[NoticeKey, Sequence[Alert]], not_before: datetime, ready: bool
) -> PartIds:
    """The id of the pending notice of each section, the most urgent on the first.

    Most keys have no notice yet, and few sections, so that one statement makes them all. `ready`: these are all alerts of each
    key, so that it can have the token of what it says from the start.
    """
    sections = {key: _in_order(of_key) for key, of_key in due.items()}
    first = {key: of_key[:MOST_SECTIONS] for key, of_key in sections.items()}
    tokens = {key: _token(key, due[key], first[key]) for key in due} if ready else {}
    new = await _new_notices(conn, sorted(due, key=lambda key: key.order), not_before, ready, tokens)
    part_ids: dict[NoticeKey, dict[SectionKey, int]] = {}
    for key, of_key in sections.items():
        if key.letter_id is not None:
            notice_id = new[key] if key in new else await _open_notice(conn, key, not_before, ready)
            part_ids[key] = dict.fromkeys(of_key, notice_id)
        elif key in new and len(of_key) <= MOST_SECTIONS:
            part_ids[key] = dict.fromkeys(of_key, new[key])
        else:
            parts = [_Part(new[key], 0, True, set(first[key]))] if key in new else await _parts(conn, key)
            part_ids[key] = await _dealt(conn, key, of_key, parts, not_before, ready)
    return part_ids


async def open_notices(
    conn: AsyncConnection, keys: Sequence[NoticeKey], not_before: datetime, ready: bool
) -> dict[NoticeKey, int]:
    """The id of the pending notice of each of these keys. The last check gives each the token of what it is to say then."""
    of_letters = [key for key in keys if key.letter_id is not None]  # NULLs never equal each other
    ids = await _new_notices(conn, of_letters, not_before, ready)
    for key in keys:
        if key not in ids:
            ids[key] = await _open_notice(conn, key, not_before, ready)
    return ids


def _in_order(of_key: Iterable[Alert]) -> list[SectionKey]:
    dues = {section_key(alert): alert.due for alert in of_key}
    return sorted(dues, key=lambda section: urgency(dues[section].rung, section.occurrence, section.letter_id))


async def _new_notices(
    conn: AsyncConnection,
    keys: Iterable[NoticeKey],
    not_before: datetime,
    ready: bool,
    tokens: Mapping[NoticeKey, str] = MappingProxyType({}),
) -> dict[NoticeKey, int]:
    """Make the first part of each of these keys that has none."""
    new = {tokens.get(key) or random_token(): key for key in keys}
    ids: dict[NoticeKey, int] = {}
    for batch in batches([_row(key, token, 0, not_before, ready) for token, key in new.items()]):
        ids |= {new[token]: notice_id for token, notice_id in await conn.execute(_NEW, batch)}
    return ids


def _row(key: NoticeKey, token: str, part: int, not_before: datetime, ready: bool) -> dict[str, object]:
    values = {**vars(key), "fell_due": key.due_at}
    return {**values, "token": token, "part": part, "not_before": not_before, "ready": ready}


async def _open_notice(conn: AsyncConnection, key: NoticeKey, not_before: datetime, ready: bool) -> int:
    """The id of the pending notice of that key; a new part where the newest one may have been posted."""
    newest = (
        await conn.execute(
            select(notices.c.id, notices.c.state, notices.c.maybe_sent, notices.c.part)
            .where(*(notices.c[name] == value for name, value in vars(key).items() if name != "own_channel"))
            .order_by(notices.c.part.desc())
            .limit(1)
        )
    ).one_or_none()
    if newest and newest.state == "pending" and not newest.maybe_sent:
        return int(newest.id)
    return await _new_part(conn, key, newest.part + 1 if newest else 0, not_before, ready)


async def _new_part(conn: AsyncConnection, key: NoticeKey, part: int, not_before: datetime, ready: bool) -> int:
    # The token of its alerts may be that of an earlier part, which was not posted.
    return int((await conn.execute(_NEW_PART, _row(key, random_token(), part, not_before, ready))).scalar_one())


_OF_MORNING = (
    select(notices.c.id, notices.c.part, notices.c.state, notices.c.maybe_sent)
    .where(
        *(
            notices.c[name] == bindparam(f"of_{name}", type_=notices.c[name].type)
            for name in ("server_id", "channel_id", "due_at")
        )
    )
    .where(notices.c.letter_id.is_(None), notices.c.rung == literal_column("'morning'"))  # written out, as in the index
    .order_by(notices.c.part)
)
_SECTIONS = select(notice_sections.c.notice_id, *(notice_sections.c[name] for name in SectionKey.__dataclass_fields__))


async def _parts(conn: AsyncConnection, key: NoticeKey) -> list[_Part]:
    """The parts that there are, by number."""
    of_key = {f"of_{name}": value for name, value in vars(key).items() if name in ("server_id", "channel_id", "due_at")}
    rows = (await conn.execute(_OF_MORNING, of_key)).all()
    parts = {row.id: _Part(row.id, row.part, row.state == "pending" and not row.maybe_sent) for row in rows}
    still_open = [part.id for part in parts.values() if part.is_open]
    for notice_id, *section in await conn.execute(_SECTIONS.where(notice_sections.c.notice_id.in_(still_open))):
        parts[notice_id].sections.add(SectionKey(*section))
    return list(parts.values())


async def _dealt(
    conn: AsyncConnection, key: NoticeKey, sections: Sequence[SectionKey], parts: list[_Part], not_before: datetime, ready: bool
) -> dict[SectionKey, int]:
    """Each section with the part where it stands already, or the first with room for it."""
    part_ids = {}
    for section in sections:
        part = next(_taking(section, parts), None)
        if part is None:
            number = max((part.number for part in parts), default=-1) + 1
            parts.append(part := _Part(await _new_part(conn, key, number, not_before, ready), number, True))
        part.sections.add(section)
        part_ids[section] = part.id
    return part_ids


def _taking(section: SectionKey, parts: Sequence[_Part]) -> Iterator[_Part]:
    still_open = [part for part in parts if part.is_open]
    yield from (part for part in still_open if section in part.sections)
    yield from (part for part in still_open if len(part.sections) < MOST_SECTIONS)


def _token(key: NoticeKey, of_key: Sequence[Alert], sections: Sequence[SectionKey]) -> str:
    lines = (
        CaseAlert(alert.case, alert.deadline_id, alert.due.rung.name, alert.due.occurrence)
        for alert in of_key
        if section_key(alert) in sections
    )
    return token_of(key.server_id, key.channel_id, lines)
