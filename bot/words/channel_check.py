"""The test message of `/settings test`, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.record.problems import Fault
from bot.words.card import Card, Divider, Text, Tone
from bot.words.prose import listed, safe

#: By the names in Discord's settings, what each permission is needed for.
NEEDED_FOR = {
    "View Channel": "to see the channel",
    "Send Messages": "to post alerts and news",
    "Read Message History": "to see what it has posted, so that nothing is posted twice after an interruption",
}
NO_CHANNEL = "No channel for alerts is set. Set one with /settings channel, or name the channel to test. Nothing was posted."
TOO_SOON = "That channel was tested less than a minute ago. Wait a minute before the next test."
GONE = "It was deleted, or is a channel in which no plain messages can be posted."
FOR_ALERTS = "alerts and news"
FOR_RUNGS = "the alerts that have this channel of their own (`/settings ladder show`)"
FALLBACK = "what Discord refuses in the channel for alerts"
UNUSED = "nothing yet: `/settings channel` chooses the channel for alerts"
UNPINGED = {
    Fault.GONE: "the role was deleted. Choose another one with `/settings escalation`.",
    Fault.UNMENTIONABLE: "make the role mentionable in the server's settings.",
}


@dataclass(frozen=True)
class CheckedChannel:
    """What the bot may do in a channel."""

    channel_id: int
    #: The name of the person who asked for it.
    by: str
    #: What is posted there: "alerts and news".
    use: str
    #: Permissions, by their names in Discord's settings.
    missing: tuple[str, ...]
    #: The role that is pinged when a deadline has passed, if there is one.
    role_id: int | None
    #: Why it cannot be pinged there; empty if it can.
    unpinged: str = ""


def check_card(checked: CheckedChannel) -> Card:
    """What is posted: what the bot can do there, and that this is a test. It pings nobody."""
    can = [f"- {name}: {why}" for name, why in NEEDED_FOR.items() if name not in checked.missing]
    if checked.role_id is not None and not checked.unpinged:
        can.append(f"- ping <@&{checked.role_id}> when a deadline has passed")
    lines = [
        "## This is a test",
        f"{safe(checked.by)} has tested this channel with `/settings test`. It announces nothing, and pings nobody.",
        f"Posted here: {checked.use}.",
    ]
    cannot = missing_lines(checked)
    parts = ["\n".join(lines), "\n".join(("**Letterwatch can do here:**", *can))]
    parts += ["\n".join(("**It cannot do here:**", *cannot))] if cannot else []
    blocks = [block for part in parts for block in (Divider(), Text(part))][1:]
    return Card(tuple(blocks), Tone.SOON if cannot else Tone.GOOD)


def missing_lines(checked: CheckedChannel) -> list[str]:
    lines = [f"- {name}: needed {NEEDED_FOR[name]}. Give it to the bot in the channel's settings." for name in checked.missing]
    return [*lines, *([f"- ping <@&{checked.role_id}>: {checked.unpinged}"] if checked.unpinged else [])]


def check_receipt(checked: CheckedChannel, url: str) -> Card:
    cannot = missing_lines(checked)
    lines = [f"**A test message was posted** in <#{checked.channel_id}>: [open it]({url}).", f"Posted there: {checked.use}."]
    lines += ["**The bot cannot do there:**", *cannot] if cannot else ["The bot can do there all that it needs."]
    return Card((Text("\n".join(lines)),), Tone.SOON if cannot else Tone.GOOD)


def cannot_post(channel: str, missing: Sequence[str]) -> str:
    """Why no test message can be posted. `channel` is a mention."""
    needed = listed([f"{name} ({NEEDED_FOR[name]})" for name in missing])
    what_to_do = "Give it these permissions in the channel's settings, then repeat the command."
    return f"Nothing was posted: in {channel} the bot lacks {needed}. {what_to_do}"


def not_posted(channel: str, reason: str) -> str:
    return f"No test message could be posted in {channel}: {safe(reason)}"
