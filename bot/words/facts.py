"""Kinds of facts in words, as a person chooses one: "court: injunction", "consequence: subpoena, carried out"."""

from __future__ import annotations

from bot.record.fact_words import FactKind, FactMeaning
from bot.words.events import FINDINGS, STATES, STEPS

KINDS = {
    FactKind.STATEMENT: "public statement (the clock keeps running)",
    FactKind.FINDING: "finding of the authority",
    FactKind.CONSEQUENCE: "consequence: announced, carried out, lifted, blocked",
    FactKind.COURT: "court: suit, ruling, injunction, appeal, settlement",
    FactKind.NOTE: "note",
    FactKind.REOPENED: "case reopened",
}
#: Titles of forms, and what stands before the fields of a kind.
SHORT = {
    FactKind.STATEMENT: "public statement",
    FactKind.FINDING: "finding",
    FactKind.CONSEQUENCE: "consequence",
    FactKind.COURT: "court",
    FactKind.NOTE: "note",
    FactKind.REOPENED: "case reopened",
}


def fact_text(meaning: FactMeaning, name: str = "") -> str:
    """What is meant. `name`: that of the consequence, if it is known by another one than the usual."""
    fields = [
        STEPS[meaning.step] if meaning.step else "",
        FINDINGS[meaning.result] if meaning.result else "",
        name or (meaning.threat.value if meaning.threat else ""),
        STATES[meaning.state] if meaning.state else "",
    ]
    known = ", ".join(filter(None, fields))
    return f"{SHORT[meaning.kind]}: {known}" if known else KINDS[meaning.kind]
