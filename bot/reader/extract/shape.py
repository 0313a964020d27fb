"""What `letterwatch extract --json` prints. Keys are part of the command line's promise; add, never rename."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from bot.reader.draft import Draft, Found, Recipient, Span
from bot.words.deadlines import rule_text, step_lines


def as_json(draft: Draft) -> dict[str, Any]:
    """A draft as plain JSON: what is not known is null, dates are ISO 8601, kinds and threats are the record's words."""
    due = draft.deadline.value if draft.deadline else None
    return {
        "title": draft.title or None,
        "authority": draft.authority.value if draft.authority else None,
        "letter_date": draft.letter_date.value.isoformat() if draft.letter_date else None,
        "deadline": due.date.isoformat() if due else None,
        "deadline_time": f"{due.time:%H:%M}" if due and due.time else None,
        "deadline_zone": due.zone.key if due else None,
        "deadline_words": due.words or None if due else None,
        "deadline_rule": rule_text(due) if due else None,
        "deadline_steps": step_lines(due) if due else [],
        "demand": draft.demand.value if draft.demand else None,
        "legal_basis": [one.value for one in draft.legal_basis],
        "consequences": [one.value for one in draft.threatened],
        "recipients": [_recipient(draft, one) for one in draft.recipients],
        "cleared": [_recipient(draft, one) for one in draft.cleared],
        "stated_count": draft.stated_count.value if draft.stated_count else None,
        "questions": [one.words for one in draft.questions],
        "open_questions": [
            {"about": one.about.value, "words": one.words, "span": _span(draft, one.span), "readings": list(one.readings)}
            for one in draft.questions
        ],
        "spans": _spans(draft),
        "source": {one.name: getattr(draft.source, one.name) or None for one in fields(draft.source)},
    }


def _recipient(draft: Draft, one: Recipient) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind.value if one.kind else None,
        "state": one.state or None,
        "aliases": list(one.aliases),
        "ocd_id": one.ocd_id or None,
        "asked": one.asked or None,
        "doubt": one.doubt or None,
        "candidates": [place.full_label for place in one.candidates],
        "span": _span(draft, one.span),
    }


def _spans(draft: Draft) -> dict[str, Any]:
    """Where each field stands in the text: characters from and up to, and the words."""
    single: dict[str, Found[Any] | None] = {
        "authority": draft.authority, "letter_date": draft.letter_date, "deadline": draft.deadline, "demand": draft.demand,
        "stated_count": draft.stated_count,
    }  # fmt: skip
    several = {"legal_basis": draft.legal_basis, "consequences": draft.threatened}
    return {
        **{name: _span(draft, found.span) if found else None for name, found in single.items()},
        **{name: [_span(draft, one.span) for one in found] for name, found in several.items()},
    }


def _span(draft: Draft, span: Span | None) -> dict[str, Any] | None:
    return {"start": span.start, "end": span.end, "words": draft.words(span)} if span else None
