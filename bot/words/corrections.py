"""Corrections in words: what would change, what was recorded, and why something cannot be corrected so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState
from bot.record.corrections import How
from bot.record.deadlines.dates import written
from bot.record.events import Event
from bot.record.ladder import Due
from bot.record.places import Jurisdiction
from bot.words.card import Button, Buttons, Card, Style, Text, Tone
from bot.words.events import event_line, recorder, what_happened
from bot.words.prose import clipped, due, happened, moment, plural, safe
from bot.words.status import case_line as status_line
from bot.words.status import headline, rung_words, tone

HOWS = {
    How.REPLACE: "Replace it by what is right",
    How.TAKE_BACK: "Take it back: it did not happen",
    How.MOVE: "Move it to another case",
}
LONGEST_IN_FILE = 1000  # characters
MOST_LISTED = 12  # entries
LONGEST_OPTION = 100  # characters of a choice (Discord docs, "Select Option Structure")
#: What the correction of a fact says that goes with another one.
GONE_ALONG = "It rested on an entry that was corrected."
WITHDRAWN = "Withdrawn with its case."
RESTORED = "In effect again."
CHANGED = "Something else was recorded in the meantime, so nothing was corrected yet. This is what would change now."
LEFT = "**Nothing was corrected.**"


@dataclass(frozen=True)
class CaseChange:
    """How one case stands now, and how it would stand."""

    case: Case
    before: CaseState
    after: CaseState
    #: An alert that becomes due again and is posted at once, marked late.
    due_now: Due | None = None
    #: The next alert of the ladder.
    next_due: Due | None = None
    #: Whether the server has no channel for alerts.
    lacks_channel: bool = False


@dataclass(frozen=True)
class Announced:
    """What a channel was told of an event."""

    #: When; None if it is not known, or the notice still waits.
    at: datetime | None
    is_posted: bool


@dataclass(frozen=True)
class CorrectionPreview:
    """What a correction would change."""

    changes: tuple[CaseChange, ...]
    event: Event
    #: What is recorded in its place, or moved; None if it is taken back.
    new: Event | None
    #: What rests on it and goes with it.
    along: tuple[Event, ...]
    reason: str
    told: Announced | None
    #: Whether a correction will be posted.
    is_news: bool
    zone: ZoneInfo
    #: Whether it is moved to the second of the cases.
    is_moved: bool = False


def preview_card(preview: CorrectionPreview, buttons: Sequence[Button], again: bool = False) -> Card:
    """What a correction would change, with the buttons that decide. `again`: the record has changed since it was shown."""
    case = preview.changes[0].case
    lines = [f"-# {CHANGED}"] if again else []
    lines += [
        f"**Correct #{case.number} {safe(case.place.label)}**, {safe(case.letter.title)}",
        f"~~{_line(preview.event)}~~",
        *_instead(preview),
        *_along(preview.along),
        f"Reason: {safe(clipped(preview.reason, 500))}",
    ]
    for change in preview.changes:
        lines += _change_lines(change, preview.zone, named=len(preview.changes) > 1)
    lines.append(_told_line(preview.told, preview.is_news, preview.zone))
    return Card((Text(clipped("\n".join(lines), 3_700)), Buttons(tuple(buttons))), Tone.SOON)


def _instead(preview: CorrectionPreview) -> Iterable[str]:
    if preview.is_moved and preview.new:
        target = preview.changes[1].case
        yield f"Moved to **#{target.number} {safe(target.place.label)}**, {safe(target.letter.title)}"
    elif preview.new:
        yield f"Instead: {_line(preview.new)}"
    else:
        yield "It is taken back, and nothing is recorded in its place."


def _line(event: Event) -> str:
    return clipped(event_line(event, most_sources=2), 900)


def _along(along: Sequence[Event]) -> Iterable[str]:
    if along:
        rest = "rests" if len(along) == 1 else "rest"
        yield f"**This also takes back {plural(len(along), 'later fact')} that {rest} on it:**"
        yield from (f"- {clipped(event_line(event, most_sources=1), 300)}{recorder(event)}" for event in along[:10])
        if len(along) > 10:
            yield f"- and {len(along) - 10} more"


def _change_lines(change: CaseChange, zone: ZoneInfo, named: bool) -> Iterable[str]:
    of = f" (#{change.case.number})" if named else ""
    yield f"Now{of}: **{safe(headline(change.before)) if change.before.exists else 'not recorded'}**"
    yield f"Then{of}: **{safe(headline(change.after)) if change.after.exists else 'no longer recorded as sent'}**"
    before, after = change.before.deadline, change.after.deadline
    if (before and before.last_moment) != (after and after.last_moment):
        yield f"Deadline then: {due(after)}" if after else "Deadline then: none recorded"
    yield f"-# {_alerts(change, zone)}"


def _alerts(change: CaseChange, zone: ZoneInfo) -> str:
    if change.lacks_channel:
        return "No channel for alerts is set, so no alert is posted."
    following = f"next alert {moment(change.next_due.at.astimezone(zone))}" if change.next_due else ""
    if change.due_now:
        late = f"An alert becomes due again and is posted now, marked late: {rung_words(change.due_now)}"
        return f"{late}; {following}." if following else f"{late}."
    if following:
        return f"N{following[1:]}, {rung_words(change.next_due)}." if change.next_due else ""
    return "No alert is to come."


def _told_line(told: Announced | None, is_news: bool, zone: ZoneInfo) -> str:
    then = "a correction will be posted" if is_news else "nothing will be posted about the correction"
    if told is None:
        return f"-# The channel was not told of it; {then}."
    if not told.is_posted:
        return f"-# The channel is not told of it yet; {then}."
    on = f" on {written(told.at.astimezone(zone).date())}" if told.at else ""
    return f"-# The channel was told{on}; {then}."


@dataclass(frozen=True)
class PlacePreview:
    """What a correction of a fact apart from any letter would change: no status."""

    place: Jurisdiction
    event: Event
    new: Event | None
    along: tuple[Event, ...]
    reason: str
    told: Announced | None
    is_news: bool
    zone: ZoneInfo


def place_preview_card(preview: PlacePreview, buttons: Sequence[Button], again: bool = False) -> Card:
    lines = [f"-# {CHANGED}"] if again else []
    lines += [
        f"**Correct {safe(preview.place.full_label)}**, not tied to a letter",
        f"~~{_line(preview.event)}~~",
        f"Instead: {_line(preview.new)}" if preview.new else "It is taken back, and nothing is recorded in its place.",
        *_along(preview.along),
        f"Reason: {safe(clipped(preview.reason, 500))}",
        "-# It changes the status of no case.",
        _told_line(preview.told, preview.is_news, preview.zone),
    ]
    return Card((Text(clipped("\n".join(lines), 3_700)), Buttons(tuple(buttons))), Tone.SOON)


def place_corrected_receipt(place: Jurisdiction, event: Event, operation: str, is_news: bool) -> Card:
    lines = [
        f"**Corrected {safe(place.full_label)}**, not tied to a letter",
        f"~~{_line(event)}~~",
        _posted_line(is_news),
    ]
    return Card((Text("\n".join(lines)), Buttons((Button("Undo", f"undo:{operation}"),))))


def _posted_line(is_news: bool) -> str:
    return "-# The channel was told otherwise, so the correction is posted." if is_news else "-# Nothing is posted of it."


def correct_button(case: Case, event: Event) -> Button:
    """Begins to correct an event. It says when that was recorded: its id may be given out again after a restore."""
    return Button("Correct", f"fix:event:{case.number}:{event.id}:{int(event.recorded_at.timestamp())}")


def corrected_receipt(event: Event, changes: Sequence[CaseChange], along: int, operation: str, is_news: bool) -> Card:
    """What was corrected, with its Undo."""
    case = changes[0].case
    more = f", with {plural(along, 'later fact')}" if along else ""
    lines = [
        f"**Corrected #{case.number} {safe(case.place.label)}**, {safe(case.letter.title)}{more}",
        f"~~{_line(event)}~~",
    ]
    for change in changes:
        of = f" (#{change.case.number} {safe(change.case.place.label)})" if len(changes) > 1 else ""
        lines.append(f"Now{of}: **{safe(headline(change.after)) if change.after.exists else 'no longer recorded as sent'}**")
    lines.append(_posted_line(is_news))
    buttons = Buttons((Button("Undo", f"undo:{operation}"), Button("History", f"chist:{case.number}")))
    return Card((Text(clipped("\n".join(lines), 3_700)), buttons), tone(changes[0].after))


def taking_back_cards(
    case: Case,
    facts: Sequence[Event],
    reason: str,
    buttons: Sequence[Button],
    *,
    is_withdrawal: bool,
    is_told: bool,
    again: bool = False,
) -> Card:
    """What goes with a whole case that is withdrawn, or what is in effect again; with the buttons that decide."""
    does = "Withdraw" if is_withdrawal else "Restore what was taken back of"
    head = [f"-# {CHANGED}"] if again else []
    head += [
        f"**{does} #{case.number} {safe(case.place.label)}**, {safe(case.letter.title)}",
        f"Reason: {safe(clipped(reason, 500))}",
    ]
    if is_withdrawal:
        head.append("The case leaves every list, and no more alerts are posted about it.")
        head.append(f"**This takes back {plural(len(facts), 'event')}:**")
    else:
        head.append("**In effect again:**")
    shown = [f"- {clipped(event_line(event, most_sources=1), 300)}{recorder(event)}" for event in facts[:MOST_LISTED]]
    if len(facts) > MOST_LISTED:
        shown.append(f"- and {len(facts) - MOST_LISTED} more, all of /history")
    told = "The channel was told of it, so this is posted." if is_told else "The channel was not told of it; nothing is posted."
    text = clipped("\n".join((*head, *shown)), 3_500)
    return Card((Text(f"{text}\n-# {told}"), Buttons(tuple(buttons))), Tone.SOON)


def taken_back_receipt(case: Case, case_state: CaseState, count: int, operation: str, *, is_withdrawal: bool) -> Card:
    what = "Withdrawn" if is_withdrawal else "Restored"
    lines = [
        f"**{what}: #{case.number} {safe(case.place.label)}**, {safe(case.letter.title)}",
        f"{plural(count, 'event')} corrected. The history still shows what was recorded.",
    ]
    if is_withdrawal:
        lines.append("-# If the letter did go there, /case add records it again under the same number.")
    else:
        lines.append(f"Now: **{safe(headline(case_state)) if case_state.exists else 'no longer recorded as sent'}**")
    buttons = (Button("Undo", f"undo:{operation}"), Button("History", f"chist:{case.number}"))
    return Card((Text("\n".join(lines)), Buttons(buttons)))


def corrected_text(events: Sequence[Event], event: Event) -> str:
    """What a record file says of a correction: why, who and when, and what it takes the place of. Plain text; empty for what
    corrects nothing."""
    if not event.reason:
        return ""
    by_id = {other.id: other for other in events}
    before = by_id.get(event.replaces or 0)
    if before is None and event.recorded_by_id is None:  # as another file said it
        return event.reason
    day = written(event.recorded_at.astimezone(event.when.zone).date())
    was = f"; before: {plain_what(before)}, {happened(before.when)}" if before else ""
    return clipped(f"{_ended(event.reason)} Corrected on {day} by {event.recorded_by}{was}.", LONGEST_IN_FILE)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def nothing_corrected() -> Card:
    return Card((Text(LEFT),))


def fill_in_card(case: Case, event: Event, action: str) -> Card:
    """Leads to the form that says what is recorded instead."""
    lines = f"**Correct #{case.number} {safe(case.place.label)}**, {safe(case.letter.title)}\n{_line(event)}"
    buttons = (Button("Fill in what is right", action, style=Style.PRIMARY), Button("Leave", "fix:leave:"))
    return Card((Text(lines), Buttons(buttons)), Tone.SOON)


def option_line(event: Event, undone: Event | None = None) -> str:
    """An event in a list to choose from: "20 Apr 2018, full answer, example.org/a". Plain text. `undone`: what it took back."""
    about = undone or event
    day = about.when.latest.astimezone(about.when.zone).date()
    source = about.sources[0].title if about.sources else ""
    taken_back = f"taken back {event.recorded_at.astimezone(about.when.zone).date():%-d %b %Y}" if undone else ""
    parts = [f"{day:%-d %b %Y}", plain_what(about), taken_back, source]
    return clipped(", ".join(filter(None, parts)), LONGEST_OPTION)


def plain_what(event: Event) -> str:
    return what_happened(event).replace("\\", "").split(" (<t:")[0]


def case_line(case: Case, case_state: CaseState) -> str:
    """A case in a list to choose from, also one that was taken back. Plain text."""
    if case_state.exists:
        return status_line(case, case_state)
    return f"#{case.number} {case.place.label} — {case.letter.title} — taken back"


def moved_to(target: Case) -> str:
    return f"Moved to #{target.number} {target.place.label}."


def moved_from(case: Case, reason: str) -> str:
    return f"Moved from #{case.number} {case.place.label}. {reason}"
