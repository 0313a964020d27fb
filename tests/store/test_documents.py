"""Copies of what was read are kept once, for their server alone; a draft is dropped by exactly one of many."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import FrozenClock
from bot.reader.documents import from_text
from bot.record.errors import CaseError
from bot.record.sources import Source
from bot.store import documents, drafts, servers
from bot.store.database import Database
from bot.store.tables import documents as rows
from bot.words.prose import source
from tests.recording import OTHER_SERVER, SERVER

TEXT = "Answer by February 23, 2018."
HASH = hashlib.sha256(TEXT.encode()).hexdigest()
ALICE, BOB = 11, 12


@pytest.fixture
async def kept(db: Database, clock: FrozenClock) -> AsyncIterator[Database]:
    """Two servers; the first keeps one copy."""
    async with db.write() as conn:
        await servers.ensure(conn, SERVER, "City Desk")
        await servers.ensure(conn, OTHER_SERVER, "Another")
        await documents.keep(conn, SERVER, from_text(TEXT, clock.now()))
    yield db


async def find(db: Database, server: int, digits: str) -> documents.StoredCopy | None:
    async with db.read() as conn:
        return await documents.kept(conn, server, digits)


async def test_a_copy_is_found_by_the_digits_that_its_source_shows(kept: Database, clock: FrozenClock) -> None:
    for digits in (HASH, HASH[:8], f"{HASH[:8]}…", HASH[:12].upper()):
        stored = await find(kept, SERVER, digits)
        assert stored is not None
        assert (stored.content, stored.sha256, stored.read_at) == (TEXT.encode(), HASH, clock.now())


async def test_the_same_copy_is_kept_once_as_it_was_first_read(kept: Database, clock: FrozenClock) -> None:
    async with kept.write() as conn:
        await documents.keep(conn, SERVER, from_text(TEXT, clock.now() + timedelta(days=1)))
    stored = await find(kept, SERVER, HASH)
    assert stored is not None
    assert stored.read_at == clock.now()


async def test_another_server_does_not_see_it_and_keeps_its_own(kept: Database, clock: FrozenClock) -> None:
    assert await find(kept, OTHER_SERVER, HASH) is None
    async with kept.write() as conn:
        await documents.keep(conn, OTHER_SERVER, from_text(TEXT, clock.now()))
    assert await find(kept, OTHER_SERVER, HASH) is not None


@pytest.mark.parametrize("digits", ["", "1a2b3c4", "%%%%%%%%", "________", "x" * 8, "a" * 65])
async def test_what_is_no_hash_is_refused(kept: Database, digits: str) -> None:
    with pytest.raises(CaseError, match="is not a SHA-256"):
        await find(kept, SERVER, digits)


async def test_a_beginning_that_two_copies_share_is_refused(kept: Database, clock: FrozenClock) -> None:
    twin = HASH[:10] + "0" * 54
    async with kept.write() as conn:
        row = rows.insert().values(
            server_id=SERVER, sha256=twin, name="twin", media_type="text/plain", read_at=clock.now(), content=b"x"
        )
        await conn.execute(row)
    with pytest.raises(CaseError, match="Several copies begin with"):
        await find(kept, SERVER, HASH[:10])
    assert await find(kept, SERVER, twin) is not None


def test_a_source_says_which_copy_of_it_is_kept() -> None:
    letter = Source("The letter", "https://example.org/a", "News", "2018-01-24", HASH, "2018-01-25")
    copy = f"(copy saved 25 January 2018, SHA-256 {HASH[:8]}…)"
    assert source(letter) == f"[The letter](<https://example.org/a>), News, 24 January 2018 {copy}"
    assert source(Source("The letter")) == "The letter"


# letterwatch copy


@pytest.fixture
def database(kept: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", kept.url.render_as_string(hide_password=False))
    return kept


def copy(*options: str) -> int:
    return main.main(["copy", HASH[:8], "--server", str(SERVER), *options])


async def test_the_verb_writes_the_copy_out_byte_for_byte(
    database: Database, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert await asyncio.to_thread(copy) == 0
    assert capfdbinary.readouterr().out == TEXT.encode()
    file = tmp_path / "letter.txt"
    assert await asyncio.to_thread(copy, "--output", str(file)) == 0
    assert file.read_bytes() == TEXT.encode()
    assert b"copy of pasted text, read on 24 January 2018, text/plain, SHA-256 " + HASH.encode() in capfdbinary.readouterr().err


async def test_the_verb_says_where_no_such_copy_is_kept(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await asyncio.to_thread(main.main, ["copy", "1a2b3c4d", "--server", str(SERVER)]) == 1
    assert capsys.readouterr().err == f"Server {SERVER} has no saved copy whose SHA-256 begins with 1a2b3c4d.\n"
    assert await asyncio.to_thread(copy, "--output", "/nowhere/at/all") == 1
    assert capsys.readouterr().err.startswith("/nowhere/at/all cannot be written: ")


# Drafts


async def test_a_draft_is_kept_changed_and_gone(kept: Database, clock: FrozenClock) -> None:
    async with kept.write() as conn:
        id = await drafts.add(conn, SERVER, ALICE, clock.now(), {"title": "a"}, b"content")
        stored = await drafts.get(conn, SERVER, id)
        assert stored is not None
        assert (stored.person_id, stored.made_at, stored.body) == (ALICE, clock.now(), {"title": "a"})
        assert await drafts.content_of(conn, SERVER, id) == b"content"
        assert await drafts.get(conn, OTHER_SERVER, id) is None
        assert await drafts.content_of(conn, OTHER_SERVER, id) is None
        assert await drafts.change(conn, id, {"title": "b"})
        changed = await drafts.get(conn, SERVER, id)
        assert changed is not None
        assert changed.body == {"title": "b"}
        assert await drafts.drop(conn, id)
        assert await drafts.get(conn, SERVER, id) is None
        assert not await drafts.change(conn, id, {"title": "c"})


async def test_of_many_who_confirm_a_draft_at_once_exactly_one_may(kept: Database, clock: FrozenClock) -> None:
    async with kept.write() as conn:
        id = await drafts.add(conn, SERVER, ALICE, clock.now(), {}, b"x")

    async def confirm() -> bool:
        async with kept.write() as conn:
            return await drafts.drop(conn, id)

    assert sorted(await asyncio.gather(*(confirm() for _ in range(8)))) == [False] * 7 + [True]


async def test_old_drafts_expire(kept: Database, clock: FrozenClock) -> None:
    async with kept.write() as conn:
        old = await drafts.add(conn, SERVER, ALICE, clock.now() - timedelta(days=2), {}, b"x")
        new = await drafts.add(conn, SERVER, BOB, clock.now(), {}, b"x")
        assert await drafts.expire(conn, clock.now() - timedelta(days=1)) == 1
        assert await drafts.get(conn, SERVER, old) is None
        assert await drafts.get(conn, SERVER, new) is not None
