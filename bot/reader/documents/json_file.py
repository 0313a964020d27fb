"""JSON: a list of objects is read as a table, anything else as plain text."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from bot.reader.documents.decoding import text_of
from bot.reader.documents.parsed_file import ParsedFile, of_rows, of_text
from bot.record.errors import CaseError
from bot.record.quoting import clipped


def parse(content: bytes, name: str) -> ParsedFile:
    """CaseError if it is not JSON, or if it is a record file, which is imported, not read as a letter."""
    text = text_of(content, name)
    try:
        value = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_no_key_twice
        )  # numbers stay as written
    except json.JSONDecodeError as bad:
        raise CaseError(f"{name} is not valid JSON: line {bad.lineno:,}, column {bad.colno:,}: {bad.msg}.") from bad
    except (RecursionError, ValueError) as bad:
        raise CaseError(f"{name} is not valid JSON: {bad}.") from bad
    if isinstance(value, dict) and str(value.get("format", "")).startswith("letterwatch record"):
        raise CaseError(f"{name} is a Letterwatch record file; record it with: letterwatch import FILE")
    if isinstance(value, list) and value and all(isinstance(entry, dict) and entry for entry in value):
        columns = list(dict.fromkeys(key for entry in value for key in entry))
        return of_rows([columns, *([_cell(entry.get(key)) for key in columns] for entry in value)], name)
    return of_text(text, name)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            raise ValueError(f"“{clipped(key, 40)}” appears twice in one object")
        fields[key] = value
    return fields
