"""Refusals, and the one message for what went wrong unforeseen: what is the matter and what to do, without blame.

Plain text, made harmless where it is shown (chat/replies.py); only `desk_only` is markdown, since it names a role.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.words.card import Card, Text, Tone
from bot.words.prose import clipped, listed

NOBODY_CHOSEN = "No desk role is set on this server, so only people with Manage Server can record facts: /settings desk."
MANAGERS_ONLY = "Only people with the Manage Server permission can change the settings."
NEEDS_SOURCE = "Every fact needs a source: paste the address it stands at (https://…), or write the title of the document."
STALE = "This button belongs to something that is not recorded on this server."
CHANGED = "This button no longer leads anywhere. Ask again with the command."


def refusal(text: str) -> Card:
    return Card((Text(clipped(text, 2_000)),), Tone.PLAIN)


def unforeseen(reference: str) -> Card:
    return Card(
        (
            Text(
                f"Something went wrong here. Look with /history whether it was recorded, and tell whoever runs this bot the "
                f"reference `{reference}`."
            ),
        ),
        Tone.ALARM,
    )


def desk_only(role_id: int | None) -> str:
    return f"Only the desk records facts on this server: you need the role <@&{role_id}>." if role_id else NOBODY_CHOSEN


def unknown_place(typed: str, nearest: Sequence[str]) -> str:
    near = f" Nearest: {listed(list(nearest), 'or')}." if nearest else ""
    return f"No place called “{typed}” is recorded on this server.{near}"


def several_places(typed: str, labels: Sequence[str]) -> str:
    return f"“{typed}” can be {listed(list(labels), 'or')}. Write the one you mean in full."


def unknown_letter(typed: str, titles: Sequence[str]) -> str:
    if not titles:
        return "No letter is recorded on this server yet. The desk records one with /letter new."
    return f"No letter called “{typed}” is recorded. Recorded: {listed(list(titles[:5]))}."


def several_letters(typed: str, slugs: Sequence[str]) -> str:
    return f"Several letters are called “{typed}”. Write the short name of the one you mean: {listed(list(slugs), 'or')}."


def unknown_case(number: str) -> str:
    return f"There is no case #{number} on this server. Pick one from the list that appears while you type."


def new_place(typed: str, nearest: Sequence[str]) -> str:
    near = f" Recorded and nearest to it: {listed(list(nearest), 'or')}." if nearest else ""
    return (
        f"“{typed}” is not recorded yet. To record it, write it with state and kind, like Boulder, CO (city) or "
        f"Vermont (state); several are separated by semicolons.{near}"
    )


def too_long(what: str, length: int, limit: int) -> str:
    return f"{what} has {length:,} characters; at most {limit:,} fit. Shorten it and send it again."


def empty(what: str) -> str:
    return f"{what} is empty. Write it and send again."
