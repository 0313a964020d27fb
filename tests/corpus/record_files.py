"""A small record file for tests, as the JSON it is written in."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from bot.files.loading import read
from bot.files.record_file import RecordFile
from bot.record.errors import CaseError

SMALL: dict[str, Any] = {
    "format": "letterwatch record 1",
    "title": "An example",
    "about": "One letter to two places.",
    "timezone": "America/New_York",
    "sources": {
        "news": {"title": "Report", "publisher": "County News", "published": "2018-01-25", "url": "https://example.org/a"},
        "docket": {"title": "Docket", "publisher": None, "published": None, "url": None},
    },
    "jurisdictions": [
        {
            "name": "Denver",
            "kind": "city-and-county",
            "state": "CO",
            "aliases": ["City of Denver"],
            "ocd_id": "ocd-division/country:us/state:co/county:denver",
            "sources": ["news"],
        },
        {"name": "Vermont", "kind": "state", "state": "VT", "aliases": [], "sources": ["news"], "note": "The state."},
        {"name": "Chicago", "kind": "city", "state": "IL", "aliases": [], "sources": ["news"]},
    ],
    "letters": [
        {
            "slug": "january",
            "title": "Demand",
            "authority": "The authority",
            "sent": "2018-01-24",
            "deadline": {"on": "2018-02-23", "words": "by Feb. 23", "sources": ["docket"]},
            "demand": "All documents.",
            "legal_basis": ["8 U.S.C. § 1373"],
            "threatened": ["subpoena"],
            "amounts": [{"usd": 5, "qualifier": "more than", "what": "grants", "sources": ["news"]}],
            "conflicts": [{"text": "One says otherwise.", "sources": ["news"]}],
            "recipients": ["Denver, CO", "Vermont"],
            "deadlines": [{"who": "Vermont", "deadline": None, "note": "Not found.", "sources": ["docket"]}],
            "sources": ["news"],
        }
    ],
    "events": [
        {
            "id": "both-speak",
            "on": "2018-01-30",
            "kind": "statement",
            "letter": "january",
            "who": {"all_of": "january"},
            "text": "Both say that they comply.",
            "by": "their spokesmen",
            "certainty": "reported",
            "sources": ["news"],
        },
        {
            "id": "denver-answers",
            "on": "by 2018-02-20",
            "kind": "answer",
            "letter": "january",
            "who": ["Denver, CO"],
            "text": "Denver answers.",
            "extent": "full",
            "certainty": "confirmed",
            "sources": ["news", "docket"],
            "date_note": "Reported on 20 February.",
            "conflict": "Another gives 19 February.",
        },
        {
            "id": "chicago-rules",
            "on": "2018-02",
            "kind": "court",
            "letter": None,
            "who": ["Chicago, IL"],
            "text": "A court rules.",
            "step": "ruling",
            "certainty": "confirmed",
            "sources": ["docket"],
            "amount": {"usd": 7, "qualifier": "about"},
        },
    ],
    "not_found": [{"text": "Vermont's answer was not found."}],
}


def changed(*changes: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The small file with these changes."""
    raw = deepcopy(SMALL)
    for change in changes:
        change(raw)
    return raw


def record(*changes: Callable[[dict[str, Any]], object]) -> RecordFile:
    return read(json.dumps(changed(*changes)), "small.json")


def mistakes(*changes: Callable[[dict[str, Any]], object]) -> list[str]:
    """What is told of the file with these changes: one line a mistake."""
    try:
        record(*changes)
    except CaseError as refused:
        return [line.removeprefix("- ") for line in str(refused).split("\n")[1:]]
    return []
