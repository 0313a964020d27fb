"""A server's settings in words, and what a change made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.record.places import STATES
from bot.record.servers import Server
from bot.words.card import Button, Buttons, Card, Text
from bot.words.prose import plural, safe


def refused_remarks(stuck: Sequence[tuple[int, str]]) -> list[str]:
    """What Discord refuses to post, as (channel, reason), and what to do."""
    if not stuck:
        return []
    found = Counter(stuck).most_common(5)
    lines = [f"Not posted: {plural(count, 'notice')} for <#{channel}>. {safe(reason)}" for (channel, reason), count in found]
    return [*lines, "They are tried again every hour, and at once when /settings channel is set."]


def calendar_words(name: str) -> str:
    """How a calendar is named in the settings."""
    rolls = {"none": "no calendar: nothing rolls but over closures", "US": "US: federal legal holidays"}
    return rolls.get(name) or f"{name}: federal legal holidays and those of {STATES.get(name[3:], name[3:])}"


def server_facts(server: Server) -> dict[str, str]:
    """The settings in words, by what they set."""
    return {
        "Alerts go to": f"<#{server.channel_id}>" if server.channel_id else "nowhere yet: /settings channel",
        "Posted at": f"{server.hour:02}:00, {server.zone.key}",
        "Days are counted by": calendar_words(server.calendar),
        "Facts are recorded by": (f"<@&{server.desk_role_id}> and " if server.desk_role_id else "") + "Manage Server",
        "Pinged when a deadline passed": f"<@&{server.escalation_role_id}>" if server.escalation_role_id else "nobody",
    }


def settings_card(
    now: Mapping[str, str],
    before: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
    buttons: tuple[Button, ...] = (),
) -> Card:
    """Each setting on a line; what was changed says what it was."""
    lines = ["## Settings" if before is None else "## Settings changed"]
    for name, value in now.items():
        was = before[name] if before else value
        lines.append(f"{name}: **{value}**" + (f" (was {was})" if was != value else ""))
    lines += [f"-# {remark}" for remark in remarks]
    return Card((Text("\n".join(lines)), *((Buttons(buttons),) if buttons else ())))
