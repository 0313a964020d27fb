"""What may stand in a message or a form, and how a mistake is named."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import ApiError
from sandbox.components import check_modal
from sandbox.errors import Problems
from sandbox.message_bodies import check_edit, check_new
from sandbox.model import COMPONENTS_V2

Json = dict[str, Any]


def text(words: str = "hello") -> Json:
    return {"type": 10, "content": words}


def button(**other: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": "press", **other}


def row(*inner: Json) -> Json:
    return {"type": 1, "components": list(inner)}


def menu(count: int) -> Json:
    options = [{"label": str(number), "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "menu", "options": options}


def v2(*components: Json, **other: Any) -> Json:
    return {"flags": COMPONENTS_V2, "components": list(components), **other}


GOOD = [
    v2(text()),
    v2({"type": 17, "components": [text(), {"type": 14}, row(button())]}),
    v2({"type": 9, "components": [text(), text(), text()], "accessory": button()}),
    v2(*(text("x" * 1000) for _ in range(4))),
    v2(*(text() for _ in range(40))),
    v2(row(*(button(custom_id=str(number)) for number in range(5)))),
    v2(row(menu(25))),
    v2({"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}}]}),
    {"content": "x" * 2000, "components": [row(button(style=5, url="https://example.com", custom_id=None))]},
]

BAD = [
    (v2(text(), content="hello"), "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    (v2(text(), embeds=[{"title": "hello"}]), "embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    (v2(*(text("x" * 1001) for _ in range(4))), "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    (v2({"type": 17, "components": [text()] * 40}), "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    (v2(row(button(), button())), "components", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (v2(row(*(button(custom_id=str(each)) for each in range(6)))), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    (v2(row(button(), menu(2))), "components.0.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    (v2(row(menu(26))), "components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
    (v2(row(button(label="x" * 81))), "components.0.components.0.label", "BASE_TYPE_BAD_LENGTH"),
    (v2(row(button(custom_id="x" * 101))), "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
    (v2(row(button(style=5, custom_id=None))), "components.0.components.0.url", "BASE_TYPE_REQUIRED"),
    (v2(row(button(style=5, custom_id=None, url="ftp://a"))), "components.0.components.0.url", "URL_TYPE_INVALID_SCHEME"),
    (v2({"type": 9, "components": [text()] * 4, "accessory": button()}), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    (v2({"type": 9, "components": [text()]}), "components.0.accessory", "BASE_TYPE_REQUIRED"),
    (v2(button()), "components.0.type", "BASE_TYPE_CHOICES"),
    (v2({"type": 17, "components": [{"type": 17, "components": []}]}), "components.0.components.0.type", "BASE_TYPE_CHOICES"),
    ({"components": [text()]}, "components.0.type", "BASE_TYPE_CHOICES"),
    ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ({"content": "hi", "nonce": "x" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ({"content": "hi", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions",
     "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
]  # fmt: skip


@pytest.mark.parametrize("body", GOOD)
def test_what_discord_takes_is_taken(body: Json) -> None:
    check_new(body, 0)


@pytest.mark.parametrize(("body", "path", "code"), BAD)
def test_what_discord_refuses_is_refused_at_its_place(body: Json, path: str, code: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_new(body, 0)
    assert refused.value.code == 50035
    assert code in codes_at(refused.value, path)


def test_components_v2_cannot_be_taken_back() -> None:
    with pytest.raises(ApiError, match="50035"):
        check_edit({"flags": 0, "content": "hello"}, COMPONENTS_V2)


def test_a_nothing_is_refused() -> None:
    with pytest.raises(ApiError, match="50006"):
        check_new({"content": ""}, 0)


def field(**other: Any) -> Json:
    return {"type": 18, "label": "Words", "component": {"type": 4, "style": 1, "custom_id": "words", **other}}


def form(*components: Json, title: str = "A note") -> Json:
    return {"custom_id": "form", "title": title, "components": list(components)}


@pytest.mark.parametrize(
    ("modal", "path"),
    [
        (form(field(), title="x" * 46), "data.title"),
        (form(), "data.components"),
        (form(*(field(custom_id=str(number)) for number in range(6))), "data.components"),
        (form(field() | {"label": "x" * 46}), "data.components.0.label"),
        (form(field(max_length=4001)), "data.components.0.component.max_length"),
        (form({"type": 4, "style": 1, "custom_id": "bare"}), "data.components.0.type"),
        (form(row({"type": 4, "style": 1, "custom_id": "words"})), "data.components.0.components.0.label"),
        (form(field(), field()), "data.components"),
    ],
)
def test_a_form_that_discord_refuses(modal: Json, path: str) -> None:
    problems = Problems()
    check_modal(problems, modal)
    with pytest.raises(ApiError) as refused:
        problems.settle()
    assert codes_at(refused.value, path)


def test_a_form_that_discord_takes() -> None:
    problems = Problems()
    check_modal(problems, form(field(), text(), row({"type": 4, "style": 2, "custom_id": "more", "label": "More"})))
    problems.settle()


def codes_at(error: ApiError, path: str) -> list[str]:
    node: Json = error.body()["errors"]
    for step in path.split("."):
        node = node[step]
    return [each["code"] for each in node["_errors"]]
