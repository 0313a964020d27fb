"""Ladders in words: which alerts there are, when they would be posted, and what a change does to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.ladder import LEGACY_LADDER, STILL_WATCHING, Ladder, Recurrence, Rung, in_order, moments, standing
from bot.record.posting import Posting
from bot.record.rung_words import when_words
from bot.words.card import Button, Buttons, Card, Style, Text, Tone, with_undo
from bot.words.prose import due, safe

LABEL, DAY = 11, 9  # characters of the columns: with the spaces between them 31, which fit a phone
REPEATS = 2  # of a rung that are shown
NEVER, PAST = "-", "past"
_REPEATS = {
    Recurrence.MONTH: "monthly",
    Recurrence.YEAR: "yearly",
    Recurrence.WEEK: "weekly",
    Recurrence.THIRTY_DAYS: "watching?",
}
FOLLOWS = "It has the server's ladder."
OWN = "It has a ladder of its own."
NO_SAMPLE = "-# No letter with a deadline is recorded yet, so no dates can be shown."
FROM_BEFORE = (
    "-# This is the ladder that every server had before ladders could be changed: it repeats every 7 days. "
    "`/settings ladder preview` compares it with the one of new servers, and `/settings ladder reset` chooses that."
)
LEFT = "**The ladder stays as it is.** Nothing was recorded."


@dataclass(frozen=True)
class DatedLadder:
    """A ladder by the deadline of one letter."""

    ladder: Ladder
    heading: str


def ladder_card(
    letter: Letter | None, ladder: Ladder, follows: bool, sample: tuple[Letter, Deadline] | None, posting: Posting
) -> Card:
    """The alerts of a server or a letter, with their dates."""
    lines = [_title(letter)]
    if letter is not None:
        lines.append(FOLLOWS if follows else OWN)
    lines += rung_lines(ladder)
    if letter is None and is_from_before(ladder):
        lines.append(FROM_BEFORE)
    lines += _dates(sample, posting, DatedLadder(ladder, "posted"))
    return Card((Text("\n".join(lines)),))


def comparison_card(
    letter: Letter | None, before: Ladder, after: Ladder, sample: tuple[Letter, Deadline] | None, posting: Posting
) -> Card:
    """The dates by a ladder and by the one that a reset gives, side by side."""
    given = "the server's ladder" if letter else "the ladder of new servers"
    lines = [_title(letter), f"Now, and by {given} (`/settings ladder reset`)."]
    lines += _dates(sample, posting, DatedLadder(before, "now"), DatedLadder(after, "reset"))
    return Card((Text("\n".join(lines)),))


def change_card(
    letter: Letter | None,
    before: Ladder,
    after: Ladder,
    sample: tuple[Letter, Deadline] | None,
    posting: Posting,
    press: str,
    notes: Sequence[str] = (),
) -> Card:
    """What a change would change, with the buttons to decide. `press` is what the Record button does."""
    whose = f"“{safe(letter.title)}”" if letter else "every letter without a ladder of its own"
    lines = [f"## Change the alerts of {whose}?", *changed_lines(before, after), *(f"-# {note}" for note in notes)]
    lines += _dates(sample, posting, DatedLadder(before, "now"), DatedLadder(after, "then"))
    lines.append("-# A new alert whose day has passed already is not posted.")
    buttons = Buttons((Button("Record", press, style=Style.PRIMARY), Button("Leave", "ladderstay:")))
    return Card((Text("\n".join(lines)), buttons), Tone.SOON)


def no_change(letter: Letter | None) -> Card:
    return Card((Text(f"{_title(letter)}\nThat would change nothing, so nothing was recorded."),))


def changed_receipt(letter: Letter | None, before: Ladder, after: Ladder, follows: bool, operation: str) -> Card:
    head = "## Alerts changed" + (f": {safe(letter.title)}" if letter else "")
    lines = [head, *changed_lines(before, after), *([FOLLOWS] if follows else [])]
    return with_undo(lines, operation)


def changed_lines(before: Ladder, after: Ladder) -> list[str]:
    """Which rungs come, go or change."""
    was, becomes = ({rung.name: _rung_line(rung) for rung in standing(ladder)} for ladder in (before, after))
    lines = []
    for rung in _together([before, after]):
        old, new = was.get(rung.name), becomes.get(rung.name)
        if old is None:
            lines.append(f"- Added: {new}")
        elif new is None:
            lines.append(f"- Removed: {old}")
        elif old != new:
            lines.append(f"- {new} (was {old})")
    return lines or ["The same alerts as now."]


def rung_lines(ladder: Ladder) -> list[str]:
    return [f"- {_rung_line(rung)}" for rung in standing(ladder)]


def _rung_line(rung: Rung) -> str:
    """passed: in <#17>, pings <@&18>"""
    whom = f"pings <@&{rung.role_id}>" if rung.role_id else "pings the role of /settings escalation"
    more = [f"in <#{rung.channel_id}>"] if rung.channel_id else []
    more += [whom] if rung.loud else []
    return f"**{when_words(rung)}**" + (f": {', '.join(more)}" if more else "")


def is_from_before(ladder: Ladder) -> bool:
    """Whether it is the ladder that servers had before ladders could be changed."""
    return [rung.name for rung in standing(ladder)] == [rung.name for rung in LEGACY_LADDER]


def ladder_words(ladder: Ladder) -> str:
    """In one short line: "13, 30 days before to 30 days after, then monthly"."""
    once = [rung for rung in standing(ladder) if rung.every is None]
    repeat = next((rung for rung in standing(ladder) if rung.every and rung.name != STILL_WATCHING.name), None)
    span = f", {when_words(once[0])} to {when_words(once[-1])}" if len(once) > 1 else ""
    then = f", then {when_words(repeat).removesuffix(' after')}" if repeat else ""
    return f"{len(standing(ladder))}{span}{then}"


def _title(letter: Letter | None) -> str:
    return f"## Alerts of {safe(letter.title)}" if letter else "## Alerts of this server"


def _together(ladders: Iterable[Ladder]) -> Ladder:
    """The rungs of all of them, in order, each once."""
    return in_order({rung.name: rung for ladder in ladders for rung in standing(ladder)}.values())


def _dates(sample: tuple[Letter, Deadline] | None, posting: Posting, *shown: DatedLadder) -> Iterator[str]:
    """A table in a code block, in which all characters are equally wide."""
    if sample is None:
        yield NO_SAMPLE
        return
    letter, deadline = sample
    yield f"**{safe(letter.title)}**, due {due(deadline)}:"
    by_name = [_days(each.ladder, deadline, posting) for each in shown]
    yield "```"
    yield _row("days", *(each.heading for each in shown))
    for rung in _together(each.ladder for each in shown):
        label = _label(rung)
        columns = [days.get(rung.name, [NEVER]) for days in by_name]
        for number in range(max(map(len, columns))):
            cells = [days[number] if number < len(days) else "" for days in columns]
            yield _row(label if number == 0 else "", *cells)
    yield "```"


def _label(rung: Rung) -> str:
    """when_words in at most LABEL characters: 30 before; the day; monthly"""
    if rung.every:
        return _REPEATS[rung.every]
    return f"{rung.days} {rung.phase.value}" if rung.days else when_words(rung)


def _row(label: str, *cells: str) -> str:
    return " ".join((f"{label:<{LABEL}}", *(f"{cell:>{DAY}}" for cell in cells))).rstrip()


def _days(ladder: Ladder, deadline: Deadline, posting: Posting) -> Mapping[str, list[str]]:
    """By the name of each rung, the days on which it is posted."""
    days: dict[str, list[str]] = {}
    for rung in standing(ladder):
        others = tuple(other for other in standing(ladder) if not other.every or other == rung)
        most = REPEATS if rung.every and rung.every is not Recurrence.THIRTY_DAYS else 1
        found = (d for d in islice(moments(others, deadline, posting), len(others) + most) if d.rung.name == rung.name)
        days[rung.name] = [_day(d.at, posting) for d in islice(found, most)] or [PAST if rung.since else NEVER]
    return days


def _day(at: datetime, posting: Posting) -> str:
    local = at.astimezone(posting.zone)
    return f"{local.day} {local:%b %y}"
