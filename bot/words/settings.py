"""A server's settings in words, and what a change did to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from bot.record.places import STATES
from bot.record.problems import Problem
from bot.record.servers import Server
from bot.words.announcing import announced_kinds, collected
from bot.words.card import Button, Buttons, Card, Text
from bot.words.problems import problem_remark
from bot.words.prose import plural, safe

MOST_REMARKS = 5

CALENDAR_CHANGED = "Recorded deadlines stay as they are; new ones are counted by this calendar."


def remarks(stuck: Sequence[tuple[int, str]], broken: Sequence[Problem]) -> list[str]:
    """What is broken and what to do; and what Discord refuses to post, as (channel id, reason)."""
    lines = [problem_remark(problem) for problem in broken[:MOST_REMARKS]]
    if stuck:
        lines += [
            f"Not posted: {plural(count, 'notice')} for <#{channel}>. {safe(reason)}"
            for (channel, reason), count in Counter(stuck).most_common(MOST_REMARKS)
        ]
        lines.append("What waits is sent at once when that is corrected. Until then one is tried every hour.")
    return lines


def calendar_words(name: str) -> str:
    """How a calendar is named in the settings."""
    known = {"none": "none; only closures move a deadline", "US": "US: federal legal holidays"}
    return known.get(name) or f"{name}: federal legal holidays and those of {STATES.get(name[3:], name[3:])}"


def server_facts(server: Server, deleted: Collection[int] = ()) -> dict[str, str]:
    """Each setting by its name; both are markdown. `deleted`: ids of channels and roles that no longer exist."""

    def shown(kind: str, mention: str, number: int) -> str:
        return f"a {kind} that was deleted" if number in deleted else f"<{mention}{number}>"

    main, fallback = server.channel_id, server.fallback_channel_id
    desk, escalation = server.desk_role_id, server.escalation_role_id
    return {
        "Alerts go to": shown("channel", "#", main) if main else "no channel yet; set one with /settings channel",
        "If that is not possible": shown("channel", "#", fallback) if fallback else "alerts wait (/settings fallback)",
        "Posted at": f"{server.hour:02}:00, {server.zone.key}",
        "Calendar": calendar_words(server.calendar),
        "Announced": announced_kinds(server),
        "Collected in one message": collected(server),
        "Who may record facts": (f"{shown('role', '@&', desk)} and " if desk else "") + "Manage Server",
        "Pinged when a deadline has passed": shown("role", "@&", escalation) if escalation else "nobody",
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
