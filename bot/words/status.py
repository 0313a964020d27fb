"""The status of a case in words: the headline used everywhere, and the answer to `/status`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter, Status
from bot.record.consequence_states import state_of
from bot.record.deadlines.dates import written
from bot.record.deadlines.zones import end_of
from bot.record.events import Answer, Basis, DeadlineSet, Event, Extent, effective_events
from bot.record.ladder import Due, Phase, Recurrence, days_after
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.record.suits import Suit
from bot.words.card import Button, Card, Tone
from bot.words.case_facts import facts, on
from bot.words.deadline_reasons import button as why_button
from bot.words.events import ANSWER_NAMES, STATES, beyond_letter, court_and_docket, event_line, what_happened
from bot.words.extent import QUESTION, extent_buttons
from bot.words.paging import MOST_HEAD, Passage, packed
from bot.words.prose import clipped, days_left, due, happened, moment, money, plural, safe, source, stamp
from bot.words.silences import silence_line, silence_words

Placed = Sequence[tuple[Case, CaseState]]

NO_CHANNEL = "No channel for alerts is set, so nothing will be posted. Set one with /settings channel."
MOST_ANSWERS = 10  # on one line, the newest
NEWEST = 5  # events shown of each case
MOST_SOURCES = 3  # of the letter; the Sources button shows all
MOST_LETTERS = 10  # named in the heading
GOOD = (Status.ANSWERED, Status.CLEARED, Status.COMPLIED, Status.SETTLED)
ENDED = (Status.CLEARED, Status.COMPLIED, Status.SETTLED, Status.WITHDRAWN, Status.CLOSED)


def headline(case_state: CaseState) -> str:
    """Everything that holds in words, the most important first: "overdue by 3 days, partly answered". Plain text."""
    perhaps = "an answer may have arrived" if _perhaps(case_state) else ""
    acknowledged = "acknowledged" if case_state.acknowledged and case_state.overdue else ""
    held = (acknowledged, silence_words(case_state))
    return ", ".join(filter(None, (*map(str, facts(case_state)), _time_left(case_state), perhaps, *held)))


def tone(case_state: CaseState) -> Tone:
    """The colour beside the headline."""
    if case_state.status in GOOD:
        return Tone.GOOD
    if case_state.status in ENDED:
        return Tone.PLAIN
    if case_state.overdue or not {Status.REFUSED, Status.ESCALATED}.isdisjoint(case_state.statuses):
        return Tone.ALARM
    left = case_state.days_left
    return Tone.SOON if left is not None and left <= 7 and case_state.clock_runs else Tone.CALM


def status_cards(
    place: Jurisdiction,
    case_states: Placed,
    context: Sequence[Event],
    now: datetime,
    next_alerts: Mapping[int, Due],
    zone: ZoneInfo,
    on: date | None = None,
    remarks: Sequence[str] = (),
) -> list[Card]:
    """The status of a place, in pages: its cases, newest letter first, then what is not tied to a letter.

    `now` is the latest moment of which anything is shown, and `on` the day, if one was asked for; `next_alerts` is by case id
    and may lack some; `zone` is the server's; `remarks` come last.
    """
    known = sorted(
        ((case, case_state) for case, case_state in case_states if case_state.exists),
        key=lambda pair: _age(pair[0]),
        reverse=True,
    )
    background = [event for event in effective_events(tuple(context)) if event.counts_from <= now]
    heading = _heading(place, known, on)
    is_told = len(known) <= MOST_LETTERS and len(heading) <= MOST_HEAD  # else the status of some letter is cut off there
    sections = [_case_section(case, case_state, next_alerts.get(case.id), zone, is_told) for case, case_state in known]
    if background:
        title = "**Background**, not tied to a letter"
        sections.append(Passage(tuple(map(_bullet, background[::-1])), title=title))
    if remarks:
        sections.append(Passage(tuple(f"-# {remark}" for remark in remarks)))
    return packed(heading, sections, tone(known[0][1]) if known else Tone.PLAIN)


def case_line(case: Case, case_state: CaseState) -> str:
    """ "#17 Denver, CO — Document demand of 24 January 2018 — overdue by 1 day", plain text."""
    return f"#{case.number} {case.place.label} — {case.letter.title} — {headline(case_state)}"


def alert_line(alert: Due, zone: ZoneInfo) -> str:
    """Next alert: Fri 2 March 2018, 09:00 EST, 7 days after the deadline"""
    return f"{moment(alert.at.astimezone(zone))}, {rung_words(alert)} ({stamp(alert.at)})"


def rung_words(alert: Due) -> str:
    """An alert of the ladder in words: "7 days before the deadline", "the deadline has passed"."""
    rung = alert.rung
    if alert.held_back:
        return "the end of the silence"
    if rung.phase is Phase.PASSED:
        return "the deadline has passed"
    if rung.phase is Phase.BEFORE:
        return f"{plural(rung.days, 'day')} before the deadline" if rung.days else "the day of the deadline"
    match rung.every:
        case Recurrence.MONTH:
            return "monthly after the deadline"
        case Recurrence.YEAR:
            return "yearly after the deadline"
        case Recurrence.THIRTY_DAYS:
            return "the question whether to go on"
    return f"{plural(days_after(rung, alert.occurrence), 'day')} after the deadline"


def consequence_line(name: str, event: Event | None, letter: Letter, lifted_unmoved: bool = False) -> str:
    """A consequence and its latest state, with the source.

    `lifted_unmoved`: it is recorded as lifted, and nothing was recorded before that could be lifted.
    """
    if event is None:
        return f"- {safe(name)}: threatened by the letter"
    amount = f", {money(event.amount)}" if event.amount else ""
    origin = f" ({source(event.sources[0])})" if event.sources else ""
    beyond = f", {beyond_letter(event, letter)}" if beyond_letter(event, letter) else ""
    if lifted_unmoved:
        before = "; that it was announced or carried out before is not recorded"
        return f"- {safe(name)}: said to be lifted {on(event)}{amount}{beyond}{origin}{before}"
    return f"- {safe(name)}: {STATES[state_of(event)]} {on(event)}{amount}{beyond}{origin}"


def _heading(place: Jurisdiction, known: Placed, on: date | None) -> str:
    if not known:
        none = f"No letter to {safe(place.label)} is recorded{f' up to {written(on)}' if on else ''}."
        return f"## {safe(place.label)}\n{none}"
    as_of = f"\n{_as_of(on, known)}" if on else ""
    lines = [f"\n- {safe(case.letter.title)}: {safe(headline(case_state))}" for case, case_state in known]
    letters = lines[:MOST_LETTERS] if len(known) > 1 else []
    return f"## {safe(place.label)} — {safe(headline(known[0][1]))}{as_of}{''.join(letters)}"


def _as_of(on: date, known: Placed) -> str:
    is_over = all(case_state.now >= end_of(on, (case_state.deadline or case.letter.sent).zone) for case, case_state in known)
    return f"As of {written(on)}, end of day" if is_over else f"As of now: {written(on)} is not over where the deadline is"


def _case_section(case: Case, case_state: CaseState, alert: Due | None, zone: ZoneInfo, is_told: bool) -> Passage:
    """`is_told`: the heading, which every page repeats, has the status of each letter."""
    letter = case.letter
    lines = [
        f"{safe(letter.authority)}, sent {happened(letter.sent)}",
        *_deadline_lines(case, case_state),
        *([f"Next alert: {alert_line(alert, zone)}"] if alert else []),
        silence_line(case_state),
        *([] if alert else _silence(case_state)),
        f"Demand: {safe(clipped(letter.demand, 600))}" if letter.demand else "",
        *_answer_lines(case_state),
        *_threat_lines(letter, case_state),
        *[f"Suit: {_suit_line(suit)}" for suit in case_state.suits],
        *_event_lines(case.letter, case_state),
        _sources_line(case, case_state),
    ]
    why = (why_button(f"why:{case.number}"),) if case_state.deadline else ()
    extent = extent_buttons(case_state.asks_extent) if case_state.asks_extent else ()
    buttons = (Button("History", f"chist:{case.number}"), Button("Sources", f"csrc:{case.number}"), *why, *extent)
    title = f"**#{case.number} {safe(letter.title)}{'' if is_told else f': {safe(headline(case_state))}'}**"
    return Passage(tuple(line for line in lines if line), buttons, title)


def _deadline_lines(case: Case, case_state: CaseState) -> list[str]:
    if case_state.deadline is None:
        note = case.letter.deadline_note if case.letter.deadline is None else ""  # else it is about the letter's deadline
        return [f"Deadline: none recorded. {safe(note)}".rstrip()]
    lines = [f"Deadline: {due(case_state.deadline, strong=True)}, {days_left(case_state.days_left or 0)}"]
    event = case_state.deadline_event
    if event and isinstance(event.detail, DeadlineSet) and event.detail.granted_by:
        granted = "Extension granted" if event.detail.basis is Basis.EXTENSION else "Granted"
        lines.append(f"-# {granted} by {safe(event.detail.granted_by)} {on(event)}")
    if event and event.sources and event.sources[0] not in _letters_sources(case, case_state):
        lines.append(f"-# Source of the deadline: {source(event.sources[0])}")
    return lines


def _perhaps(case_state: CaseState) -> bool:
    """Whether an answer that may be a full one, dated only roughly, may have come by now."""
    answer, extents = case_state.perhaps_answered, (Extent.FULL, Extent.UNKNOWN)
    may_be_full = answer is not None and isinstance(answer.detail, Answer) and answer.detail.extent in extents
    return may_be_full and case_state.is_open and case_state.answered is None


def _silence(case_state: CaseState) -> list[str]:
    """Why no more alerts will come, if that is not obvious."""
    if case_state.acknowledged and case_state.overdue:
        return ["No more alerts: the overdue alerts were acknowledged."]
    if case_state.silenced:
        return ["The next alert comes with the next event."]
    if case_state.is_open and case_state.answered is None and not case_state.clock_runs:
        return ["No alerts: a pending suit has stopped the clock."]
    return []


def _answer_lines(case_state: CaseState) -> list[str]:
    """No more than the record says: that no answer is recorded, never that none was given or that one came in time."""
    answers = [_answer_words(event) for event in case_state.answers]
    older = f" ({MOST_ANSWERS} of {len(answers)})" if len(answers) > MOST_ANSWERS else ""
    lines = [f"On record{older}: {'; '.join(answers[-MOST_ANSWERS:])}"] if answers else []
    if case_state.perhaps_answered:
        answer = case_state.perhaps_answered
        lines.append(f"On record: {_answer_words(answer)}, which may be before or after this day.")
    if case_state.asks_extent:
        lines.append(QUESTION)
    return lines or ([] if case_state.ended else ["No answer is recorded."])


def _answer_words(event: Event) -> str:
    """full answer on 10 February 2018"""
    return f"{ANSWER_NAMES[event.detail.extent] if isinstance(event.detail, Answer) else what_happened(event)} {on(event)}"


def _threat_lines(letter: Letter, case_state: CaseState) -> list[str]:
    still = [name for name, event in case_state.consequences.items() if event is None]
    moved = [
        consequence_line(name, event, letter, name in case_state.lifted_unmoved)
        for name, event in case_state.consequences.items()
        if event
    ]
    lines = [f"Threatened, nothing further recorded: {safe('; '.join(still))}"] if still else []
    return [*lines, "**Consequences so far**", *moved] if moved else lines


def _suit_line(suit: Suit) -> str:
    where = court_and_docket(suit)
    court = f"{safe(where)}, " if where else ""
    state = "pending" if suit.pending else "ended"
    stops = ", stops the clock" if suit.pending and suit.stops_clock else ""
    filed = f"filed {happened(suit.filed.when)}" if suit.filed else "when it was filed is not recorded"
    return f"{court}{filed}, {state}{stops}"


def _event_lines(letter: Letter, case_state: CaseState) -> list[str]:
    events = [event for event in case_state.events if event is not case_state.sent and not letter.gives(event)]
    if not events:
        return []
    more = f" ({NEWEST} of {len(events)})" if len(events) > NEWEST else ""
    return [f"**Latest events**{more}", *(_bullet(event) for event in events[::-1][:NEWEST])]


def _sources_line(case: Case, case_state: CaseState) -> str:
    sources = _letters_sources(case, case_state)
    links = [source(cited) for cited in sources[:MOST_SOURCES]]
    more = f" ({MOST_SOURCES} of {len(sources)})" if len(sources) > MOST_SOURCES else ""
    return f"-# Sources of the letter{more}: {'; '.join(links)}" if links else ""


def _letters_sources(case: Case, case_state: CaseState) -> list[Source]:
    """What says that the letter was sent there, and with which deadline. What happened later has sources of its own."""
    with_letter = [event for event in case_state.events if case.letter.gives(event)]
    events = [*with_letter, *([case_state.sent] if case_state.sent else [])]
    return list(dict.fromkeys([*(cited for event in events for cited in event.sources), *case.letter.sources]))


def _bullet(event: Event) -> str:
    return f"- {event_line(event)}"


def _time_left(case_state: CaseState) -> str:
    """The deadline where the facts do not name it: "3 days left", "deadline passed 1 day ago"; none after a full answer."""
    if case_state.ended or case_state.answered or case_state.status is Status.OVERDUE:
        return ""
    if case_state.days_left is None:
        return "no deadline recorded"
    if not case_state.clock_runs:
        return "clock stopped"
    if not case_state.overdue:
        return days_left(case_state.days_left)
    return f"deadline passed {plural(-case_state.days_left, 'day')} ago" if case_state.days_left else "deadline passed today"


def _age(case: Case) -> tuple[datetime, int]:
    return case.letter.sent.latest, case.number
