"""What the body of a message may contain. (Discord docs, Resources › Message › Create Message, Edit Message; Embed Limits)"""

from __future__ import annotations

from typing import Any

from sandbox import components, mentions
from sandbox.bus import Json
from sandbox.errors import Problems, invalid, known
from sandbox.model import COMPONENTS_V2

MAX_CONTENT = 2000
_EMBED_TEXTS = {"title": 256, "description": 4096}
_EMBED_NESTED = {("footer", "text"): 2048, ("author", "name"): 256}
MAX_IN_EMBEDS = 6000


def check_new(body: Json, files: int) -> None:
    """Check a new message. Raises 50035 for mistakes, 50006 when it is empty."""
    v2 = bool(flags_of(body) & COMPONENTS_V2)
    _check(body, v2=v2)
    if not any((body.get("content"), body.get("embeds"), body.get("components"), files)):
        raise known(50006)


def check_edit(body: Json, flags: int) -> None:
    """Check an edit of a message that has ``flags``. It may be empty, but cannot remove the V2 flag. Raises 50035."""
    new_flags = flags_of(body)
    if flags & COMPONENTS_V2 and body.get("flags") is not None and not new_flags & COMPONENTS_V2:
        raise invalid(("flags",), "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG",
                      "The IS_COMPONENTS_V2 flag cannot be removed")  # fmt: skip
    v2 = bool((flags | new_flags) & COMPONENTS_V2)
    _check(body, v2=v2)


def flags_of(body: Json) -> int:
    """The flags of a body, 0 when it has none. Raises 50035 when they are no number."""
    flags = body.get("flags")
    if flags is None:
        return 0
    if isinstance(flags, bool) or not isinstance(flags, int) or not 0 <= flags < 2**31:
        raise invalid(("flags",), "NUMBER_TYPE_COERCE", f'Value "{flags}" is not int.')
    return flags


def _check(body: Json, *, v2: bool) -> None:
    problems = Problems()
    limit = 4000 if v2 else MAX_CONTENT
    problems.text(("content",), body.get("content"), 0, limit, needed=False)
    if v2:
        _check_v2(problems, body)
    _check_embeds(problems, body.get("embeds"))
    if body.get("components") is not None:
        components.check_message(problems, body["components"], v2=v2)
    mentions.check(problems, body.get("allowed_mentions"))
    _check_nonce(problems, body.get("nonce"))
    problems.settle()


def _check_v2(problems: Problems, body: Json) -> None:
    """With the V2 flag there can be no content, embeds, stickers or poll. (Message Flags › IS_COMPONENTS_V2)"""
    for key in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(key):
            problems.add((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                         f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")  # fmt: skip


def _check_nonce(problems: Problems, nonce: Any) -> None:
    """25 characters, or a number. (Create Message › nonce)"""
    if isinstance(nonce, str):
        problems.text(("nonce",), nonce, 0, 25)
    elif nonce is not None and not isinstance(nonce, int):
        problems.add(("nonce",), "NONCE_TYPE_INVALID", "Must be a string or an integer.")


def _check_embeds(problems: Problems, embeds: Any) -> None:
    """Ten embeds, 6000 characters in all. (Resources › Message › Embed Limits)"""
    total = 0
    for index, raw in enumerate(problems.listing(("embeds",), embeds, 0, 10)):
        path = ("embeds", index)
        embed = problems.mapping(path, raw)
        for key, most in _EMBED_TEXTS.items():
            problems.text((*path, key), embed.get(key), 0, most, needed=False)
        for (outer, inner), most in _EMBED_NESTED.items():
            nested = problems.mapping((*path, outer), embed.get(outer))
            problems.text((*path, outer, inner), nested.get(inner), 0, most, needed=False)
        for place, each in enumerate(problems.listing((*path, "fields"), embed.get("fields"), 0, 25)):
            field = problems.mapping((*path, "fields", place), each)
            problems.text((*path, "fields", place, "name"), field.get("name"), 1, 256)
            problems.text((*path, "fields", place, "value"), field.get("value"), 1, 1024)
        total += embed_size(embed)
    if total > MAX_IN_EMBEDS:
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_IN_EMBEDS}")


def embed_size(embed: Json) -> int:
    """The number of characters that count towards the limit of all embeds together."""
    texts = [embed.get("title"), embed.get("description")]
    nested = [(embed.get(outer), inner) for outer, inner in _EMBED_NESTED]
    fields = embed.get("fields") if isinstance(embed.get("fields"), list) else []
    nested += [(field, key) for field in fields or [] for key in ("name", "value")]
    texts += [each.get(key) for each, key in nested if isinstance(each, dict)]
    return sum(len(text) for text in texts if isinstance(text, str))
