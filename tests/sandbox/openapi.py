"""Checks what a bot sent against Discord's own OpenAPI description, where this machine has a copy of it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sandbox.calls import Request

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
        template = _template(description, request.method, request.path)
        mistake = _mistake(description, request.method, template, json.dumps(_ids_as_text(request.body)))
        assert mistake is None, f"{request.method} {request.path}: {mistake}"
        checked += 1
    return checked


@functools.cache  # nearly every test sends the same long list of commands
def _mistake(path: Path, method: str, template: str, body: str) -> str | None:
    """What is wrong with a request's body, given as JSON."""
    error = best_match(_validator(path, method, template).iter_errors(json.loads(body)))
    return f"{error.json_path}: {error.message}" if error else None


def _ids_as_text(body: Any) -> Any:
    """discord.py writes the ids of allowed mentions and of files as numbers, which Discord reads too; its description knows
    text alone."""
    if not isinstance(body, dict):
        return body
    written = dict(body)
    if "allowed_mentions" in body:
        written["allowed_mentions"] = {
            key: [str(id) for id in ids] if key in ("roles", "users") else ids for key, ids in body["allowed_mentions"].items()
        }
    if body.get("attachments"):
        written["attachments"] = [{**file, "id": str(file["id"])} for file in body["attachments"]]
    if "data" in body:
        written["data"] = _ids_as_text(body["data"])
    return written


def validate_answer(schema: str, body: object, path: Path | None = None) -> None:
    """Check what the sandbox gives back against one of Discord's named schemas."""
    description = needs_description(path or DESCRIPTION)
    validator = Draft202012Validator({"$ref": f"{_ROOT}#/components/schemas/{schema}"}, registry=_registry(description))
    error = best_match(validator.iter_errors(body))
    assert error is None, f"{schema}: {error.json_path}: {error.message}"


@functools.cache
def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@functools.cache
def _registry(path: Path) -> Registry[Any]:
    resource = Resource.from_contents(_document(path), default_specification=DRAFT202012)
    return Registry().with_resource(_ROOT, resource)


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
    steps = ["paths", template, method.lower(), "requestBody", "content", kind, "schema"]
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
    return Draft202012Validator({"$ref": f"{_ROOT}#/{pointer}"}, registry=_registry(path))
