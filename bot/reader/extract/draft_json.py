"""What `letterwatch extract --json` prints. Scripts rely on the keys: add some, never rename one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.reader.draft import Draft, Found, Recipient, Span
from bot.words.deadlines import rule_text, step_lines
from bot.words.questions import question_text, reading_text


def as_json(draft: Draft) -> dict[str, Any]:
    """A draft as plain JSON: unknown values are null, dates in ISO 8601, kinds and threats the record's own values."""
    due = draft.deadline.value if draft.deadline else None
    one_each: dict[str, Found[Any] | None] = {
        "authority": draft.authority, "letter_date": draft.letter_date, "deadline": draft.deadline, "demand": draft.demand,
        "stated_count": draft.stated_count,
    }  # fmt: skip
    several = {"legal_basis": draft.legal_basis, "consequences": draft.threatened}
    return {
        "title": draft.title or None,
        **{name: value.value if value else None for name, value in one_each.items()},
        "letter_date": draft.letter_date.value.isoformat() if draft.letter_date else None,
        "deadline": due.date.isoformat() if due else None,
        "deadline_time": f"{due.time:%H:%M}" if due and due.time else None,
        "deadline_zone": due.zone.key if due else None,
        "deadline_words": due.words or None if due else None,
        "deadline_rule": rule_text(due) if due else None,
        "deadline_steps": step_lines(due) if due else [],
        **{name: [one.value for one in values] for name, values in several.items()},
        "recipients": [_recipient(draft, one) for one in draft.recipients],
        "cleared": [_recipient(draft, one) for one in draft.cleared],
        "mentioned": [
            {**_named(draft, one.place), "score": round(one.score, 3), "words": one.words} for one in draft.mentioned
        ],
        "seen": {"named": draft.seen.named, **asdict(draft.seen)},
        "questions": [question_text(question) for question in draft.questions],
        "open_questions": [
            {
                "about": question.about.value,
                "words": question_text(question),
                "span": _span(draft, question.span),
                "readings": [reading_text(reading) for reading in question.readings],
            }
            for question in draft.questions
        ],
        "spans": {
            **{name: _span(draft, value.span if value else None) for name, value in one_each.items()},
            **{name: [_span(draft, one.span) for one in values] for name, values in several.items()},
        },
        "source": {name: value or None for name, value in asdict(draft.source).items()},
    }


def _named(draft: Draft, place: Recipient) -> dict[str, Any]:
    kind = place.kind.value if place.kind else None
    return {"name": place.name, "kind": kind, "state": place.state or None, "span": _span(draft, place.span)}


def _recipient(draft: Draft, recipient: Recipient) -> dict[str, Any]:
    return {
        **_named(draft, recipient),
        "aliases": list(recipient.aliases),
        "ocd_id": recipient.ocd_id or None,
        "asked": recipient.asked.value if recipient.asked else None,
        "doubt": recipient.doubt,
        "candidates": [place.full_label for place in recipient.candidates],
    }


def _span(draft: Draft, span: Span | None) -> dict[str, Any] | None:
    """A place in the text: its first character, the one after the last, and the words."""
    return {"start": span.start, "end": span.end, "words": draft.words(span)} if span else None
