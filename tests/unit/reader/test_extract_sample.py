"""The text that newcomers are given to try (docs/sample-release.txt) is read as its page in the documentation shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.reader import documents
from bot.reader.extract.draft_json import as_json
from bot.reader.extract.whole_text import draft_of

SAMPLE = Path(__file__).parents[3] / "docs" / "sample-release.txt"


async def test_the_sample_is_read_whole() -> None:
    document = await documents.from_file(SAMPLE.name, SAMPLE.read_bytes(), datetime(2018, 1, 22, 12, tzinfo=UTC))
    draft = draft_of(document, ZoneInfo("America/New_York"))
    read = as_json(draft)
    assert (read["authority"], read["letter_date"], read["deadline"], read["deadline_time"]) == (
        "U.S. Department of Justice",
        "2018-01-22",
        "2018-02-23",
        None,
    )
    assert draft.authority and (span := draft.authority.span)
    assert document.text[span.start : span.end] == "U.S. Department of Justice", "not the shorter name in the headline"
    assert "asking for all documents that show how they spent" in " ".join(read["demand"].split())
    assert read["legal_basis"] == ["34 U.S.C. § 10153"]
    assert read["consequences"] == ["subpoena", "return of grants", "ineligibility for grants"]
    assert (len(read["recipients"]), read["stated_count"]) == (12, 12)
    assert [one["name"] for one in read["recipients"] if one["kind"] is None] == ["Middlesex"]
    assert len(read["questions"]) == 1 and "Middlesex" in str(read["questions"][0])
