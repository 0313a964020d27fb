"""What Discord's own client checks in buttons, menus and forms, before the bot receives anything.

(Discord docs, Components › Component Reference; Interactions › Receiving and Responding › Modal Submit Data)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox import commands, components
from sandbox.bus import Json
from sandbox.inputs import Refused, Resolver, reference


def press(tree: list[Json], custom_id: str, kind: int, values: list[Any], resolver: Resolver, viewer: int) -> Json:
    """The interaction data of a button or menu of a message. Raises Refused for what the message does not offer.

    (› Message Component Data Structure)
    """
    component = next((each for each in components.walk(tree) if each.get("custom_id") == custom_id), None)
    if component is None or component["type"] != kind:
        raise Refused(f"the message has no such component {custom_id!r}")
    if component.get("disabled"):
        raise Refused("that component is disabled")
    data: Json = {"id": component.get("id"), "custom_id": custom_id, "component_type": kind}
    if kind in components.SELECTS:
        data["values"] = chosen(component, values, resolver, viewer)
        if resolver.resolved:
            data["resolved"] = resolver.resolved
    return data


def chosen(select: Json, values: list[Any], resolver: Resolver, viewer: int) -> list[str]:
    """The values chosen in a menu: as many as it allows, and only those it offers. (Component Reference › String Select)"""
    least, most = select.get("min_values"), select.get("max_values")
    least, most = (1 if least is None else least), (1 if most is None else most)
    if not least <= len(values) <= most and (values or select.get("required", True)):
        raise Refused(f"choose between {least} and {most}")
    kind = select["type"]
    if kind == components.STRING_SELECT:
        offered = {option["value"] for option in select.get("options") or []}
        if unknown := [each for each in values if each not in offered]:
            raise Refused(f"the menu does not offer {unknown[0]!r}")
        return [str(each) for each in values]
    as_option = {
        components.USER_SELECT: commands.USER,
        components.ROLE_SELECT: commands.ROLE,
        components.MENTIONABLE_SELECT: commands.MENTIONABLE,
        components.CHANNEL_SELECT: commands.CHANNEL,
    }
    option = {"name": "value", "type": as_option[kind], "channel_types": select.get("channel_types")}
    return [reference(option, each, resolver, viewer) for each in values]


def form_fields(modal: Json) -> Iterator[tuple[str, Json]]:
    """The inputs of a form, each with the label that a person reads."""
    for top in modal["components"]:
        if top["type"] == components.LABEL:
            yield top["label"], top["component"]
        elif top["type"] == components.ROW:
            for field in top["components"]:
                yield field.get("label", ""), field


def entered(tree: list[Json]) -> dict[str, Any]:
    """The values in a submitted tree of components, by custom id."""
    return {
        each["custom_id"]: each["values"] if "values" in each else each.get("value")
        for each in components.walk(tree)
        if each.get("custom_id")
    }


def form(modal: Json, answers: dict[str, Any], resolver: Resolver, viewer: int) -> list[Json]:
    """A completed form in the shape in which a bot receives it. (Receiving and Responding › Modal Submit Data)"""
    fields = {field["custom_id"]: field for _, field in form_fields(modal)}
    if unknown := set(answers) - set(fields):
        raise Refused(f"the form has no field {sorted(unknown)[0]!r}")
    completed = []
    for top in modal["components"]:
        written: Json = {"type": top["type"], "id": top.get("id")}
        if top["type"] == components.LABEL:
            written["component"] = _field(top["label"], top["component"], answers, resolver, viewer)
        elif top["type"] == components.ROW:
            inner = top["components"]
            written["components"] = [_field(each.get("label", ""), each, answers, resolver, viewer) for each in inner]
        completed.append(written)
    return completed


def _field(caption: str, field: Json, answers: dict[str, Any], resolver: Resolver, viewer: int) -> Json:
    custom_id = field["custom_id"]
    written: Json = {"type": field["type"], "id": field.get("id"), "custom_id": custom_id}
    if field["type"] in components.SELECTS:
        preset = [each["value"] for each in field.get("options") or [] if each.get("default")]
        preset = preset or [each["id"] for each in field.get("default_values") or []]
        values = answers.get(custom_id)
        values = preset if values is None else [values] if isinstance(values, str | int) else values
        if not values and field.get("required", True):
            raise Refused(f"{caption}: this field is required")
        return written | {"values": chosen(field, values, resolver, viewer)}
    text = answers.get(custom_id)
    text = str((field.get("value") or "") if text is None else text)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if not text and field.get("required", True):
        raise Refused(f"{caption}: this field is required")
    if text and not least <= len(text) <= most:
        raise Refused(f"{caption}: must be between {least} and {most} characters")
    return written | {"value": text}
