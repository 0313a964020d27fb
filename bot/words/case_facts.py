"""Everything that holds of a case at once, each fact in a few words: what headlines, groups and counts are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.record.answers import AnswerRole, answers_in
from bot.record.case import CaseState, Letter, Status
from bot.record.consequence_states import state_of
from bot.record.consequences import known_as
from bot.record.deadlines.when import Precision
from bot.record.events import Certainty, ConsequenceState, Event, Extent
from bot.record.standing import Moved, Standing, is_overdue, statuses_at
from bot.words.events import ANSWER_NAMES, STATES, court_and_docket
from bot.words.prose import clipped, happened, plural

ESCALATED = "escalated: "  # before what was carried out, where that leads
MOST_CONSEQUENCES = 3  # named in a headline; the card of the case has all
LONGEST_NAME = 80  # characters of a consequence in a headline
EXTENTS = {
    Extent.FULL: Status.ANSWERED.value,
    Extent.REFUSAL: Status.REFUSED.value,
    Extent.UNKNOWN: Status.UNKNOWN.value,
    Extent.PARTIAL: Status.PARTLY.value,
    Extent.HOLDING: Status.HOLDING.value,
}
#: Beside a full answer that came before.
AFTER_FULL = {
    Extent.UNKNOWN: "another answer, extent unknown",
    Extent.PARTIAL: ANSWER_NAMES[Extent.PARTIAL],
    Extent.HOLDING: ANSWER_NAMES[Extent.HOLDING],
}


@dataclass(frozen=True)
class Fact:
    #: The same for every case of which it is true: "refused".
    words: str
    #: What only this case has: "on 10 February 2018".
    more: str = ""

    def __str__(self) -> str:
        return f"{self.words} {self.more}" if self.more else self.words


def facts(case_state: CaseState) -> list[Fact]:
    """All that holds, the most important first. Plain text.

    In the order of the statuses, of which the first leads: the end, suits, what was carried out, a full answer or a refusal,
    overdue, other answers, other consequences. Overdue is a fact only where it leads; see `headline` for the deadline.
    """
    decisive, lesser = _answers(case_state)
    carried_out, others = _consequences(case_state)
    return [*_lead(case_state), *carried_out, *decisive, *_clock(case_state), *lesser, *others]


def short_facts(case_state: CaseState) -> list[str]:
    """`facts` without dates, for groups and counts of cases; with the acknowledgement or silence of overdue alerts."""
    words = [fact.words for fact in facts(case_state)]
    words += ["silenced"] if case_state.silenced else []
    return [*words, "acknowledged"] if case_state.acknowledged and case_state.overdue else words


def on(event: Event) -> str:
    """on 27 March 2018; by 16 April 2018 (as reported); in December 2017"""
    preposition = {Precision.DAY: "on ", Precision.MOMENT: "on ", Precision.MONTH: "in "}.get(event.when.precision, "")
    certainty = "" if event.certainty is Certainty.CONFIRMED else f" (as {event.certainty.value})"
    return f"{preposition}{happened(event.when)}{certainty}"


def _lead(case_state: CaseState) -> Iterator[Fact]:
    if case_state.ended:
        yield Fact(case_state.status.value, on(case_state.ended))
    pending = [suit for suit in case_state.suits if suit.pending]
    if pending:
        courts = "; ".join(filter(None, map(court_and_docket, pending)))
        yield Fact("in court", f"({courts})" if courts else "")


def _clock(case_state: CaseState) -> Iterator[Fact]:
    left = case_state.days_left
    if case_state.status is Status.OVERDUE:
        yield Fact("overdue", f"by {plural(-left, 'day')}" if left else "as of today")
    elif case_state.status is Status.AWAITING:
        yield Fact("awaiting answer")


def _answers(case_state: CaseState) -> tuple[list[Fact], list[Fact]]:
    """The full answer in force or the refusal, and the other answers."""
    decisive: list[Fact] = []
    lesser: list[Fact] = []
    for extent, role, event in answers_in(case_state):
        fact = Fact(_answer_words(extent, role), "" if role is AnswerRole.LESSER else on(event))
        (decisive if role is AnswerRole.DECISIVE else lesser).append(fact)
    return decisive, lesser


def _answer_words(extent: Extent, role: AnswerRole) -> str:
    match role:
        case AnswerRole.INCOMPLETE:
            return f"{ANSWER_NAMES[extent]} found incomplete"
        case AnswerRole.OVERTAKEN:
            return ANSWER_NAMES[extent]
        case AnswerRole.AFTER_FULL:
            return AFTER_FULL[extent]
        case AnswerRole.DECISIVE | AnswerRole.LESSER:
            return EXTENTS[extent]


def _consequences(case_state: CaseState) -> tuple[list[Fact], list[Fact]]:
    """Those carried out, and the others that moved; the names are cut, and no more than a few are named."""
    moved = [
        (name, event)
        for name, event in case_state.consequences.items()
        if event and state_of(event) is not ConsequenceState.THREATENED
    ]
    moved.sort(key=lambda pair: state_of(pair[1]) is not ConsequenceState.CARRIED_OUT)
    named = [(state_of(event), _consequence(case_state, name, event)) for name, event in moved[:MOST_CONSEQUENCES]]
    carried_out = [fact for state, fact in named if state is ConsequenceState.CARRIED_OUT]
    if carried_out and case_state.status is Status.ESCALATED:
        carried_out[0] = Fact(f"{ESCALATED}{carried_out[0].words}", carried_out[0].more)
    others = [fact for state, fact in named if state is not ConsequenceState.CARRIED_OUT]
    rest = len(moved) - len(named)
    return carried_out, [*others, Fact(f"{plural(rest, 'more consequence')} recorded")] if rest else others


def _consequence(case_state: CaseState, name: str, event: Event) -> Fact:
    moved = Moved(name, state_of(event), name in case_state.lifted_unmoved)
    return Fact(_moved_words(moved), on(event))


def _moved_words(moved: Moved) -> str:
    state = "said to be lifted" if moved.unmoved else STATES[moved.state]
    return f"{clipped(moved.name, LONGEST_NAME)} {state}"


def counted(standing: Standing, letter: Letter, now: datetime) -> tuple[str, list[str]]:
    """The leading word in a count of recipients that stand so, overdue before all else; and what else holds of each of them."""
    lead = Status.OVERDUE.value if is_overdue(standing, now) else statuses_at(standing, now)[0].value
    spelled = [replace(moved, name=known_as(moved.name, letter.threatened)) for moved in standing.consequences]
    named = sorted(spelled, key=lambda moved: not _is_carried_out(moved))
    carried_out = [_moved_words(moved) for moved in named[:MOST_CONSEQUENCES] if _is_carried_out(moved)]
    others = [_moved_words(moved) for moved in named[:MOST_CONSEQUENCES] if not _is_carried_out(moved)]
    rest = [f"{plural(len(named) - MOST_CONSEQUENCES, 'more consequence')} recorded"] if len(named) > MOST_CONSEQUENCES else []
    answers = [_answer_words(extent, role) for extent, role in standing.answers]  # the decisive ones come first
    in_court = [Status.IN_COURT.value] if standing.in_court else []
    acknowledged = ["acknowledged"] if standing.acknowledged and lead == Status.OVERDUE.value else []
    silenced = ["silenced"] if _is_silenced(standing, now) and lead == Status.OVERDUE.value else []
    beside = [*in_court, *carried_out, *answers, *others, *rest, *acknowledged, *silenced]
    return lead, [words for words in beside if words != lead]


def _is_silenced(standing: Standing, now: datetime) -> bool:
    """By the day where the deadline is, which may differ from the server's by one."""
    day = standing.silenced_until
    return day is not None and bool(standing.zone) and now.astimezone(ZoneInfo(standing.zone)).date() < day


def _is_carried_out(moved: Moved) -> bool:
    return moved.state is ConsequenceState.CARRIED_OUT
