"""The fields that a bot may leave out of components, filled in as Discord does before it returns them.

(Discord docs, Components › Component Reference: the defaults in each structure's table)
"""

from __future__ import annotations

from typing import Any

from sandbox.bus import Json
from sandbox.components import CONTAINER, FILE, SECTION, SELECTS, SEPARATOR, THUMBNAIL, walk
from sandbox.model import Attachment
from sandbox.snowflake import Snowflakes

_DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
    SECTION: {},
}


def number(components: list[Json]) -> list[Json]:
    """Give each component that has no id the next free one. (Component Reference › Anatomy of a Component)"""
    taken = {each["id"] for each in walk(components) if each.get("id")}
    free = 1
    for each in walk(components):
        if not each.get("id"):
            while free in taken:
                free += 1
            each["id"] = free
            taken.add(free)
    return components


def fill_in(components: list[Json], files: list[Attachment], ids: Snowflakes) -> list[Json]:
    """Fill in ids, defaults and media of a message's components; changes them in place and returns them."""
    for each in walk(number(components)):
        _default(each, _DEFAULTS.get(each["type"], {}))
        _resolve(each.get("media"), files, ids)
        if file := _resolve(each.get("file"), files, ids):
            each.update(name=file.filename, size=len(file.content))
        for item in each.get("items") or []:
            _default(item, _DEFAULTS[THUMBNAIL])
            _resolve(item["media"], files, ids)
    return components


def _default(component: Json, defaults: Json) -> None:
    for key, value in defaults.items():
        if component.get(key) is None:
            component[key] = value


def _resolve(media: Any, files: list[Attachment], ids: Snowflakes) -> Attachment | None:
    """Replace an attachment:// address by the file's real one, and return the file. (Reference › Uploading Files)"""
    if not media:
        return None
    file = next((file for file in files if media["url"] == f"attachment://{file.filename}"), None)
    if file is not None:
        media["url"] = file.url
        media["attachment_id"] = str(file.id)
    media.setdefault("id", str(ids.next()))
    media.setdefault("proxy_url", media["url"])
    return file
