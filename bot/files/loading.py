"""From a file to a record: read and checked. Every mistake is reported at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.files.cross_references import broken_references
from bot.files.mistakes import in_words, where
from bot.files.record_file import FORMAT, RecordFile
from bot.record.errors import CaseError
from bot.record.garbled_text import garbled
from bot.words.plain_text import harmless

MOST_BYTES = 50_000_000


def load(path: Path, *, keep_garbled: bool = False) -> RecordFile:
    """The record in that file. CaseError says why it cannot be read, or lists every mistake in it, one a line.

    A text that a wrong encoding has garbled is a mistake, unless `keep_garbled`: it may be recorded somewhere like that.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CaseError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB; a record file is much smaller.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        raise CaseError(f"{path} cannot be read: {failure.strerror}.") from failure
    except UnicodeDecodeError as failure:
        raise CaseError(f"{path} is not a UTF-8 text file; a record file is JSON in UTF-8.") from failure
    return read(text, str(path), keep_garbled=keep_garbled)


def read(text: str, name: str, *, keep_garbled: bool = False) -> RecordFile:
    """The record that `text` holds; `name` is what messages call it. CaseError as in `load`."""
    raw, doubled = _json(text, name)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise CaseError(f'{name} is not a Letterwatch record: it has no "format": "{FORMAT}" at its top.')
    mistakes = [f"“{key}” appears twice in one object" for key in doubled]
    record = None
    try:
        record = RecordFile.model_validate(raw)
    except ValidationError as refused:
        mistakes += in_words(refused, raw)
    mistakes += broken_references(raw)
    if not keep_garbled:
        mistakes += [f"{where(path, raw)}: {wrong}" for path, wrong in _garbled(raw, ())]
    if mistakes or record is None:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes):,} mistakes"
        listed = [f"{name} has {count}; nothing was recorded:", *(f"- {harmless(mistake)}" for mistake in mistakes)]
        raise CaseError("\n".join(listed))
    return record


def _garbled(value: Any, path: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """What is wrong with each text that a wrong encoding has garbled, and where it is."""
    if isinstance(value, str):
        if wrong := garbled(value):
            yield path, f"{wrong} Correct it and save the file as UTF-8, or add --keep-garbled."
    elif isinstance(value, (list, dict)):
        for step, inner in enumerate(value) if isinstance(value, list) else value.items():
            yield from _garbled(inner, (*path, step))


def _json(text: str, name: str) -> tuple[Any, list[str]]:
    """The JSON value, and the keys that one of its objects holds twice (the json module would keep the last silently)."""
    doubled: list[str] = []

    def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        whole_object = dict(pairs)
        if len(whole_object) < len(pairs):
            keys = [key for key, _ in pairs]
            doubled.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return whole_object

    try:
        return json.loads(text, object_pairs_hook=without_doubles), doubled
    except json.JSONDecodeError as bad:
        raise CaseError(f"{name} is not valid JSON: line {bad.lineno}, column {bad.colno}: {bad.msg}.") from bad
    except (RecursionError, ValueError) as bad:
        raise CaseError(f"{name} is not JSON that can be read: {bad}.") from bad
