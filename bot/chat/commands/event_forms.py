"""The forms of /case event and /place event: one for each kind of event that has no command of its own.

A word for an event may mean several things ("appeal"), or leave something open ("subpoena": announced, carried out?). The
form asks for what is open, and offers only what the word can mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.forms import Answers, Field
from bot.desk.case_events import RecordedEvent
from bot.desk.inputs import limited
from bot.record.case import Case
from bot.record.consequences import Threat, known_as, named, threat_of
from bot.record.errors import CaseError
from bot.record.events import (
    Consequence,
    ConsequenceState,
    Court,
    Finding,
    Note,
    Reopened,
    Statement,
)
from bot.record.fact_words import MEANINGS, FactKind, FactMeaning, every_meaning, likely
from bot.words import receipts
from bot.words.card import Card
from bot.words.events import FINDINGS, STATES, STEPS
from bot.words.facts import SHORT, fact_text
from bot.words.prose import clipped, listed

FactDetail = Statement | Finding | Consequence | Court | Reopened | Note
LONGEST_NAME = 100  # of a consequence
MOST_CHOICES = 25  # of a select menu (Discord docs, "String Select")
HOW_TO_SAY = "In one or two sentences, who said or did what"
LONGEST_HINT = 100  # characters (Discord docs, "Label")
NO, YES = ("no", "No, it keeps running"), ("yes", "Yes, alerts pause while the suit is pending")


@dataclass(frozen=True)
class Choice:
    """One thing that the word can mean, with nothing of its kind left open but the name of the consequence."""

    meaning: FactMeaning
    #: Of the consequence; empty if it is open.
    name: str = ""

    @property
    def text(self) -> str:
        return fact_text(self.meaning, self.name)


@dataclass(frozen=True)
class FactForm:
    """What is asked about one fact."""

    choices: tuple[Choice, ...]
    #: The names of consequences to choose from, where the name is open.
    names: tuple[str, ...]
    #: Whether it is about a case, whose clock a suit may stop.
    of_case: bool

    @property
    def title(self) -> str:
        kinds = {choice.meaning.kind for choice in self.choices}
        return SHORT[kinds.pop()] if len(kinds) == 1 else "event"

    def fields(self) -> tuple[Field, ...]:
        """The rows, at most five."""
        kinds = {choice.meaning.kind for choice in self.choices}
        rows = [self._choice_row(kinds)] if len(self.choices) > 1 else []
        if FactKind.STATEMENT in kinds:
            rows.append(Field("by", "Who said it", limit=200, required=len(kinds) == 1))
        if FactKind.CONSEQUENCE in kinds:
            rows += self._name_rows(alone=len(kinds) == 1)
        if FactKind.COURT in kinds:
            rows += [
                Field("court", "Court", required=False, limit=150),
                Field("docket", "Docket number", required=False, limit=60),
            ]
            rows += [Field("stops", "Does it stop the clock?", choices=(NO, YES))] if self.of_case else []
        return (*rows, Field("text", "What happened", self._hint, long=True))

    @property
    def _hint(self) -> str:
        """What the word was understood as, where the form does not ask it."""
        [first, *others] = self.choices
        if others or first.meaning == FactMeaning(first.meaning.kind):
            return HOW_TO_SAY
        understood = f"Recorded as {first.text}."
        whole = f"{understood} {HOW_TO_SAY}"
        return whole if len(whole) <= LONGEST_HINT else clipped(understood, LONGEST_HINT)

    def detail(self, answers: Answers) -> FactDetail:
        """What the filled form says; CaseError for what is missing in it."""
        chosen = self._chosen(answers)
        match chosen.meaning:
            case FactMeaning(kind=FactKind.STATEMENT):
                return Statement(limited("Who said it", answers["by"], 200))
            case FactMeaning(kind=FactKind.FINDING, result=result) if result:
                return Finding(result)
            case FactMeaning(kind=FactKind.CONSEQUENCE, state=state) if state:
                return Consequence(chosen.name or self._name(answers), state)
            case FactMeaning(kind=FactKind.COURT, step=step) if step:
                court, docket = answers["court"].strip(), answers["docket"].strip()
                return Court(step, court, docket, answers.get("stops") == "yes")
            case FactMeaning(kind=FactKind.REOPENED):
                return Reopened()
        return Note()

    def _choice_row(self, kinds: set[FactKind]) -> Field:
        """What is open: of one kind its step, result or state; else what it was."""
        of_one_name = len({choice.name for choice in self.choices}) == 1
        if len(kinds) == 1 and of_one_name:
            name, label = _OPEN_FIELDS[self.choices[0].meaning.kind]
            return Field(
                name, label, choices=tuple((_value(choice.meaning), _words(choice.meaning)) for choice in self.choices)
            )
        return Field("meaning", "What it was", choices=tuple((str(n), c.text) for n, c in enumerate(self.choices)))

    def _name_rows(self, *, alone: bool) -> list[Field]:
        if all(choice.name for choice in self.choices if choice.meaning.kind is FactKind.CONSEQUENCE):
            return []
        names = tuple((name, name) for name in self.names[:MOST_CHOICES])
        hint = "Those of the letter come first" if self.of_case else ""
        rows = [Field("name", "Which consequence", hint, required=False, choices=names)] if names else []
        return [*rows, Field("other", "Another consequence", "As the source names it", required=False, limit=LONGEST_NAME)]

    def _chosen(self, answers: Answers) -> Choice:
        if len(self.choices) == 1:
            return self.choices[0]
        if "meaning" in answers:
            chosen = [choice for number, choice in enumerate(self.choices) if str(number) == answers["meaning"]]
        else:
            value = answers.get(_OPEN_FIELDS[self.choices[0].meaning.kind][0])
            chosen = [choice for choice in self.choices if _value(choice.meaning) == value]
        if not chosen:
            raise CaseError("Choose one from the list.")
        return chosen[0]

    def _name(self, answers: Answers) -> str:
        chosen, other = answers.get("name", ""), " ".join(answers.get("other", "").split())
        if bool(chosen) == bool(other):
            raise CaseError("Give one consequence: choose it from the list, or write another one.")
        return chosen or limited("The consequence", other, LONGEST_NAME)


#: By kind, the field that may be open, and its label.
_OPEN_FIELDS = {
    FactKind.COURT: ("step", "What happened in court"),
    FactKind.FINDING: ("result", "What was found"),
    FactKind.CONSEQUENCE: ("state", "What became of it"),
}


def _value(meaning: FactMeaning) -> str:
    return str(meaning.step or meaning.result or meaning.state)


def _words(meaning: FactMeaning) -> str:
    if meaning.step:
        return STEPS[meaning.step]
    return FINDINGS[meaning.result] if meaning.result else STATES[meaning.state or ConsequenceState.ANNOUNCED]


def case_form(meant: Sequence[FactMeaning], about: Sequence[Case], now: datetime, consequence: str | None) -> FactForm:
    """What to ask about a fact of one or more cases. `consequence`: as it was typed in its option; CaseError if it does not
    fit."""
    known = [case.at(now).consequences for case in about]
    names = dict.fromkeys(name for consequences in known for name in consequences)
    moved = [name for name in names if any(consequences.get(name) for consequences in known)]
    return _form(meant, tuple(names), moved, consequence, of_case=True)


def place_form(meant: Sequence[FactMeaning], recorded: tuple[str, ...], consequence: str | None) -> FactForm:
    """What to ask about a fact of a place. `recorded`: the consequences that are recorded of it apart from any letter."""
    if any(meaning.kind is FactKind.REOPENED for meaning in meant):
        raise CaseError("A place has no case to reopen. Record it with /case event.")
    return _form(meant, recorded, recorded, consequence, of_case=False)


def _form(
    meant: Sequence[FactMeaning], known: tuple[str, ...], moved: Sequence[str], typed: str | None, *, of_case: bool
) -> FactForm:
    """`known`: the consequences of the case or place; `moved`: those of them that are more than threatened."""
    if typed:
        consequences = [meaning for meaning in meant if meaning.kind is FactKind.CONSEQUENCE]
        if not consequences:
            raise CaseError("A consequence goes with the kind “consequence”. Leave it out for other kinds.")
        name = consequence_named(typed, known)
        choices = [Choice(full, name) for meaning in _nameless(consequences) for full in every_meaning(meaning)]
        return FactForm(tuple(choices), (), of_case)
    fitting = likely(meant, known, moved)
    choices = [
        Choice(full, name)
        for meaning in fitting
        for full in every_meaning(meaning)
        for name in (named(full.threat, known) if full.threat else ("",))
    ]
    if len(choices) > MOST_CHOICES:  # a letter with many names for one consequence: the name is a row of its own
        names_meant = tuple(dict.fromkeys(choice.name for choice in choices if choice.name))
        return FactForm(tuple(Choice(full) for m in _nameless(fitting) for full in every_meaning(m)), names_meant, of_case)
    lifted = all(meaning.state is ConsequenceState.LIFTED for meaning in fitting if meaning.kind is FactKind.CONSEQUENCE)
    return FactForm(tuple(choices), tuple(moved) if lifted and moved else _names_known(known), of_case)


def consequence_named(typed: str, known: Sequence[str]) -> str:
    """The consequence that was typed: one of these, one of the list ("grant withheld"), or as it is typed.

    CaseError where several of these can be meant.
    """
    name = limited("The consequence", known_as(typed, known), LONGEST_NAME)
    if name in known:
        return name
    threats = {meaning.threat for meaning in MEANINGS.get(name.casefold(), ()) if meaning.threat}
    threats |= {threat for threat in Threat if threat.value == name.casefold()}
    meant = [name for threat in Threat if threat in threats for name in named(threat, known)]
    if len(meant) > 1:
        raise CaseError(f"“{typed}” may be {listed([f'“{name}”' for name in meant], 'or')}. Write the one you mean.")
    return meant[0] if meant else name


def _names_known(known: Sequence[str]) -> tuple[str, ...]:
    """These names, then the known consequences that none of them is."""
    covered = {threat_of(name) for name in known}
    return (*known, *(threat.value for threat in Threat if threat not in covered))


def _nameless(meant: Iterable[FactMeaning]) -> tuple[FactMeaning, ...]:
    return tuple(dict.fromkeys(replace(meaning, threat=None) for meaning in meant))


def text_of(answers: Answers) -> str:
    return limited("What happened", answers["text"])


def receipt(recorded: RecordedEvent, remarks: Sequence[str] = ()) -> Card:
    """What was recorded of one case, with its Undo."""
    return receipts.fact_receipt(recorded.case, recorded.event, recorded.case_state, recorded.operation, remarks)
