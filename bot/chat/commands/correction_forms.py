"""The forms of a correction: which event and how; and what is recorded instead, filled in with what is recorded.

A form has five rows at most (Discord docs, "Modal"), so what is recorded instead may need two: the second has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.forms import Field
from bot.desk.correction_answers import LONGEST_TEXT, recorded_answers
from bot.record.case import Case
from bot.record.corrections import How
from bot.record.events import (
    Answer,
    Certainty,
    Closed,
    Consequence,
    Court,
    DeadlineSet,
    Event,
    Finding,
    Outcome,
    Statement,
)
from bot.words.corrections import HOWS
from bot.words.events import ANSWER_CHOICES, FINDINGS, STATES, STEPS

ROWS = 5
LONGEST_REASON = 500
_COMMON = ("on", "text", "sources", "certainty", "amount")
#: By kind of event, the rows that it has of its own, in their order.
_OWN: dict[type, tuple[str, ...]] = {
    Answer: ("extent",),
    DeadlineSet: ("deadline", "counted_from", "granted_by"),
    Statement: ("by",),
    Finding: ("result",),
    Consequence: ("name", "state"),
    Court: ("step", "court", "docket", "stops"),
    Closed: ("outcome",),
}
_STOPS = (("no", "No, it keeps running"), ("yes", "Yes, alerts pause while the suit is pending"))


def parts_of(event: Event) -> tuple[tuple[str, ...], ...]:
    """The names of the rows, by form: one form or two."""
    own = _OWN.get(type(event.detail), ())
    also = ("calendar",) if isinstance(event.detail, DeadlineSet) else ()
    names = (*own, *_COMMON[: ROWS - len(own)], *also, *_COMMON[ROWS - len(own) :])
    return (names[:ROWS], names[ROWS:]) if names[ROWS:] else (names,)


def fields_of(event: Event, part: int, answers: Mapping[str, str]) -> tuple[Field, ...]:
    """The rows of one of the forms: with what was written before, or what is recorded."""
    written = {**recorded_answers(event), **answers}
    return tuple(_field(name, event, written.get(name, "")) for name in parts_of(event)[part])


def _field(name: str, event: Event, value: str) -> Field:
    match name:
        case "extent":
            return Field(
                name, "How complete it is", choices=tuple((e.value, w) for e, w in ANSWER_CHOICES.items()), value=value
            )
        case "result":
            return Field(name, "What was found", choices=tuple((r.value, w) for r, w in FINDINGS.items()), value=value)
        case "state":
            return Field(name, "What became of it", choices=tuple((s.value, w) for s, w in STATES.items()), value=value)
        case "step":
            return Field(name, "What happened in court", choices=tuple((s.value, w) for s, w in STEPS.items()), value=value)
        case "stops":
            return Field(name, "Does it stop the clock?", choices=_STOPS, value=value)
        case "outcome":
            return Field(name, "How it ended", choices=tuple((o.value, o.value) for o in Outcome), value=value)
        case "certainty":
            return Field(name, "How certain it is", choices=tuple((c.value, c.value) for c in Certainty), value=value)
        case "text":
            is_needed = bool(event.text) and not isinstance(event.detail, DeadlineSet | Closed)
            return Field(name, "What happened", "", True, is_needed, LONGEST_TEXT, value=value)
        case _:
            label, hint, required, limit = _TEXTS[name]
            is_needed = required and (bool(value) or name != "by")  # a record file may leave out who said it
            return Field(name, label, hint, name == "sources", is_needed, max(limit, len(value)), value=value)


#: By name of a row: its label, its hint, whether it is required, and its most characters.
_TEXTS = {
    "on": ("When it happened", "2018-02-23, yesterday, 2018-02, by 2018-04-16", True, 120),
    "sources": ("Sources, one a line", "An address (https://…), a title, or both", True, LONGEST_TEXT),
    "amount": ("Amount of money", "Like $252,157 or more than $2 million; empty for none", False, 120),
    "deadline": ("Deadline", "A date, a date and time, or a rule like 30 days", True, 120),
    "counted_from": ("Counted from", "Only for a rule: the day or moment it is counted from", False, 120),
    "calendar": ("Calendar", "Only for a rule: whose holidays count, like US-CA", False, 120),
    "granted_by": ("Granted by", "", False, 200),
    "by": ("Who said it", "", True, 200),
    "name": ("Which consequence", "", True, 100),
    "court": ("Court", "", False, 150),
    "docket": ("Docket number", "", False, 60),
}


def choosing_fields(case: Case, options: Mapping[str, str]) -> tuple[Field, ...]:
    """What is to be corrected, how and why. `options`: the events to choose from, by value; none if it is known which."""
    which = (Field("event", "Which entry", choices=tuple(options.items())),) if options else ()
    return (
        *which,
        Field("how", "How", choices=tuple((how.value, HOWS[how]) for how in How)),
        Field("reason", "Why", "It is shown in the history, with your name", long=True, limit=LONGEST_REASON),
        Field("to", "Move to which case", f"Only for moving: its number, like #{case.number + 1}", required=False, limit=120),
        Field("source", "A source for the correction", "If it is another one than the fact's own", required=False, limit=500),
    )
