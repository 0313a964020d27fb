"""From a file to a record: read, checked, every mistake told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.files.cross_references import loose_ends
from bot.files.mistakes import in_words
from bot.files.record_file import FORMAT, RecordFile
from bot.record.errors import CaseError
from bot.words.plain_text import harmless

MOST_BYTES = 50_000_000


def load(path: Path) -> RecordFile:
    """The record in that file. CaseError says why it cannot be read, or lists every mistake in it, one a line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CaseError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB; a record file is much smaller.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        raise CaseError(f"{path} cannot be read: {failure.strerror}.") from failure
    except UnicodeDecodeError as failure:
        raise CaseError(f"{path} is not a text in UTF-8; a record file is JSON in UTF-8.") from failure
    return read(text, str(path))


def read(text: str, name: str) -> RecordFile:
    """The record that `text` holds; `name` is what messages call it. CaseError as in `load`."""
    raw, doubled = _json(text, name)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise CaseError(f'{name} is not a Letterwatch record: it has no "format": "{FORMAT}" at its top.')
    mistakes = [f"“{key}” stands twice in one object" for key in doubled]
    record = None
    try:
        record = RecordFile.model_validate(raw)
    except ValidationError as refused:
        mistakes += in_words(refused, raw)
    mistakes += loose_ends(raw)
    if mistakes or record is None:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes):,} mistakes"
        listed = [f"{name} has {count}; nothing was recorded:", *(f"- {harmless(mistake)}" for mistake in mistakes)]
        raise CaseError("\n".join(listed))
    return record


def _json(text: str, name: str) -> tuple[Any, list[str]]:
    """The JSON value, and the keys that one of its objects holds twice (the json module would keep the last silently)."""
    doubled: list[str] = []

    def whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            doubled.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return found

    try:
        return json.loads(text, object_pairs_hook=whole), doubled
    except json.JSONDecodeError as bad:
        raise CaseError(f"{name} is not valid JSON: line {bad.lineno}, column {bad.colno}: {bad.msg}.") from bad
    except (RecursionError, ValueError) as bad:
        raise CaseError(f"{name} is not JSON that can be read: {bad}.") from bad
