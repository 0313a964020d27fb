"""A server's settings in words, and what a change did to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.record.places import STATES
from bot.record.servers import Server
from bot.words.card import Button, Buttons, Card, Text
from bot.words.prose import plural, safe

CALENDAR_CHANGED = "Recorded deadlines stay as they are; new ones are counted by this calendar."


def refused_remarks(stuck: Sequence[tuple[int, str]]) -> list[str]:
    """What Discord refuses to post, as (channel id, reason), and what to do."""
    if not stuck:
        return []
    lines = [
        f"Not posted: {plural(count, 'notice')} for <#{channel}>. {safe(reason)}"
        for (channel, reason), count in Counter(stuck).most_common(5)
    ]
    return [*lines, "Letterwatch tries again every hour, and as soon as /settings channel is set."]


def calendar_words(name: str) -> str:
    """How a calendar is named in the settings."""
    known = {"none": "none; only closures move a deadline", "US": "US: federal legal holidays"}
    return known.get(name) or f"{name}: federal legal holidays and those of {STATES.get(name[3:], name[3:])}"


def server_facts(server: Server) -> dict[str, str]:
    """Each setting by its name; both are markdown."""
    return {
        "Alerts go to": f"<#{server.channel_id}>" if server.channel_id else "no channel yet; set one with /settings channel",
        "Posted at": f"{server.hour:02}:00, {server.zone.key}",
        "Calendar": calendar_words(server.calendar),
        "Who may record facts": (f"<@&{server.desk_role_id}> and " if server.desk_role_id else "") + "Manage Server",
        "Pinged when a deadline has passed": f"<@&{server.escalation_role_id}>" if server.escalation_role_id else "nobody",
    }


def settings_card(
    now: Mapping[str, str],
    before: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
    buttons: tuple[Button, ...] = (),
) -> Card:
    """Each setting on a line; a changed one with its old value. Names and values are markdown."""
    lines = ["## Settings" if before is None else "## Settings changed" if before != now else "## Settings: no change"]
    for name, value in now.items():
        old = before[name] if before else value
        lines.append(f"{name}: **{value}**" + (f" (was {old})" if old != value else ""))
    lines += [f"-# {remark}" for remark in remarks]
    return Card((Text("\n".join(lines)), *((Buttons(buttons),) if buttons else ())))
