"""The answer to /alerts: what became of each alert, and what the desk has to know first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.record.audit import Difference, DifferenceKind
from bot.record.grouping import MORNING
from bot.record.ladder import NEWS, Due, rung_named
from bot.words.card import Card, Tone
from bot.words.paging import Passage, packed
from bot.words.prose import clipped, listed, moment, plural, safe, span, stamp
from bot.words.status import rung_words

LONGEST_REASON = 300
MOST_PLACES = 3
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
#: What is set aside, by its kind.
_KINDS = {
    "case": "case #{number}",
    "letter": "letter {of_id}",
    "place": "place {of_id}",
    "fact": "fact {of_id} of a place",
    "server": "the settings of this server",
    "notice": "notice {of_id}",
    "alert": "alert {of_id}",
    "closure": "closure {of_id}",
    "problem": "problem {of_id}, of which this server was to be told",
    "index": "the index of states",
}
_NOT_RUNGS = {NEWS: "announcement", MORNING: "alerts"}
_DIFFERENCES = {
    DifferenceKind.MISSING: "{rung} was due and had not been planned",
    DifferenceKind.LATE_LOOK: "its next alert would have been missed",
    DifferenceKind.STRANDED: "{rung} is planned, but the message that carries it is gone",
    DifferenceKind.UNEXPECTED: "{rung} was posted although it was not true",
}


@dataclass(frozen=True)
class AlertLine:
    """One message, or one alert that was superseded."""

    #: The id of its row.
    id: int
    due_at: datetime
    #: None if its row cannot be read, and then nothing else of it is known.
    rung: str | None = None
    occurrence: int = 0
    title: str | None = None
    #: sent, pending, claimed, undeliverable, superseded, set aside, or another word that something else has written.
    state: str = ""
    reason: str = ""
    #: Rung, repeat and title of each letter, where a message may be about several. A title that cannot be read is None.
    sections: Sequence[tuple[str, int, str | None]] = ()
    #: How many alerts it carries, or None where it is one alert of `place`.
    count: int | None = None
    #: Whether there are more than `count`.
    is_more: bool = False
    number: int | None = None
    place: str = ""
    channel_id: int | None = None
    #: Of the message.
    url: str = ""
    sent_at: datetime | None = None
    #: Seconds.
    late_by: int = 0
    next_try: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True)
class AlertNotes:
    """What stands above the list."""

    waiting: int
    failed: int
    #: What is set aside, as (kind, id, number, why), and how many there are in all.
    set_aside: Sequence[tuple[str, int, int | None, str]] = ()
    set_aside_count: int = 0
    #: What the audit found, and whether it is over.
    differences: Sequence[tuple[Difference, bool]] = ()


def alert_cards(lines: Sequence[AlertLine], asked: str, notes: AlertNotes, zone: ZoneInfo) -> list[Card]:
    """`asked`: the filters in words, or empty. `zone` is the server's."""
    heading = "## Alerts" + (f": {safe(asked)}" if asked else "")
    head = [heading, f"{plural(notes.waiting, 'message')} waiting, {notes.failed:,} failed; times in {safe(zone.key)}"]
    alarm = bool(notes.failed or notes.set_aside_count or any(not over for _, over in notes.differences))
    tone = Tone.ALARM if alarm else Tone.CALM
    sections = list(_noted(notes))
    if not lines:
        return packed("\n".join(head), [*sections, Passage(("No alert matches.",))], tone)
    return packed("\n".join(head), [*sections, Passage(tuple(_lines(lines, zone)))], tone)


def _noted(notes: AlertNotes) -> Iterator[Passage]:
    if notes.set_aside_count:
        lines = [f"- {_named(*what)}" for what in notes.set_aside]
        if (more := notes.set_aside_count - len(notes.set_aside)) > 0:
            lines.append(f"- and {more:,} more")
        lines.append(
            "-# Nothing of it is posted or listed until its row in the database is repaired; then it comes back by itself."
        )
        yield Passage(tuple(lines), title="**Cannot be read, and set aside**")
    if notes.differences:
        lines = [f"- {_difference(difference)}{'' if not over else ' (settled)'}" for difference, over in notes.differences]
        yield Passage(tuple(lines), title="**Found by the hourly audit**")


def _named(kind: str, of_id: int, number: int | None, why: str) -> str:
    known = _KINDS.get(kind, "row {of_id} of a kind that is not known")
    name = known.format(of_id=of_id, number=number if number is not None else f"(id {of_id})")
    return f"{name[0].upper()}{name[1:]}: {safe(clipped(why, LONGEST_REASON))}"


def _difference(difference: Difference) -> str:
    what = _DIFFERENCES[difference.kind].format(rung=f"“{_rung(difference.rung, difference.occurrence)}”")
    mended = "; it is looked at now" if difference.looks_again else "; somebody has to look into it"
    return f"Case #{difference.number}: {what} (due {stamp(difference.due_at)}){mended}"


def _rung(name: str, occurrence: int) -> str:
    if name in _NOT_RUNGS:
        return _NOT_RUNGS[name]
    try:
        return rung_words(Due(rung_named(name), occurrence, _NEVER))
    except LookupError:
        return name


def _lines(lines: Sequence[AlertLine], zone: ZoneInfo) -> Iterator[str]:
    """Superseded alerts that differ in nothing but their places share a line."""

    def alike(line: AlertLine) -> tuple[object, ...]:
        if line.count is not None or line.rung is None:
            return (line.id,)
        return (line.due_at, line.rung, line.occurrence, line.title, line.reason)

    for _, group in groupby(lines, alike):
        yield _line(list(group), zone)


def _line(group: Sequence[AlertLine], zone: ZoneInfo) -> str:
    line = group[0]
    if line.rung is None:
        return f"- Row {line.id} cannot be read."
    of_places = line.count is not None and line.rung == NEWS and line.title is None
    sections = line.sections or [(line.rung, line.occurrence, "facts of places" if of_places else line.title)]
    by_rung: dict[str, list[str]] = defaultdict(list)
    for rung, occurrence, title in sections:
        by_rung[_rung(rung, occurrence)].append(safe(title) if title else "a letter that cannot be read")
    about = "; ".join(f"{words} — {listed(titles)}" for words, titles in by_rung.items())
    head = f"- **{moment(line.due_at.astimezone(zone))}**: {about}: {_whom(group)}"
    return f"{head}\n  {_what_became(line)}"


def _whom(group: Sequence[AlertLine]) -> str:
    line = group[0]
    if line.count is not None:
        return f"more than {plural(line.count, 'alert')}" if line.is_more else plural(line.count, "alert")
    named = sorted((each.number, each.place) for each in group if each.number is not None)
    names = [f"#{number} {safe(place)}" for number, place in named]
    count = plural(len(group), "alert")
    return f"{count} ({'; '.join(names)})" if 0 < len(names) == len(group) <= MOST_PLACES else count


def _what_became(line: AlertLine) -> str:
    why = safe(clipped(line.reason, LONGEST_REASON)).rstrip(".")
    where = f" in <#{line.channel_id}>" if line.channel_id else ""
    match line.state:
        case "sent":
            at = f" {stamp(line.sent_at)}" if line.sent_at else ""
            late = f", {span(timedelta(seconds=line.late_by))} late" if line.late_by >= 60 else ""
            return f"**Sent**{at}{where}{late}" + (f": [message]({line.url})" if line.url else "")
        case "pending" | "claimed":
            after = f"; next try {stamp(line.next_try)}" if line.next_try and line.attempts else ""
            because = f": {why}" if why else "" if line.attempts else ": about to be sent"
            return f"**Waiting**{where}{after}{because}"
        case "undeliverable":
            again = f" (next try {stamp(line.next_try)})" if line.next_try else ""
            return f"**Failed**{where}{again}: {why or 'Discord refuses it'}"
        case "superseded":
            return f"**Superseded**: {why or 'it was no longer true'}"
        case "set aside":
            return f"**Set aside**: {why or 'it cannot be read'}"
        case other:
            return f"**Cannot be sent**: its state in the database is “{safe(clipped(other, 20))}”, which is not known"


def asked_for(state: str | None, title: str | None) -> str:
    """The filters of /alerts, in words."""
    return ", ".join(filter(None, (state, title)))
