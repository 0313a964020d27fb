"""Whatever a bot sends, the sandbox takes it or refuses it in Discord's words; it never breaks."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import ApiError, commands
from sandbox.components import check_modal
from sandbox.errors import Problems
from sandbox.message_bodies import check_edit, check_new

plain = st.none() | st.booleans() | st.integers(-5, 1 << 20) | st.floats(allow_nan=False) | st.text(max_size=5)
keys = st.sampled_from(
    ["type", "components", "component", "accessory", "content", "custom_id", "label", "style", "url", "options", "value",
     "name", "description", "items", "media", "file", "id", "choices", "fields", "footer", "parse", "users", "text",
     "min_values", "autocomplete", "required", "emoji", "title"]
)  # fmt: skip
kinds = st.sampled_from([1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 17, 18])
anything = st.recursive(
    plain | kinds,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner | kinds, max_size=6),
    max_leaves=10,
)
brisk = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
component = st.fixed_dictionaries({"type": kinds}, optional={"components": anything, "component": anything,
    "accessory": anything, "options": anything, "items": anything, "media": anything, "file": anything,
    "custom_id": anything, "id": anything})  # fmt: skip
body = st.fixed_dictionaries(
    {},
    optional={
        "content": anything,
        "embeds": anything | st.lists(anything, max_size=3),
        "components": anything | st.lists(component | anything, max_size=3),
        "flags": st.sampled_from([0, 64, 1 << 15]) | anything,
        "allowed_mentions": anything,
        "nonce": anything,
        "title": anything,
        "custom_id": anything,
        "name": anything,
        "description": anything,
        "options": anything | st.lists(component | anything, max_size=3),
        "type": anything,
    },
)


@brisk
@given(body)
def test_a_message(message: dict[str, Any]) -> None:
    with contextlib.suppress(ApiError):
        check_new(message, 0)
    with contextlib.suppress(ApiError):
        check_edit(message, 1 << 15)


@brisk
@given(body)
def test_a_form(modal: dict[str, Any]) -> None:
    check_modal(Problems(), modal)


@brisk
@given(anything | body)
def test_a_command(command: Any) -> None:
    commands.check(Problems(), (), command)
