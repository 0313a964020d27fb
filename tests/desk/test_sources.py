"""The hash of a copy goes with its source: into a record file, out of it, and into a second import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.desk import import_record, snapshot
from bot.desk.session import reading, writing
from bot.record.errors import CaseError
from bot.record.sources import Source
from bot.store.database import Database
from tests.corpus.record_files import record
from tests.recording import NEW_YORK, Desk

NOW = datetime(2018, 3, 1, 12, tzinfo=NEW_YORK)
HASH = "1a2b3c4d" * 8


def with_copy(**fields: Any) -> Any:
    def change(raw: dict[str, Any]) -> None:
        raw["sources"]["news"] |= {"sha256": HASH, "read_on": "2018-01-26"} | fields

    return change


async def exported(alice: Desk) -> dict[str, Any]:
    async with reading(alice.db, alice.server_id, NOW) as session:
        return (await snapshot.of_server(session)).record_file().as_json()


async def test_the_hash_of_a_copy_survives_a_record_file(db: Database) -> None:
    alice = Desk(db)
    await alice.open()
    async with writing(db, alice.server_id, NOW, "import") as session:
        await import_record.record_file(session, record(with_copy()))
    [letter] = {case.letter for case in await alice.cases()}
    assert letter.sources == (Source("Report", "https://example.org/a", "County News", "2018-01-25", HASH, "2018-01-26"),)
    sources = (await exported(alice))["sources"]
    assert sources["county-news"] == {
        "title": "Report",
        "publisher": "County News",
        "published": "2018-01-25",
        "url": "https://example.org/a",
        "sha256": HASH,
        "read_on": "2018-01-26",
    }
    assert "sha256" not in sources["docket"]


@pytest.mark.parametrize("fields", [{"sha256": "1a2b"}, {"sha256": HASH.upper()}, {"sha256": 5}, {"read_on": "January 26"}])
def test_what_is_no_hash_or_no_day_is_refused_by_its_place_in_the_file(fields: dict[str, Any]) -> None:
    with pytest.raises(CaseError, match=r"sources / news / (sha256|read_on)"):
        record(with_copy(**fields))
