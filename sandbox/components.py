"""Which components a message or a form may contain. (Discord docs, Components › Component Reference)

``check_message`` and ``check_modal`` add every mistake with its place, as Discord's "Invalid Form Body" does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.bus import Json
from sandbox.errors import Path, Problems

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL = 17, 18
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

_TOP_V2 = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR)
MAX_COMPONENTS = 40
MAX_TEXT = 4000

_Check = Callable[[Problems, Path, Json], None]


def walk(components: Any) -> Iterator[Json]:
    """Every component of a tree, nested ones included, in reading order. Skips what is not a component."""
    for each in components if isinstance(components, list) else ():
        if isinstance(each, dict):
            yield each
            yield from walk(each.get("components"))
            yield from walk([each[key] for key in ("accessory", "component") if each.get(key)])


def texts(components: list[Json]) -> list[str]:
    """The contents of all text displays of a tree."""
    contents = [each.get("content") for each in walk(components) if each.get("type") == TEXT_DISPLAY]
    return [text for text in contents if isinstance(text, str)]


def check_message(problems: Problems, components: Any, *, v2: bool) -> None:
    """A message's components: five action rows, or with the V2 flag any 40 components and 4000 characters.

    (Component Reference › Legacy Message Component Behavior; Resources › Message › Message Flags)
    """
    path: Path = ("components",)
    limit, allowed = (MAX_COMPONENTS, _TOP_V2) if v2 else (5, (ROW,))
    top = problems.listing(path, components, 1 if v2 else 0, limit)
    _children(problems, path, top, allowed)
    _check_totals(problems, path, top)
    _check_custom_ids(problems, path, top)


def check_modal(problems: Problems, data: Json, path: Path = ("data",)) -> None:
    """A form: a title of 45 characters, one to five components. (Interactions › Receiving and Responding › Modal)"""
    problems.text((*path, "custom_id"), data.get("custom_id"), 1, 100)
    problems.text((*path, "title"), data.get("title"), 1, 45)
    inside = (*path, "components")
    top = problems.listing(inside, data.get("components"), 1, 5)
    for index, each in enumerate(top):
        here = (*inside, index)
        kind = _kind(problems, here, each, (ROW, TEXT_DISPLAY, LABEL))
        if kind == ROW:
            _modal_row(problems, here, each)
        elif kind:
            _CHECKS[kind](problems, here, each)
    _check_custom_ids(problems, inside, top)


def _check_totals(problems: Problems, path: Path, top: list[Json]) -> None:
    count = sum(1 for _ in walk(top))
    if count > MAX_COMPONENTS:
        problems.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
                     f"The maximum number of components is {MAX_COMPONENTS}, this has {count}")  # fmt: skip
    written = sum(len(text) for text in texts(top))
    if written > MAX_TEXT:
        problems.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                     f"The maximum displayable text size is {MAX_TEXT}, this has {written}")  # fmt: skip


def _check_custom_ids(problems: Problems, path: Path, top: list[Json]) -> None:
    seen: set[str] = set()
    numbers: set[int] = set()
    for each in walk(top):
        if isinstance(custom := each.get("custom_id"), str):
            if custom in seen:
                problems.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
            seen.add(custom)
        if isinstance(own := each.get("id"), int) and own:
            if own in numbers:
                problems.add(path, "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            numbers.add(own)


def _kind(problems: Problems, path: Path, each: Any, allowed: tuple[int, ...]) -> int | None:
    """The type of a component, if it is allowed here; else None, and a mistake."""
    if not isinstance(each, dict):
        problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return None
    kind = each.get("type")
    if kind not in allowed:
        problems.choices((*path, "type"), allowed)
        return None
    problems.number((*path, "id"), each.get("id"), 0, 2**31 - 1)
    return int(kind)


def _children(problems: Problems, path: Path, children: list[Any], allowed: tuple[int, ...]) -> None:
    for index, each in enumerate(children):
        here = (*path, index)
        if kind := _kind(problems, here, each, allowed):
            _CHECKS[kind](problems, here, each)


def _row(problems: Problems, path: Path, row: Json) -> None:
    """Five buttons or one select, never both. (Component Reference › Action Row)"""
    inside = (*path, "components")
    children = problems.listing(inside, row.get("components"), 1, 5)
    _children(problems, inside, children, (BUTTON, *SELECTS))
    kinds = [each.get("type") for each in children if isinstance(each, dict)]
    if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
        problems.add(inside, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")


def _modal_row(problems: Problems, path: Path, row: Json) -> None:
    """A text input alone in a row, with its own label: the older form of it. (› Text Input, "label" deprecated)"""
    inside = (*path, "components")
    for index, each in enumerate(problems.listing(inside, row.get("components"), 1, 1)):
        here = (*inside, index)
        if _kind(problems, here, each, (TEXT_INPUT,)):
            problems.text((*here, "label"), each.get("label"), 1, 45)
            _text_input(problems, here, each)


def _button(problems: Problems, path: Path, button: Json) -> None:
    """A custom id, or an address for a link button; a label of 80 characters, or an emoji. (› Button)"""
    style = button.get("style")
    if style not in (1, 2, 3, 4, 5):
        problems.choices((*path, "style"), (1, 2, 3, 4, 5))
    problems.text((*path, "label"), button.get("label"), 1, 80, needed=not button.get("emoji"))
    link, custom = button.get("url"), button.get("custom_id")
    if style == 5:
        problems.text((*path, "url"), link, 1, 512)
        _address((*path, "url"), link, problems, ("http://", "https://", "discord://"))
        if custom:
            problems.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                         "A custom id and url cannot both be specified")  # fmt: skip
    else:
        problems.text((*path, "custom_id"), custom, 1, 100)
        if link:
            problems.add((*path, "url"), "BUTTON_COMPONENT_INVALID_URL", "Only a link button has a url")


def _select(problems: Problems, path: Path, select: Json) -> None:
    """(Component Reference › String Select and the selects after it)"""
    problems.text((*path, "custom_id"), select.get("custom_id"), 1, 100)
    problems.text((*path, "placeholder"), select.get("placeholder"), 0, 150, needed=False)
    problems.number((*path, "min_values"), select.get("min_values"), 0, 25)
    problems.number((*path, "max_values"), select.get("max_values"), 1, 25)
    if select["type"] == STRING_SELECT:
        _options(problems, (*path, "options"), select.get("options"))


def _options(problems: Problems, path: Path, options: Any) -> None:
    """One to 25 options with different values. (› String Select › Select Option Structure)"""
    values: set[str] = set()
    for index, raw in enumerate(problems.listing(path, options, 1, 25)):
        here = (*path, index)
        option = problems.mapping(here, raw)
        problems.text((*here, "label"), option.get("label"), 1, 100)
        problems.text((*here, "value"), option.get("value"), 1, 100)
        problems.text((*here, "description"), option.get("description"), 0, 100, needed=False)
        value = str(option.get("value"))
        if value in values:
            problems.add((*here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                         "The specified option value is already used")  # fmt: skip
        values.add(value)


def _text_input(problems: Problems, path: Path, field: Json) -> None:
    """(Component Reference › Text Input)"""
    problems.text((*path, "custom_id"), field.get("custom_id"), 1, 100)
    if field.get("style") not in (1, 2):
        problems.choices((*path, "style"), (1, 2))
    problems.number((*path, "min_length"), field.get("min_length"), 0, 4000)
    problems.number((*path, "max_length"), field.get("max_length"), 1, 4000)
    problems.text((*path, "value"), field.get("value"), 0, 4000, needed=False)
    problems.text((*path, "placeholder"), field.get("placeholder"), 0, 100, needed=False)


def _label(problems: Problems, path: Path, label: Json) -> None:
    """A label of 45 characters above one input. (Component Reference › Label)"""
    problems.text((*path, "label"), label.get("label"), 1, 45)
    problems.text((*path, "description"), label.get("description"), 0, 100, needed=False)
    inside = (*path, "component")
    if kind := _kind(problems, inside, label.get("component"), (TEXT_INPUT, *SELECTS)):
        _CHECKS[kind](problems, inside, label["component"])


def _section(problems: Problems, path: Path, section: Json) -> None:
    """One to three texts beside a button or a picture. (Component Reference › Section)"""
    inside = (*path, "components")
    _children(problems, inside, problems.listing(inside, section.get("components"), 1, 3), (TEXT_DISPLAY,))
    beside = (*path, "accessory")
    if section.get("accessory") is None:
        problems.required(beside)
    elif kind := _kind(problems, beside, section["accessory"], (BUTTON, THUMBNAIL)):
        _CHECKS[kind](problems, beside, section["accessory"])


def _text_display(problems: Problems, path: Path, text: Json) -> None:
    """(Component Reference › Text Display)"""
    problems.text((*path, "content"), text.get("content"), 1, MAX_TEXT)


def _thumbnail(problems: Problems, path: Path, picture: Json) -> None:
    """(Component Reference › Thumbnail)"""
    problems.text((*path, "description"), picture.get("description"), 0, 1024, needed=False)
    _media(problems, (*path, "media"), picture.get("media"))


def _gallery(problems: Problems, path: Path, gallery: Json) -> None:
    """One to ten pictures. (Component Reference › Media Gallery)"""
    inside = (*path, "items")
    for index, item in enumerate(problems.listing(inside, gallery.get("items"), 1, 10)):
        _thumbnail(problems, (*inside, index), problems.mapping((*inside, index), item))


def _file(problems: Problems, path: Path, file: Json) -> None:
    """A file that is attached to the same message. (Component Reference › File)"""
    media = problems.mapping((*path, "file"), file.get("file"))
    _address((*path, "file", "url"), media.get("url"), problems, ("attachment://",))


def _separator(problems: Problems, path: Path, line: Json) -> None:
    """(Component Reference › Separator)"""
    if line.get("spacing") not in (None, 1, 2):
        problems.choices((*path, "spacing"), (1, 2))


def _container(problems: Problems, path: Path, container: Json) -> None:
    """(Component Reference › Container)"""
    problems.number((*path, "accent_color"), container.get("accent_color"), 0, 0xFFFFFF)
    inside = (*path, "components")
    children = problems.listing(inside, container.get("components"), 1, MAX_COMPONENTS)
    _children(problems, inside, children, _IN_CONTAINER)


def _media(problems: Problems, path: Path, media: Any) -> None:
    url = media.get("url") if isinstance(media, dict) else None
    _address((*path, "url"), url, problems, ("http://", "https://", "attachment://"))


def _address(path: Path, url: Any, problems: Problems, schemes: tuple[str, ...]) -> None:
    if not url:
        problems.required(path)
    elif not isinstance(url, str) or not url.startswith(schemes):
        named = ", ".join(repr(scheme.removesuffix("://")) for scheme in schemes)
        problems.add(path, "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of ({named}).")


_CHECKS: dict[int, _Check] = {
    ROW: _row,
    BUTTON: _button,
    **dict.fromkeys(SELECTS, _select),
    TEXT_INPUT: _text_input,
    SECTION: _section,
    TEXT_DISPLAY: _text_display,
    THUMBNAIL: _thumbnail,
    GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
    LABEL: _label,
}
