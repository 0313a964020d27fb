"""What is wrong with a record file, in words: the place of each mistake and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.files import event_parts, record_file, record_parts
from bot.record.errors import CaseError
from bot.record.fact_words import FactMeaning, meanings
from bot.record.quoting import clipped

NAMES = ("slug", "id", "name", "who")  # what an entry of a list is called by, if it has it
TAGS = ("list", "all")  # of the union `who`: pydantic names them in its paths, the file does not hold them
WRONG_TYPE = {  # what would be right; the value is shown behind it
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list [ ]",
    "dict_type": "an object { }",
    "model_type": "an object { }",
    "model_attributes_type": "an object { }",
}
MESSAGES = {
    "missing": "is missing",
    "string_unicode": "contains characters that are not valid text",
    "string_pattern_mismatch": "must be lower-case words joined by hyphens, such as 2018-01-24-documents",
    "greater_than_equal": "must not be negative",
    "less_than_equal": "is too large",
    "too_short": "must name at least one",
}


def in_words(refused: ValidationError, raw: Any) -> list[str]:
    return [f"{where(error['loc'], raw)}: {_message(error)}" for error in refused.errors()]


def where(path: Sequence[int | str], raw: Any) -> str:
    """ "letters / 2018-01-24-documents / deadline / on": entries of lists by their name, or by their place counted from 1."""
    return " / ".join(_steps(path, raw)) or "the file"


def _steps(path: Sequence[int | str], raw: Any) -> Iterator[str]:
    """Each step of the path. Left out are those that are not keys of the file: an event's kind, and how `who` is written."""
    here = raw
    for number, step in enumerate(path):
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            yield _name(here) or f"number {step + 1}"
        elif not (number == 2 and path[0] == "events") and not (path[number - 1] == "who" and step in TAGS):
            here = here.get(step) if isinstance(here, dict) else None
            yield step


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    return next((entry[key] for key in NAMES if isinstance(entry.get(key), str) and entry[key].strip()), "")


def _message(error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"]).removesuffix(".")
        case "extra_forbidden":
            near = difflib.get_close_matches(str(error["loc"][-1]), _keys(), 1, 0.75)
            return "is not a key of this format here" + (f"; did you mean “{near[0]}”?" if near else "")
        case "enum" | "literal_error":
            return f"must be {_unquoted(context['expected'])}, not {_shown(value)}"
        case "union_tag_invalid":
            return f"kind must be one of {_unquoted(context['expected_tags'])}, not “{context['tag']}”{_hint(context['tag'])}"
        case "union_tag_not_found":
            return "kind is missing"
        case "string_too_long":
            return f"is too long: {len(value):,} characters, at most {context['max_length']:,}"
    if kind in WRONG_TYPE:
        return f"must be {WRONG_TYPE[kind]}, not {_shown(value)}"
    return MESSAGES.get(kind, error["msg"])


def _hint(kind: Any) -> str:
    """How the format writes what is called so elsewhere: "lawsuit" is kind "court", step "filed". Empty if that is unknown."""
    try:
        meant = meanings(str(kind))
    except CaseError:
        return ""
    return f"; write {' or '.join(map(_as_keys, meant))}"


def _as_keys(meaning: FactMeaning) -> str:
    fields = {"step": meaning.step, "result": meaning.result, "name": meaning.threat, "state": meaning.state}
    known = {"kind": meaning.kind, **{key: value for key, value in fields.items() if value is not None}}
    return ", ".join(f'"{key}": "{value.value}"' for key, value in known.items())


def _shown(value: Any) -> str:
    """A value as the file has it, shortened."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return f"“{clipped(str(value), 60)}”"


def _unquoted(expected: str) -> str:
    return expected.replace("'", "")


def _models() -> list[type[BaseModel]]:
    members = [member for module in (record_parts, event_parts, record_file) for member in vars(module).values()]
    return [member for member in members if isinstance(member, type) and issubclass(member, BaseModel)]


def _keys() -> list[str]:
    return sorted({field.alias or name for model in _models() for name, field in model.model_fields.items()})
