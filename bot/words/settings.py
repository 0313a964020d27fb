"""A server's settings in words, and what a change did to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import written
from bot.record.places import STATES
from bot.record.plan import NoticeAhead
from bot.record.problems import Problem
from bot.record.revisions import Revision
from bot.record.servers import Server
from bot.words.announcing import announced_kinds, collected
from bot.words.card import Button, Buttons, Card, Divider, Text, Tone
from bot.words.ladders import ladder_words
from bot.words.problems import problem_remark
from bot.words.prose import day, listed, moment, plural, safe
from bot.words.quiet_times import NOTHING_QUIET, WAITS, posted_at, quiet_words
from bot.words.revisions import fields_text
from bot.words.status import rung_words

MOST_REMARKS = 5
MOST_NEXT = 4

CALENDAR_CHANGED = "Recorded deadlines stay as they are; new ones are counted by this calendar."


def calendar_words(name: str) -> str:
    """How a calendar is named in the settings."""
    known = {"none": "none; only closures move a deadline", "US": "US: federal legal holidays"}
    return known.get(name) or f"{name}: federal legal holidays and those of {STATES.get(name[3:], name[3:])}"


def server_facts(server: Server, deleted: Collection[int] = ()) -> dict[str, str]:
    """Each setting by its name; both are markdown. `deleted`: ids of channels and roles that no longer exist."""

    def shown(kind: str, mention: str, number: int) -> str:
        return f"a {kind} that was deleted" if number in deleted else f"<{mention}{number}>"

    main, fallback = server.channel_id, server.fallback_channel_id
    desk = [shown("role", "@&", role) for role in server.desk_role_ids]
    escalation = server.escalation_role_id
    return {
        "Alerts go to": shown("channel", "#", main) if main else "no channel yet; set one with /settings channel",
        "If that is not possible": shown("channel", "#", fallback) if fallback else "alerts wait (/settings fallback)",
        "Posted at": posted_at(server),
        "Alerts": ladder_words(server.ladder),
        "Quiet": quiet_words(server.quiet, server.calendar),
        "Calendar": calendar_words(server.calendar),
        "Announced": announced_kinds(server),
        "Collected in one message": collected(server),
        "Who may record facts": listed([*desk, "Manage Server"]),
        "Pinged when a deadline has passed": shown("role", "@&", escalation) if escalation else "nobody",
    }


def settings_card(
    now: Mapping[str, str],
    before: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
    buttons: tuple[Button, ...] = (),
) -> Card:
    """Each setting on a line; where some were changed, these alone, with their old values. Names and values are markdown."""
    lines = ["## Settings" if before is None else "## Settings changed" if before != now else "## Settings: no change"]
    for name, value in now.items():
        old = before[name] if before else value
        if before is None or before == now or old != value:
            lines.append(f"{name}: **{value}**" + (f" (was {old})" if old != value else ""))
    lines += [f"-# {remark}" for remark in remarks]
    return Card((Text("\n".join(lines)), *((Buttons(buttons),) if buttons else ())))


def quiet_card(server: Server) -> Card:
    """What is quiet, with a button to turn it off."""
    if server.quiet is None:
        return Card((Text(f"## Quiet times: none\n{NOTHING_QUIET}"),))
    lines = (
        "## Quiet times",
        f"Quiet: **{quiet_words(server.quiet, server.calendar)}**",
        f"Posted at: **{posted_at(server)}**",
        f"-# {WAITS}",
    )
    return Card((Text("\n".join(lines)), Buttons((Button("Turn off", "noquiet:"),))))


def settings_page(
    facts: Mapping[str, str], changed: Revision | None, missing: Sequence[str], coming: Sequence[str], zone: ZoneInfo
) -> Card:
    """What is set, what is missing and what comes next. `facts` as of `server_facts`; the lines are markdown."""
    lines = ["## Settings", *(f"{name}: **{value}**" for name, value in facts.items())]
    if changed:
        on = written(changed.recorded_at.astimezone(zone).date())
        lines.append(f"-# Last changed: {fields_text(changed)}, by {safe(changed.recorded_by)}, {on}")
    parts = (
        "\n".join(lines),
        "\n".join(("### Missing", *(f"- {line}" for line in missing))) if missing else "### Missing\nNothing.",
        "\n".join(("### Next", *coming)),
    )
    blocks = [block for part in parts for block in (Divider(), Text(part))][1:]
    return Card(tuple(blocks), Tone.SOON if missing else Tone.PLAIN)


def missing_lines(
    server: Server, has_letters: bool, broken: Sequence[Problem], refused: Sequence[tuple[int, str]]
) -> list[str]:
    """What keeps alerts from being posted, or the desk from working, each with what to do. `refused`: (channel id, reason)."""
    lines = []
    if server.channel_id is None:
        lines.append("No channel is set, so nothing is posted. `/settings channel` sets it.")
    lines += [problem_remark(problem) for problem in broken[:MOST_REMARKS]]
    if len(broken) > MOST_REMARKS:
        lines.append(f"{plural(len(broken) - MOST_REMARKS, 'other thing')} like this.")
    lines += refused_lines(refused)
    if not server.desk_role_ids:
        lines.append("No desk role is set, so only people with Manage Server can record facts. `/settings desk` adds one.")
    if not has_letters:
        lines.append("No letter is recorded yet. `/letter new` records one, `/import` reads one.")
    return lines


def refused_lines(refused: Sequence[tuple[int, str]]) -> list[str]:
    """What Discord refuses to post, as (channel id, reason)."""
    if not refused:
        return []
    lines = [
        f"Not posted: {plural(count, 'notice')} for <#{channel}>. {safe(reason)}"
        for (channel, reason), count in Counter(refused).most_common(MOST_REMARKS)
    ]
    return [*lines, "What waits is sent at once when that is corrected. Until then one is tried every hour."]


def silences_line(count: int, next_end: date | None) -> str:
    """How many silences hold, and when the first of them ends."""
    ends = f"the next ends {day(next_end)}" if next_end else "each until the next event"
    return f"{plural(count, 'silence')} of overdue reminders: {ends}; `/silences` lists them."


def coming_lines(server: Server, coming: Sequence[NoticeAhead], waiting: int, days: int) -> list[str]:
    """What is posted next, and where. `coming`: what is due at one moment within so many `days`."""
    lines = []
    if waiting:
        lines.append(f"{plural(waiting, 'notice')} {'is' if waiting == 1 else 'are'} about to be sent; `/alerts` lists them.")
    if not coming:
        return [*lines, f"No alert is due in the next {plural(days, 'day')}. `/schedule` looks further ahead."]
    where = f"in <#{server.channel_id}>" if server.channel_id else "if a channel is set by then"
    lines.append(f"**{moment(coming[0].due.at.astimezone(server.zone))}**, {where}:")
    lines += [_coming_line(each) for each in coming[:MOST_NEXT]]
    if len(coming) > MOST_NEXT:
        lines.append(f"- {plural(len(coming) - MOST_NEXT, 'other alert')} at the same time; `/schedule` lists them")
    return lines


def _coming_line(notice: NoticeAhead) -> str:
    own = notice.due.rung.channel_id
    where = f", in <#{own}>" if own else ""
    return f"- {safe(notice.letter.title)}, {rung_words(notice.due)}: {plural(notice.count, 'case')}{where}"
