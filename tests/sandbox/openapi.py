"""Checks what a bot sent against Discord's own OpenAPI description, where this machine has a copy of it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError, ValidationErrorKind

from sandbox.rest_requests import Request

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "discord-openapi.json"
_ROOT = "urn:discord"


def needs_description(path: Path = DESCRIPTION) -> Path:
    """The description's path; skips the test on machines without one."""
    if not path.is_file():
        pytest.skip(f"no copy of Discord's OpenAPI description at {path}")
    return path


def validate_requests(requests: Iterable[Request], path: Path | None = None) -> int:
    """Check every request that was accepted and had a body; returns how many were checked.

    AssertionError names method, path and the first mistake, or the address that Discord does not have.
    """
    description = needs_description(path or DESCRIPTION)
    checked = 0
    for request in requests:
        if request.status >= 400 or request.body is None:
            continue
        validator = _validator(description, request.method, _template(description, request.method, request.path))
        error = next(validator.iter_errors(_ids_as_text(request.body)), None)
        assert error is None, f"{request.method} {request.path}: {_mistake(error)}"
        checked += 1
    return checked


def _ids_as_text(body: Any) -> Any:
    """discord.py writes the ids of allowed mentions, of files and of whom it writes to as numbers, which Discord reads too; its
    description knows text alone."""
    if not isinstance(body, dict):
        return body
    written = dict(body)
    if "allowed_mentions" in body:
        written["allowed_mentions"] = {
            key: [str(id) for id in ids] if key in ("roles", "users") else ids for key, ids in body["allowed_mentions"].items()
        }
    if body.get("attachments"):
        written["attachments"] = [{**file, "id": str(file["id"])} for file in body["attachments"]]
    if "recipient_id" in body:
        written["recipient_id"] = str(body["recipient_id"])
    if "data" in body:
        written["data"] = _ids_as_text(body["data"])
    return written


def validate_answer(schema: str, body: object, path: Path | None = None) -> None:
    """Check what the sandbox gives back against one of Discord's named schemas."""
    description = needs_description(path or DESCRIPTION)
    error = next(_validator_at(description, ("components", "schemas", schema)).iter_errors(body), None)
    assert error is None, f"{schema}: {_mistake(error)}"


def _mistake(error: ValidationError) -> str:
    """Where the mistake is and what it is: of alternatives that all fail, in the one that is of the body's own type."""
    while isinstance(error.kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid) and all(error.kind.context):
        alternatives = error.kind.context
        of_this_type = [errors for errors in alternatives if not any("type" in each.instance_path[-1:] for each in errors)]
        error = min(of_this_type or alternatives, key=len)[0]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    return f"${where}: {error.message}"


@functools.cache
def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@functools.cache
def _registry(path: Path) -> Registry:
    return Registry([(_ROOT, _document(path))], draft=Draft202012)


@functools.cache
def _templates(path: Path) -> list[tuple[re.Pattern[str], str]]:
    """Every address as a pattern, those with the fewest parameters first: @me before any id."""
    addresses = sorted(_document(path)["paths"], key=lambda address: address.count("{"))
    return [(re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(each)) + "$"), each) for each in addresses]


def _template(path: Path, method: str, address: str) -> str:
    for pattern, template in _templates(path):
        if pattern.match(address) and method.lower() in _document(path)["paths"][template]:
            return template
    raise AssertionError(f"Discord has no {method} {address}")


@functools.cache
def _validator(path: Path, method: str, template: str) -> Draft202012Validator:
    operation = _document(path)["paths"][template][method.lower()]
    assert "requestBody" in operation, f"{method} {template} takes no body"
    content = operation["requestBody"]["content"]
    kind = "application/json" if "application/json" in content else next(iter(content))
    return _validator_at(path, ("paths", template, method.lower(), "requestBody", "content", kind, "schema"))


@functools.cache
def _validator_at(path: Path, steps: tuple[str, ...]) -> Draft202012Validator:
    pointer = "/".join(quote(step.replace("~", "~0").replace("/", "~1")) for step in steps)
    return Draft202012Validator({"$ref": f"{_ROOT}#/{pointer}"}, registry=_registry(path))
