"""A server's settings in words, and what a change made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.record.places import STATES
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
