"""Why a deadline falls on its day: the rule with its steps, who set it, and its sources; behind a button everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Basis, DeadlineSet, Event, effective_events
from bot.record.sources import Source
from bot.words.card import Button, Card
from bot.words.deadlines import explained
from bot.words.paging import Passage, packed
from bot.words.prose import clipped, due, happened, safe, source, wrapped

LINE = 600  # characters of names on one line
SET_BY = {
    Basis.ORIGINAL: "Set with the letter",
    Basis.EXTENSION: "Set by an extension",
    Basis.CORRECTION: "Set by a correction",
    Basis.SUBPOENA: "Return date of the subpoena",
}


@dataclass(frozen=True)
class Reason:
    """One deadline, and where it comes from."""

    deadline: Deadline
    sources: tuple[Source, ...]
    #: The event that set it; None for the letter's own, which no recipient has yet.
    event: Event | None = None
    #: The cases that have it, where more than one is shown.
    cases: tuple[Case, ...] = ()
    #: Says that it is not in force; empty if it is.
    over: str = ""
    #: Who sent the letter.
    authority: str = ""


def button(action: str) -> Button:
    return Button("Why this date", action)


def why_cards(title: str, reasons: Sequence[Reason]) -> list[Card]:
    """The reasons behind some deadlines, in pages; `title` is markdown."""
    sections = [_section(reason) for reason in reasons]
    return packed(f"## Why this date: {title}", sections or [Passage(("No deadline is recorded.",))])


def of_case(case: Case, case_state: CaseState) -> list[Reason]:
    """The deadline in force, then those before it, newest first."""
    set_by = [event for event in effective_events(case.events) if isinstance(event.detail, DeadlineSet)]
    current = case_state.deadline_event
    in_force = [reason_of(current, case.letter)] if current else []
    others = [event for event in reversed(set_by) if current is None or event.id != current.id]
    return in_force + [reason_of(event, case.letter, over="Not in force") for event in others]


def of_letter(letter: Letter, cases: Sequence[tuple[Case, CaseState]]) -> list[Reason]:
    """Each deadline of its recipients, the most common first; before them the letter's own, if none of them has it."""
    events = [
        (case, case_state.deadline_event) for case, case_state in cases if case_state.exists and case_state.deadline_event
    ]
    reasons = alike([reason_of(event, letter, (case,)) for case, event in events if event])
    if letter.deadline is None or letter.deadline in {reason.deadline for reason in reasons}:
        return reasons
    over = "In force for none of the recipients" if reasons else ""
    return [Reason(letter.deadline, letter.sources, over=over, authority=letter.authority), *reasons]


def of_notice(cases: Sequence[tuple[Case, CaseState]], about: Collection[int]) -> list[Reason]:
    """The deadlines of a notice, by the ids of its events; if another has replaced it since, that one too."""
    reasons: list[Reason] = []
    for case, case_state in cases:
        letter, current = case.letter, case_state.deadline_event
        shown = [event for event in case.events if event.id in about and isinstance(event.detail, DeadlineSet)]
        in_force = current.id if current else None
        reasons += [reason_of(event, letter, (case,), "" if event.id == in_force else "No longer in force") for event in shown]
        reasons += [reason_of(current, letter, (case,))] if current and in_force not in {event.id for event in shown} else []
    return alike(reasons)


def reason_of(event: Event, letter: Letter, cases: tuple[Case, ...] = (), over: str = "") -> Reason:
    """The reason of the deadline that an event set."""
    assert isinstance(event.detail, DeadlineSet)
    return Reason(event.detail.deadline, event.sources, event, cases, over, letter.authority)


def alike(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons that differ only in their cases, put together; the most common first."""
    merged: dict[object, Reason] = {}
    for reason in reasons:
        set_by = reason.event and (reason.event.detail, reason.event.text, reason.event.when)
        same = (reason.deadline, reason.sources, set_by, reason.over, reason.authority)
        first = merged.get(same, replace(reason, cases=()))
        merged[same] = replace(reason, cases=first.cases + reason.cases)
    return sorted(merged.values(), key=lambda reason: (bool(reason.over), -len(reason.cases), reason.deadline.last_moment))


def _section(reason: Reason) -> Passage:
    lines = [f"-# {safe(reason.over)}"] if reason.over else []
    lines += [f"For {line}" for line in wrapped(_names(reason.cases), LINE)]
    lines += [f"- {safe(clipped(line, 1200))}" for line in explained(reason.deadline, reason.authority)]
    lines += list(_set_by(reason.event)) if reason.event else ["- Set with the letter"]
    if reason.sources:
        lines.append(f"- Sources: {'; '.join(map(source, reason.sources[:5]))}")
    return Passage(tuple(lines), title=f"**{due(reason.deadline)}**")


def _set_by(event: Event) -> Iterable[str]:
    """Who set it and when, and what was said about it."""
    assert isinstance(event.detail, DeadlineSet)
    by = f", granted by {safe(event.detail.granted_by)}" if event.detail.granted_by else ""
    yield f"- {SET_BY[event.detail.basis]}{by}, {happened(event.when)}"
    if event.text:
        yield f"- {safe(clipped(event.text, 600))}"


def _names(cases: Sequence[Case]) -> list[str]:
    return [f"#{case.number} {safe(case.place.label)}" for case in sorted(cases, key=lambda case: case.number)]
