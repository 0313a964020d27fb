"""What `doctor` finds on the machine itself: the zones, the database, its index and its backups. Nothing is changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from bot.config import ConfigError, Settings
from bot.desk import backups, care, soundness, state_index, troubles
from bot.desk.government_lists import list_status
from bot.desk.servers import unreadable_servers
from bot.desk.state_index import Progress
from bot.operate.findings import Finding, right, unknown, wrong
from bot.record.errors import CaseError, SettingsUnreadable
from bot.store.database import Database, trouble_of
from bot.words import backups as backup_words
from bot.words import doctor as words
from bot.words import government_lists as list_words
from bot.words.state_index import checked, wrong_line

#: New York's change to daylight saving time in 2007, which old data do not know (Energy Policy Act of 2005, section 110).
_KNOWN = ("America/New_York", datetime(2007, 3, 20, 12, tzinfo=UTC), timedelta(hours=-4))
MOST_NAMED = 50


def governments(settings: Settings) -> list[Finding]:
    """The list by which names of places are settled."""
    about = "list of places"
    try:
        status = list_status(settings)
    except ConfigError as missing_file:
        return [wrong(about, str(missing_file))]
    except CaseError as broken:
        return [wrong(about, f"{broken} {list_words.REPLACE}")]
    counts = status.counts
    missing = counts.missing if status.file else ()
    line = list_words.in_use(status.file, status.origin.value, counts.total, missing, status.changed_at, status.sha256)
    overruled = [right(about, list_words.overruled(status.overruled))] if status.overruled else []
    return [right(about, line), *overruled]


def zone_data() -> Finding:
    """Whether the machine knows time zones, and those as they are."""
    name, moment, offset = _KNOWN
    try:
        is_right = moment.astimezone(ZoneInfo(name)).utcoffset() == offset
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return wrong("time zones", words.NO_ZONES)
    return right("time zones", words.zones(_zone_source())) if is_right else wrong("time zones", words.OLD_ZONES)


def _zone_source() -> str:
    """Where they come from: Python looks in the system's folders first (Python docs, "zoneinfo")."""
    folder = next((path for path in TZPATH if Path(path, "America/New_York").is_file()), None)
    return folder or f"the package tzdata {version('tzdata')}"


async def database(settings: Settings, progress: Progress) -> AsyncIterator[Finding]:
    """The file, its tables, every page of it, and the index. What builds on something wrong is left out."""
    try:
        file = soundness.database_file(settings)
        size = words.file(file, file.stat().st_size)
        with file.open("rb"):
            pass  # this user may read it
    except CaseError as failure:
        yield wrong("database", str(failure))
        return
    except OSError as failure:
        yield wrong("database", words.unreadable(failure))
        return
    try:
        contents = await asyncio.to_thread(soundness.contents_of, file)
    except (CaseError, OSError) as failure:
        trouble = trouble_of(failure.__cause__)
        yield wrong("database", troubles.advice(settings, trouble) if trouble else str(failure))
        return
    yield right("database", size) if soundness.is_writable(file) else wrong("database", words.read_only(file))
    try:
        is_current = soundness.is_current(file, contents)
    except CaseError as newer:
        yield wrong("migrations", str(newer))
        return
    yield right("migrations", words.current(contents.revision)) if is_current else wrong("migrations", words.BEHIND)
    try:
        await asyncio.to_thread(soundness.check_sound, file)
    except CaseError as failure:
        yield wrong("integrity", words.damaged(str(failure), backups.newest_good_backup(settings)))
        return
    yield right("integrity", words.sound(contents.events))
    if not is_current:
        return
    async for finding in _rows(settings):
        yield finding
    async for finding in _index(settings, progress):
        yield finding


async def _rows(settings: Settings) -> AsyncIterator[Finding]:
    """What cannot be read: settings of servers, and what the bot has set aside."""
    db = Database(soundness.reading_url(settings))
    try:
        servers, rows = await unreadable_servers(db), await care.set_aside_rows(db, MOST_NAMED)
    finally:
        await db.close()
    for server_id, why in servers.items():
        yield wrong("settings", str(SettingsUnreadable(server_id, why)))
    for row in rows:
        yield wrong("set aside", words.set_aside(row.kind, row.of_id, row.server_id, row.why))


async def _index(settings: Settings, progress: Progress) -> AsyncIterator[Finding]:
    about, total = "index of states", 0

    def counted(done: int, of: int) -> None:
        nonlocal total
        total = done
        progress(done, of)

    db = Database(soundness.reading_url(settings))
    try:
        result, is_counted = await state_index.check(db, counted), await state_index.is_counted(db)
    finally:
        await db.close()
    for entry in result.wrong[:MOST_NAMED]:
        yield wrong(about, wrong_line(entry.server_id, entry.number, entry.columns))
    if len(result.wrong) > MOST_NAMED:
        yield wrong(about, words.more(len(result.wrong) - MOST_NAMED))
    verdict = right if is_counted and not result.wrong else wrong
    for line in checked(total, len(result.wrong), is_counted, result.to_fill):
        yield verdict(about, line)


def last_backup(settings: Settings, now: datetime) -> Finding:
    try:
        last = backups.last_backup(settings)
    except CaseError as none:
        return unknown("backups", str(none))
    about = "backups"
    if last.failed_at:
        return wrong(about, words.backup_failed(last.failed_at, last.failure))
    if last.fuller:
        return wrong(about, backup_words.fuller(last.fuller.file, last.fuller.events, last.fuller.made_at))
    if last.good is None:
        return wrong(about, words.no_backup(last.folder)) if settings.backup.nightly else unknown(about, words.NIGHTLY_OFF)
    if backups.overdue(last, now, settings):
        return wrong(about, words.backup_old(last.good.file, last.good.made_at))
    return right(about, words.backup(last.good.file, last.good.made_at, last.good.events))
