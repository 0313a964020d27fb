"""Refusals, and the message for unexpected errors: what is wrong and what to do, without blame.

Plain text: chat/responses.py escapes it before it is shown. Only `desk_only` is markdown, since it names a role.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.words.card import Card, Text, Tone
from bot.words.prose import clipped, listed

LONGEST = 3_800  # characters of a refusal: a message takes 4,000
NO_DESK_ROLE = "Only people with Manage Server can record facts here, as no desk role is set. Set one with /settings desk."
DESK_ROLE_DELETED = (
    "Only people with Manage Server can record facts here, as the desk role was deleted. They can choose another one with "
    "/settings desk."
)
MANAGERS_ONLY = "Only people with the Manage Server permission can change the settings."
NEEDS_SOURCE = "Every fact needs a source: paste its address (https://…), or write the title of the document."
STALE = "This button is for something that is not recorded on this server."
CHANGED = "This button no longer works. Use the command again."
CHANGED_COMMAND = "This command has changed since Discord last loaded it. Reload Discord (Ctrl+R), then type the command again."
UNSEEN_CHANNEL = "The bot cannot see that channel. Give it View Channel in the channel's settings, then repeat the command."
FORM_OVER = "This form can no longer be used, as it is too old. Use the command or button again, which opens a new one."
FORM_OF_OTHER_VERSION = (
    "This form is of another version of the bot. Use the command or button again, which opens the form as it is now."
)
FORM_SENT = "This form was sent before. /history shows what was recorded then; nothing was added to it now."


def refusal(text: str) -> Card:
    return Card((Text(clipped(text, LONGEST)),), Tone.PLAIN)


def unforeseen(reference: str) -> Card:
    return Card(
        (
            Text(
                "Something went wrong. Check /history to see if it was recorded, and give whoever runs this bot the "
                f"reference `{reference}`."
            ),
        ),
        Tone.ALARM,
    )


def desk_only(role_ids: Sequence[int], deleted: int = 0) -> str:
    """`role_ids`: the desk roles that exist. `deleted`: how many others were chosen and do not exist any more."""
    if not role_ids:
        return DESK_ROLE_DELETED if deleted else NO_DESK_ROLE
    roles = listed([f"<@&{role_id}>" for role_id in role_ids], "or")
    return f"Only the desk can record facts on this server. You need the role {roles}."


def unknown_place(typed: str, nearest: Sequence[str]) -> str:
    suggestion = f" Did you mean {listed(list(nearest), 'or')}?" if nearest else ""
    return f"No place called “{typed}” is recorded on this server.{suggestion}"


def may_be(typed: str, labels: Sequence[str]) -> str:
    return f"“{typed}” may be {listed(list(labels), 'or')}."


def not_exact(typed: str, labels: Sequence[str]) -> str:
    """`labels`: the full names of those that may be meant."""
    return may_be(typed, labels) if len(labels) > 1 else f"“{typed}” is not the full name of a recorded place."


def several_places(typed: str, labels: Sequence[str]) -> str:
    return f"{may_be(typed, labels)} Write the full name of the one you mean."


def unknown_letter(typed: str, titles: Sequence[str]) -> str:
    if not titles:
        return "No letters are recorded on this server yet. The desk can record one with /letter new."
    return f"No letter called “{typed}” is recorded. Recorded letters: {listed(list(titles[:5]))}."


def several_letters(typed: str, slugs: Sequence[str]) -> str:
    return f"Several letters match “{typed}”. Write the short name of the one you mean: {listed(list(slugs), 'or')}."


def unknown_case(number: str) -> str:
    return f"There is no case #{number} on this server. Pick one from the list that appears as you type."


def new_place(typed: str) -> str:
    return (
        f"“{typed}” is not recorded yet. To record it, write it with its state and kind, like Boulder, CO (city) or "
        "Vermont (state)."
    )


def did_you_mean(refused: str, labels: Sequence[str]) -> str:
    return f"{refused} Did you mean {listed(list(labels), 'or')}?"


def wrong_names(reasons: Sequence[str]) -> str:
    """What is wrong with the names of a list, each on a line of its own."""
    return reasons[0] if len(reasons) == 1 else "\n".join(("Nothing was recorded:", *(f"- {reason}" for reason in reasons)))


def too_long(what: str, length: int, limit: int) -> str:
    return f"{what} is {length:,} characters long; the limit is {limit:,}. Shorten it and send it again."


def empty(what: str) -> str:
    return f"{what} is empty. Fill it in and send it again."
