"""The words by which people call what happened: "subpoena", "sued", "grant withheld", "press release".

A word may mean several things. Each meaning is a kind of fact with the fields that the word says; what it leaves open, and
which of several is meant, is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.record.consequences import Threat, threat_of
from bot.record.errors import CaseError
from bot.record.events import ConsequenceState, CourtStep, Result
from bot.record.quoting import clipped


class FactKind(StrEnum):
    """What can be recorded by a form: of a case, or of a place apart from any letter."""

    STATEMENT = "statement"
    FINDING = "finding"
    CONSEQUENCE = "consequence"
    COURT = "court"
    NOTE = "note"
    #: Only of a case.
    REOPENED = "reopened"


@dataclass(frozen=True)
class FactMeaning:
    """What a word for a fact means. None where it leaves a field open."""

    kind: FactKind
    step: CourtStep | None = None
    result: Result | None = None
    threat: Threat | None = None
    state: ConsequenceState | None = None


def _court(step: CourtStep | None = None) -> FactMeaning:
    return FactMeaning(FactKind.COURT, step=step)


def _finding(result: Result | None = None) -> FactMeaning:
    return FactMeaning(FactKind.FINDING, result=result)


def _moved(state: ConsequenceState | None = None, *threats: Threat) -> tuple[FactMeaning, ...]:
    return tuple(FactMeaning(FactKind.CONSEQUENCE, threat=threat, state=state) for threat in threats or (None,))


_STATEMENT, _NOTE, _REOPENED = (FactMeaning(kind) for kind in (FactKind.STATEMENT, FactKind.NOTE, FactKind.REOPENED))
_OUT, _LIFTED, _BLOCKED = ConsequenceState.CARRIED_OUT, ConsequenceState.LIFTED, ConsequenceState.BLOCKED

#: By meaning, the words for it.
_WORDS: dict[tuple[FactMeaning, ...], str] = {
    (_STATEMENT,): "statement, public statement, press statement, press release, press briefing, news release, "
    "press conference, news conference, interview, tweet, post, social media post, speech, op-ed, comment, quote, testimony, "
    "said, says",
    (_STATEMENT, *_moved(ConsequenceState.ANNOUNCED)): "announcement, announced",
    (_finding(),): "finding, findings, finding of the authority, determination, review",
    (_finding(Result.COMPLETE),): "answer complete, answer found complete, found complete, complete",
    (_finding(Result.INCOMPLETE),): "answer incomplete, answer found incomplete, found incomplete, incomplete, deficient, "
    "deficiency, deficiency letter, deficiency notice",
    (_finding(Result.IN_COMPLIANCE),): "in compliance, found in compliance, found compliant, compliant, no violation, "
    "no violation found, clearance, cleared by the authority",
    (_finding(Result.NOT_IN_COMPLIANCE),): "not in compliance, found not in compliance, out of compliance, noncompliance, "
    "non-compliance, noncompliant, non-compliant, violation, violation found, notice of violation, found in violation",
    _moved(): "consequence, sanction, threat carried out",
    _moved(None, Threat.SUBPOENA): "subpoena, subpoenas",
    _moved(_OUT, Threat.SUBPOENA): "subpoenaed, subpoena issued, subpoena served, subpoenas issued, subpoenas served",
    _moved(_BLOCKED, Threat.SUBPOENA): "subpoena quashed, quashed",
    _moved(None, Threat.WITHHOLDING): "withholding, withholding of grants, withholding of funding, withholding of money, "
    "grant withholding, freeze, funding freeze, grant freeze, suspension of funding, suspension of grants",
    _moved(_OUT, Threat.WITHHOLDING): "grant withheld, grants withheld, funds withheld, funding withheld, money withheld, "
    "award withheld, withheld, grant held, grant frozen, grants frozen, funds frozen, funding frozen, grant suspended, "
    "grants suspended, funding suspended, payments suspended, payment withheld, payments withheld",
    _moved(_OUT, Threat.WITHHOLDING, Threat.TERMINATION): "funding cut, cut, cut funding, loss of funding, loss of grants, "
    "lost funding, funds cut, grant cut, grants cut, funding cut off, "
    "money cut off, funds cut off, cut off",
    _moved(
        None, Threat.TERMINATION
    ): "termination, grant termination, termination of grants, termination of grant, termination of funds, defunding",
    _moved(_OUT, Threat.TERMINATION): "grant terminated, grants terminated, funding terminated, grant cancelled, "
    "grant canceled, grants cancelled, grants canceled, grant revoked, grants revoked, grant rescinded, funding cancelled, "
    "funding canceled, funding rescinded, defunded",
    _moved(None, Threat.RETURN_OF_GRANTS): "return of grant, return of funds, repayment, repay, clawback, recoupment",
    _moved(_OUT, Threat.RETURN_OF_GRANTS): "clawed back, grant clawed back, grants clawed back, grant returned, "
    "grants returned, grant repaid, funds returned, money returned, repaid",
    _moved(None, Threat.INELIGIBILITY): "ineligibility, debarment, disqualification",
    _moved(_OUT, Threat.INELIGIBILITY): "ineligible, declared ineligible, debarred, disqualified, grant denied, grants denied, "
    "funding denied",
    _moved(None, Threat.CONDITIONS): "conditions, grant conditions, additional conditions, new conditions",
    _moved(_OUT, Threat.CONDITIONS): "conditions imposed, grant conditions imposed",
    _moved(None, Threat.PROSECUTION): "prosecution, criminal charges, criminal charge, charges",
    _moved(_OUT, Threat.PROSECUTION): "prosecuted, indicted, indictment, charged, charges filed",
    _moved(_OUT, Threat.CONTEMPT): "held in contempt",
    _moved(None, Threat.PENALTY): "penalty, fine, fines, civil penalties",
    _moved(_OUT, Threat.PENALTY): "fined, penalty imposed, fine imposed",
    (*_moved(_LIFTED), _NOTE): "grant released, grants released, grant restored, grants restored, funds released, "
    "funds restored, funds unfrozen, funding released, funding restored, award released, awards released, money released, "
    "grant paid, grants paid, grant awarded",
    _moved(_BLOCKED): "blocked by a court, blocked, withholding enjoined",
    (_court(),): "court, in court, court case, litigation",
    (_court(CourtStep.FILED), *_moved(None, Threat.LAWSUIT)): "lawsuit, suit, litigation filed, legal action",
    (_court(CourtStep.FILED), *_moved(_OUT, Threat.LAWSUIT)): "sued, sues, suing, lawsuit filed, suit filed, filed suit, "
    "sued by the authority, taken to court",
    (_court(CourtStep.FILED),): "complaint, complaint filed, court challenge, legal challenge, petition, petition filed",
    (_court(CourtStep.RULING),): "ruling, court ruling, ruled, judgment, judgement, summary judgment, decision, "
    "court decision, verdict, appeal decided, ruling on appeal, appeals court ruling, upheld, affirmed, reversed, "
    "injunction denied, injunction lifted, injunction vacated, vacated, remanded",
    (_court(CourtStep.RULING), _court(CourtStep.INJUNCTION)): "order, court order, stay, stayed",
    (_court(CourtStep.INJUNCTION),): "injunction, preliminary injunction, permanent injunction, injunction granted, "
    "restraining order, temporary restraining order, tro, enjoined",
    (_court(CourtStep.APPEAL), _court(CourtStep.RULING)): "appeal, appeals, appealed",
    (_court(CourtStep.APPEAL),): "appeal filed, notice of appeal, appeals the ruling",
    (_court(CourtStep.SETTLEMENT),): "settlement, settlement in court, settled in court, suit settled, lawsuit settled, "
    "consent decree",
    (_court(CourtStep.CLOSED),): "court case closed, docket closed, suit dropped, lawsuit dropped, suit withdrawn, "
    "lawsuit withdrawn",
    (_court(CourtStep.CLOSED), _court(CourtStep.RULING)): "suit dismissed, lawsuit dismissed, case dismissed, "
    "dismissed, dismissal",
    (_NOTE,): "note, remark, background, law enacted, law, new law, law passed, law signed, statute, legislation, bill, "
    "bill passed, bill signed, ordinance, ordinance passed, resolution, executive order, policy, policy change, hearing, "
    "meeting, oral argument, motion, motion to dismiss, brief, amicus brief, court filing, report, other, something else",
    (*_moved(), _NOTE): "audit, investigation, inquiry, raid, arrest, enforcement action, enforcement",
    (_REOPENED,): "reopened, case reopened, reopen, reopening",
}
#: Words for what other commands record.
_ELSEWHERE = {
    "/case answer": "answer, answered, full answer, partial answer, partly answered, reply, replied, response, responded, "
    "holding reply, refusal, refused, refuses, documents sent, documents handed over",
    "/case extend": "extension, extended, deadline extended, deadline, new deadline, more time, postponed",
    "/case close": "closed, case closed, close, cleared, complied, settled, withdrawn, letter withdrawn, ended, resolved",
    "/letter new": "letter, new letter, letter sent, demand",
    "/closures add": "closure, office closed, holiday",
}
#: What may stand behind the name of a consequence: "subpoena: carried out".
_STATES = {
    ConsequenceState.ANNOUNCED: "announced, planned, to come",
    ConsequenceState.CARRIED_OUT: "carried out, carried-out, done, imposed, issued, in effect",
    ConsequenceState.LIFTED: "lifted, ended, withdrawn, rescinded, dropped, released, restored",
    ConsequenceState.BLOCKED: "blocked by a court, blocked, enjoined, stayed, halted by a court",
}


def _split(words: str) -> list[str]:
    return words.split(", ")


MEANINGS = {word: meant for meant, words in _WORDS.items() for word in _split(words)}
MEANINGS |= {threat.value: _moved(None, threat) for threat in Threat if threat is not Threat.LAWSUIT}
_COMMANDS = {word: command for command, words in _ELSEWHERE.items() for word in _split(words)}
_STATE_OF = {word: state for state, words in _STATES.items() for word in _split(words)}


def meanings(typed: str) -> tuple[FactMeaning, ...]:
    """What a word for a fact means, at least one. CaseError names the command that records it, or the words that are known.

    The kind may stand before it: "court: injunction", "consequence: subpoena: carried out".
    """
    word = _plain(typed)
    if meant := _meant_by(word) or _meant_by(word.removesuffix("s")):
        return meant
    if command := other_command(typed):
        raise CaseError(f"“{clipped(typed.strip(), 100)}” is recorded with {command}.")
    kinds = ", ".join(kind.value for kind in FactKind)
    raise CaseError(
        f"“{clipped(typed.strip(), 100)}” is not a known kind of event. Kinds: {kinds}; or words for them such as subpoena, "
        "grant withheld, funding cut, lawsuit, ruling, injunction, appeal, press release, law enacted."
    )


def other_command(typed: str) -> str | None:
    """The command that records what this word says, where it is not one of the facts with a form: "/case answer"."""
    return _COMMANDS.get(_plain(typed))


def name_of(meaning: FactMeaning) -> str:
    """The text that means just this: "court: injunction", "consequence: subpoena: carried-out"."""
    said = (meaning.step, meaning.result, meaning.threat, meaning.state)
    return ": ".join((meaning.kind.value, *(value.value for value in said if value is not None)))


def likely(meant: Iterable[FactMeaning], threatened: Collection[str], moved: Collection[str]) -> tuple[FactMeaning, ...]:
    """Of several meanings, those that can be meant where the letter threatens these consequences and these have moved.

    A consequence beside another kind of fact counts only if the letter threatens it ("lawsuit"), and one that is lifted only
    if it has moved ("grant released").
    """
    all_meant = tuple(meant)
    if len({meaning.kind for meaning in all_meant}) == 1:
        return all_meant
    known = {threat_of(name) for name in (*threatened, *moved)}
    return tuple(
        meaning
        for meaning in all_meant
        if meaning.kind is not FactKind.CONSEQUENCE
        or (moved if meaning.state is ConsequenceState.LIFTED else meaning.threat is None or meaning.threat in known)
    )


def every_meaning(meaning: FactMeaning) -> list[FactMeaning]:
    """The meaning with each value of what it leaves open: the steps in court, the results, the states of a consequence."""
    match meaning.kind:
        case FactKind.COURT if meaning.step is None:
            return [replace(meaning, step=step) for step in CourtStep]
        case FactKind.FINDING if meaning.result is None:
            return [replace(meaning, result=result) for result in Result]
        case FactKind.CONSEQUENCE if meaning.state is None:
            return [replace(meaning, state=state) for state in ConsequenceState if state is not ConsequenceState.THREATENED]
    return [meaning]


def _meant_by(word: str) -> tuple[FactMeaning, ...] | None:
    """1. A known word. 2. A consequence and what became of it. 3. A kind, and one of its own values or words behind it."""
    if meant := MEANINGS.get(word) or _with_state(word):
        return meant
    before, colon, after = word.partition(":")
    kind = next((kind for kind in FactKind if kind.value == before.strip()), None)
    if kind is None or not colon:
        return None
    rest = after.strip()
    exact = next(((meaning,) for meaning in _VALUES if meaning.kind is kind and _value(meaning) == rest), None)
    return exact or tuple(meaning for meaning in _meant_by(rest) or () if meaning.kind is kind)


_VALUES = [
    *map(_court, CourtStep),
    *map(_finding, Result),
    *(meaning for state in _STATES for meaning in _moved(state)),
    *(meaning for state in (None, *_STATES) for meaning in _moved(state, Threat.LAWSUIT)),
]


def _value(meaning: FactMeaning) -> str:
    """What stands behind its kind in its name."""
    return name_of(meaning).partition(": ")[2]


def _with_state(word: str) -> tuple[FactMeaning, ...] | None:
    """The meaning of a consequence with what became of it behind it: "subpoena: lifted", "return of grants announced"."""
    for state_words, state in sorted(_STATE_OF.items(), key=lambda item: -len(item[0])):
        name = word.removesuffix(state_words).rstrip(" :,-")
        if name == word or not name:
            continue
        named = [meaning for meaning in MEANINGS.get(name, ()) if meaning.kind is FactKind.CONSEQUENCE]
        if named and all(meaning.state in (None, state) for meaning in named):
            return tuple(replace(meaning, state=state) for meaning in named)
    return None


def _plain(typed: str) -> str:
    words = " ".join(typed.casefold().replace("’", "'").replace("_", " ").split()).strip(" .!?\"'“”")
    for before in ("a ", "an ", "the ", "was ", "were ", "been ", "is "):
        words = words.removeprefix(before)
    return words
