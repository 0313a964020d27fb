"""Why something cannot be corrected, or not so, and what to do. Plain text."""

from __future__ import annotations

from collections.abc import Sequence

from bot.record.case import Case
from bot.record.deadlines.dates import written
from bot.record.events import Corrected, Event
from bot.words.corrections import plain_what

NEEDS_TARGET = "Name the case to which it is moved: the option “to”."
PLACES_DO_NOT_MOVE = "A fact apart from any letter cannot be moved. Take it back, and record it of the other place."
NO_TARGET = "“to” is for how: move. Leave it out, or choose move."
NO_TARGET_IN_FORM = "A case to move it to is for moving. Leave it out, or choose to move it."
NOTHING_LEFT = "Nothing is recorded there that could be corrected."


def corrected_already(correction: Event) -> str:
    """`correction`: what is in the place of the event."""
    day = correction.recorded_at.astimezone(correction.when.zone).date()
    by = f" by {correction.recorded_by}" if correction.recorded_by_id is not None else ""
    on = f"on {written(day)}{by}"
    if isinstance(correction.detail, Corrected):
        return f"This was taken back {on}. To have it again, choose what was taken back in /case correct, how: take back."
    what = plain_what(correction)
    return f"This was corrected {on}: {what}. If that is wrong, correct that entry: /case correct."


def cannot_correct_taking_back(undone: Event | None) -> str:
    what = f" ({plain_what(undone)})" if undone else ""
    return f"This entry{what} was taken back. Choose how: take back, which puts it in effect again; then it can be corrected."


def gone_with_case(case: Case) -> str:
    return f"The case of {case.place.label} was undone, and this with it. There is nothing to correct."


def use_withdraw(case: Case) -> str:
    return (
        f"That the letter was sent to {case.place.label} is what the case rests on. If it was not sent there, use "
        f"/case withdraw with case: {case.number}: it lists all that goes with it."
    )


def nothing_to_replace(event: Event) -> str:
    return f"“{plain_what(event)}” has nothing that a form could ask. Choose how: take back; then record it again."


def same_case(case: Case) -> str:
    return f"It is recorded of #{case.number} {case.place.label} already. Name another case in “to”."


def cannot_move(event: Event, case: Case) -> str:
    return f"“{plain_what(event)}” belongs to #{case.number} alone. Replace it or take it back instead."


def counted_from_other(target: Case) -> str:
    return (
        f"This deadline was counted from one that #{target.number} {target.place.label} does not have. Take it back here, and "
        "record the extension there with /case extend."
    )


def has_ended(target: Case) -> str:
    return (
        f"#{target.number} {target.place.label} has ended, so it cannot be moved there. If the case continues, record that "
        "first: /case event, kind “case reopened”."
    )


def is_open(target: Case) -> str:
    return f"#{target.number} {target.place.label} is open: there is nothing to reopen."


def recorded_again(case: Case) -> str:
    return (
        f"#{case.number} {case.place.label} was recorded again since, so what was taken back with it cannot be in effect too. "
        "Record what is missing: /case event."
    )


def is_there_already(target: Case) -> str:
    return f"#{target.number} {target.place.label} has this entry already. Choose how: take back."


def unknown_event(typed: str, options: Sequence[str]) -> str:
    known = "; ".join(options[:5]) + (f"; and {len(options) - 5} more" if len(options) > 5 else "")
    return f"No entry is like “{typed}”. There is: {known}." if options else NOTHING_LEFT


def several_events(typed: str, options: Sequence[str]) -> str:
    return f"“{typed}” may be: {'; '.join(options[:8])}. Choose one from the list."
