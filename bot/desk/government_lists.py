"""The list of governments: which one is in use, and putting another one beside the database."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.config import ListOrigin, Settings
from bot.reader.documents import content_of, file_at
from bot.reader.documents.fetching import Progress
from bot.reader.documents.guard import Guard
from bot.reader.gazetteer.census_files import CensusFile, LeftOut
from bot.reader.gazetteer.divisions import with_divisions
from bot.reader.gazetteer.government_list import written
from bot.reader.gazetteer.list_files import GovernmentFile, read_government_file
from bot.reader.gazetteer.listed import GovernmentCounts, GovernmentLevel, ListedGovernment, counted
from bot.record.errors import CaseError
from bot.store.database import sqlite_file
from bot.store.replaced_file import replace_file
from bot.words import government_lists as words

#: A list is several megabytes, on a slow line too.
LISTS = Guard(seconds=300.0)
#: A new list that has less than this part of the one before is taken for a mistake.
LEAST_PART = 0.5
#: So many governments of one level do not vanish from a state, as they do from a file that ends too early.
MANY_IN_STATE = 20


@dataclass(frozen=True)
class ListStatus:
    """The list of governments in use."""

    origin: ListOrigin
    #: None if only our own list is in use; then what follows is of no file.
    file: Path | None
    #: Where `places install` puts one; None if the database is in no file.
    place: Path | None
    governments: tuple[ListedGovernment, ...] = ()
    sha256: str = ""
    #: When the file was last changed, in UTC.
    changed_at: datetime | None = None

    @property
    def counts(self) -> GovernmentCounts:
        return counted(self.governments)

    @property
    def overruled(self) -> Path | None:
        """An installed list that is not in use, since the settings name another one."""
        is_overruled = self.origin is ListOrigin.SETTING and self.place and self.place.is_file() and self.place != self.file
        return self.place if is_overruled else None


@dataclass(frozen=True)
class InstalledList:
    """What `install` has done."""

    file: Path
    counts: GovernmentCounts
    sha256: str
    #: How many ids the list before had not, and how many of its ids the new one has not; None if there was none.
    changes: tuple[int, int] | None
    #: What of the Census's files was left out.
    left_out: Counter[LeftOut]
    #: What was taken over from the list before, since the new files have none of it.
    kept: tuple[GovernmentLevel, ...]
    #: Where the list before is kept; None if there was none in this place, or it was the same.
    previous: Path | None
    #: What the settings name instead, so that this list is not in use.
    overruled_by: Path | None
    #: What is wrong with the list before, if it cannot be read.
    unreadable: str


def list_status(settings: Settings) -> ListStatus:
    """CaseError says what is wrong with the list in use, ConfigError if it is not there."""
    in_use = settings.list_in_use
    if in_use.file is None:
        return ListStatus(in_use.origin, None, settings.installed_list)
    content = content_of(in_use.file)
    try:
        changed_at = datetime.fromtimestamp(in_use.file.stat().st_mtime, UTC)
    except OSError as failure:
        raise CaseError(f"{in_use.file} cannot be read: {failure.strerror}.") from failure
    governments = _only_list(str(in_use.file), content)
    sha256 = hashlib.sha256(content).hexdigest()
    return ListStatus(in_use.origin, in_use.file, settings.installed_list, governments, sha256, changed_at)


async def content_named(name: str, guard: Guard = LISTS, progress: Progress | None = None) -> tuple[str, bytes]:
    """A file of this machine, or the one at a web address: what it is called, and its content. CaseError."""
    if "://" in name:
        return await file_at(name, guard=guard, progress=progress)
    return name, content_of(Path(name))


def install(settings: Settings, files: Sequence[tuple[str, bytes]], now: datetime, *, force: bool = False) -> InstalledList:
    """Put a list beside the database. CaseError if it cannot be used; nothing was changed.

    1. Each file is read and checked to its end.
    2. A list in the documented form is the new list. Files of the Census are put together; counties, places or county
       subdivisions that none of them has are those of the list before.
    3. A list that has lost half of the governments of the one before, or half of its counties, places or county
       subdivisions, or many of them in a state and with it all of that level there, is refused unless `force`.
    4. It takes the place of the old one in one step; the old one is kept under another name.
    """
    target = settings.installed_list
    if target is None:
        raise CaseError(words.NO_FOLDER)
    old = _content(target)
    read = [one for name, content in files for one in read_government_file(name, content, may_be_cut_off=force)]
    before, unreadable = _before(settings, target)
    governments, kept = _put_together(read, before)
    if before and not force:
        _check_not_smaller(counted(before), counted(governments))
    content = written(governments)
    previous = target.with_name(f"{target.stem}.previous{target.suffix}")
    if _content(target) != old:
        raise CaseError(words.MEANWHILE)
    had_one = content != old and replace_file(target, content, previous, _owner(settings, target), now)
    return InstalledList(
        target,
        counted(governments),
        hashlib.sha256(content).hexdigest(),
        _changes(before, governments) if before else None,
        sum((one.left_out for one in read if isinstance(one, CensusFile)), Counter()),
        kept,
        previous if had_one else None,
        _overruled_by(settings, target),
        unreadable,
    )


def _content(file: Path) -> bytes | None:
    """None if it is not there, or cannot be read: then it is replaced too."""
    with suppress(OSError):
        return file.read_bytes()
    return None


def _only_list(name: str, content: bytes) -> tuple[ListedGovernment, ...]:
    """The one list in the documented form that a file is. CaseError if it is anything else."""
    read = read_government_file(name, content, may_be_cut_off=True)
    if len(read) != 1 or isinstance(read[0], CensusFile):
        raise CaseError(words.not_documented(name))
    return read[0]


def _before(settings: Settings, target: Path) -> tuple[tuple[ListedGovernment, ...], str]:
    """The list that a new one takes the place of, and what is wrong with it if it cannot be read.

    It is the one in use. What the settings name is not touched, and so is no measure; then it is the one installed before.
    """
    usual = Path(settings.places.governments)
    file = target if target.is_file() else usual
    if not file.is_file() or (file == usual and not settings.places.is_default):
        return (), ""
    try:
        return _only_list(str(file), content_of(file)), ""
    except CaseError as bad:
        return (), str(bad)


def _put_together(
    read: Sequence[GovernmentFile], before: Sequence[ListedGovernment]
) -> tuple[tuple[ListedGovernment, ...], tuple[GovernmentLevel, ...]]:
    """The new list, and the levels in it that are from the one before."""
    census = [one for one in read if isinstance(one, CensusFile)]
    if len(census) < len(read):
        if len(read) > 1:
            raise CaseError(words.ONE_LIST)
        return read[0], ()  # type: ignore[return-value]  # it is no file of the Census
    new = [government for one in census for government in one.governments]
    if twice := [code for code, count in Counter(one.code for one in new).items() if count > 1]:
        raise CaseError(words.in_two_files(twice[0]))
    levels = {one.level for one in census}
    kept = [one for one in before if one.level not in levels]
    return with_divisions([*kept, *new]), tuple(level for level in GovernmentLevel if level in {one.level for one in kept})


def _check_not_smaller(before: GovernmentCounts, after: GovernmentCounts) -> None:
    pairs = [(what, old, after.levels[what]) for what, old in before.levels.items()]
    for what, old, new in [("governments", before.total, after.total), *pairs]:
        if new < LEAST_PART * old:
            raise CaseError(words.too_small(what, old, new))
    for (level, state), count in before.each.items():
        if count >= MANY_IN_STATE and not after.each[level, state]:
            raise CaseError(words.state_lost(level.plural, state, count))


def _changes(before: Sequence[ListedGovernment], after: Sequence[ListedGovernment]) -> tuple[int, int]:
    old, new = {one.division for one in before}, {one.division for one in after}
    return len(new - old), len(old - new)


def _owner(settings: Settings, target: Path) -> Path:
    """Whose file it becomes: that of whoever has the database, or its folder before there is one."""
    database = sqlite_file(settings.database_url)
    return database if database and database.exists() else target.parent


def _overruled_by(settings: Settings, target: Path) -> Path | None:
    named = Path(settings.places.governments)
    return None if settings.places.is_default or named == target else named
