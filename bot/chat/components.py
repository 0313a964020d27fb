"""A card becomes a Discord message (Components V2). Discord docs, "Component Reference"."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui
from discord.enums import ComponentType

from bot.words.card import Block, Button, Buttons, Card, Divider, Select, SelectLine, Style, Text

STYLES = {
    Style.PRIMARY: discord.ButtonStyle.primary,
    Style.SECONDARY: discord.ButtonStyle.secondary,
    Style.DANGER: discord.ButtonStyle.danger,
}


def view_of(card: Card) -> ui.LayoutView:
    """The card as a view to send, with its role (if any) named above the container.

    The view is already stopped: discord.py would otherwise keep every view it ever sent in memory. Its buttons are answered
    by custom_id (chat/buttons.py), after a restart too. Needs a running event loop. Raises ValueError for more than 40
    components or 4,000 characters.
    """
    view = ui.LayoutView(timeout=None)
    if card.ping_role is not None:
        view.add_item(ui.TextDisplay(f"<@&{card.ping_role}>"))
    view.add_item(ui.Container(*(_item(block) for block in card.blocks), accent_colour=card.tone.value))
    if view.content_length() > 4000:
        raise ValueError(f"a card of {view.content_length()} characters does not fit one message")
    view.stop()
    return view


def _item(block: Block) -> ui.Item[ui.LayoutView]:
    match block:
        case Text(markdown=markdown):
            return ui.TextDisplay(markdown)
        case Divider():
            return ui.Separator()
        case Buttons(buttons=buttons):
            return ui.ActionRow(*(_button(button) for button in buttons))
        case Select(action=action, placeholder=placeholder, choices=choices):
            options = [discord.SelectOption(**_option(choice)) for choice in choices]
            most = len(options)
            return ui.ActionRow(
                ui.Select(custom_id=action, placeholder=placeholder, min_values=0, max_values=most, options=options)
            )


def _button(button: Button) -> ui.Button[ui.LayoutView]:
    if button.url:
        return ui.Button(label=button.label, url=button.url, disabled=button.disabled)
    return ui.Button(label=button.label, custom_id=button.action, style=STYLES[button.style], disabled=button.disabled)


def components_of(card: Card) -> list[dict[str, Any]]:
    """The components of `view_of(card)`, without the objects that a view has for each: a notice is only posted.

    Raises ValueError as `view_of` does.
    """
    container = {
        "type": ComponentType.container.value,
        "accent_color": card.tone.value,
        "spoiler": False,
        "components": [_component(block) for block in card.blocks],
    }
    mention = [] if card.ping_role is None else [Text(f"<@&{card.ping_role}>")]
    count = len(mention) + 1 + sum(map(_count, card.blocks))
    characters = sum(len(block.markdown) for block in (*mention, *card.blocks) if isinstance(block, Text))
    if count > 40 or characters > 4000:
        raise ValueError(f"a card of {count} components and {characters} characters does not fit one message")
    return [*map(_component, mention), container]


def _count(block: Block) -> int:
    match block:
        case Buttons(buttons=buttons):
            return 1 + len(buttons)
        case Select():
            return 2
        case _:
            return 1


def _component(block: Block) -> dict[str, Any]:
    match block:
        case Text(markdown=markdown):
            return {"type": ComponentType.text_display.value, "content": markdown}
        case Divider():
            return {"type": ComponentType.separator.value, "divider": True, "spacing": 1}
        case Buttons(buttons=buttons):
            return {"type": ComponentType.action_row.value, "components": [_button_component(button) for button in buttons]}
        case Select(action=action, placeholder=placeholder, choices=choices):
            select = {"type": ComponentType.string_select.value, "custom_id": action, "placeholder": placeholder}
            select |= {"min_values": 0, "max_values": len(choices), "options": [_option(choice) for choice in choices]}
            return {"type": ComponentType.action_row.value, "components": [select]}


def _option(choice: SelectLine) -> dict[str, Any]:
    described = {"description": choice.description} if choice.description else {}
    return {"label": choice.label, "value": choice.value, "default": choice.ticked, **described}


def _button_component(button: Button) -> dict[str, Any]:
    style = discord.ButtonStyle.link if button.url else STYLES[button.style]
    leads_to = {"url": button.url} if button.url else {"custom_id": button.action}
    of_button = {"type": ComponentType.button.value, "style": style.value, "disabled": button.disabled, "label": button.label}
    return of_button | leads_to
