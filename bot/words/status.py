"""Where a case stands, in words: the headline used everywhere, and the card that `/status` answers with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, Standing, Status, Suit, consequence_state
from bot.record.dates import Precision, written
from bot.record.events import Answer, Certainty, Consequence, DeadlineSet, Event, Extent, Source, live
from bot.record.ladder import Due, Phase
from bot.record.places import Jurisdiction
from bot.words.card import Button, Card, Tone
from bot.words.events import STATES, event_line, what_happened
from bot.words.paging import Section, packed
from bot.words.prose import clipped, days_left, due, happened, moment, money, plural, safe, source, stamp
from bot.words.why import button as why_button

Placed = Sequence[tuple[Case, Standing]]

NEWEST = 5  # events shown of each case
MOST_SOURCES = 3  # of the letter; all of them stand behind the Sources button
MOST_LETTERS = 10  # named in the heading
GOOD = (Status.ANSWERED, Status.CLEARED, Status.COMPLIED, Status.SETTLED)
ENDED = (Status.CLEARED, Status.COMPLIED, Status.SETTLED, Status.WITHDRAWN, Status.CLOSED)


def headline(standing: Standing) -> str:
    """The status in words, with what matters beside it: "overdue by 3 days, partly answered". Plain text, no markdown."""
    left = standing.days_left
    match standing.status:
        case Status.AWAITING:
            return f"awaiting answer, {_ahead(standing)}"
        case Status.PARTLY:
            return f"partly answered, {_ahead(standing)}"
        case Status.OVERDUE:
            late = f"by {plural(-left, 'day')}" if left else "since today"
            beside = ", partly answered" if standing.partly else ""
            return f"overdue {late}{beside}{', an answer may have come' if _perhaps(standing) else ''}"
        case Status.IN_COURT:
            return f"in court{_court(standing)}, {_beside(standing)}"
        case Status.ESCALATED if standing.decided_by and isinstance(standing.decided_by.detail, Consequence):
            name = standing.decided_by.detail.name
            return f"escalated: {name} carried out {_on(standing.decided_by)}, {_beside(standing)}"
        case Status.REFUSED if standing.decided_by:
            return f"refused {_on(standing.decided_by)}, {_beside(standing)}"
        case status if standing.decided_by:
            return f"{status.value} {_on(standing.decided_by)}"
        case status:
            return status.value


def tone(standing: Standing) -> Tone:
    """The colour beside the headline."""
    if standing.status in GOOD:
        return Tone.GOOD
    if standing.status in ENDED:
        return Tone.PLAIN
    if standing.overdue or standing.status in (Status.REFUSED, Status.ESCALATED):
        return Tone.ALARM
    left = standing.days_left
    return Tone.SOON if left is not None and left <= 7 and standing.clock_runs else Tone.CALM


def status_cards(
    place: Jurisdiction,
    standings: Placed,
    context: Sequence[Event],
    now: datetime,
    next_alerts: Mapping[int, Due],
    zone: ZoneInfo,
    on: date | None = None,
    remarks: Sequence[str] = (),
) -> list[Card]:
    """Where a place stands, in pages: its cases, newest letter first, then what is recorded of it apart from any letter.

    `now` is the moment asked about (the end of `on` where a day was asked for); `next_alerts` is by case id and may lack
    some; `zone` is the server's; `remarks` stand at the end.
    """
    known = sorted(
        ((case, standing) for case, standing in standings if standing.exists), key=lambda pair: _age(pair[0]), reverse=True
    )
    around = [event for event in live(tuple(context)) if event.counts_from <= now]
    sections = [_case_section(case, standing, next_alerts.get(case.id), zone) for case, standing in known]
    if around:
        title = "**Around it**, recorded of the place apart from any letter"
        sections.append(Section(tuple(map(_bullet, around[::-1])), title=title))
    if remarks:
        sections.append(Section(tuple(f"-# {remark}" for remark in remarks)))
    if not known:
        none = f"No letter to {safe(place.label)} is recorded{f' by {written(on)}' if on else ''}."
        return packed(f"## {safe(place.label)}\n{none}", sections)
    return packed(_heading(place, known, on), sections, tone(known[0][1]))


def case_line(case: Case, standing: Standing) -> str:
    """ "#17 Denver, CO — Document demand of 24 January 2018 — overdue by 1 day", plain text."""
    return f"#{case.number} {case.place.label} — {case.letter.title} — {headline(standing)}"


def alert_line(alert: Due, zone: ZoneInfo) -> str:
    """Next alert: Fri 2 March 2018, 09:00 EST, 7 days after the deadline"""
    return f"{moment(alert.at.astimezone(zone))}, {rung_words(alert)} ({stamp(alert.at)})"


def rung_words(alert: Due) -> str:
    """What a rung is, in words: "7 days before the deadline", "the deadline has passed"."""
    rung = alert.rung
    if rung.phase is Phase.PASSED:
        return "the deadline has passed"
    if rung.phase is Phase.BEFORE:
        return f"{plural(rung.days, 'day')} before the deadline" if rung.days else "the day of the deadline"
    return f"{plural(rung.days + alert.occurrence * (rung.every or 0), 'day')} after the deadline"


def consequence_line(name: str, event: Event | None) -> str:
    """A threatened consequence and its state so far, with who says so."""
    if event is None:
        return f"- {safe(name)}: threatened by the letter"
    amount = f", {money(event.amount)}" if event.amount else ""
    origin = f" ({source(event.sources[0])})" if event.sources else ""
    return f"- {safe(name)}: {STATES[consequence_state(event)]} {_on(event)}{amount}{origin}"


def _heading(place: Jurisdiction, known: Placed, on: date | None) -> str:
    as_of = f"\nAs of {written(on)}, end of day" if on else ""
    each = [f"\n- {safe(case.letter.title)}: {safe(headline(its))}" for case, its in known] if len(known) > 1 else []
    return f"## {safe(place.label)} — {safe(headline(known[0][1]))}{as_of}{''.join(each[:MOST_LETTERS])}"


def _case_section(case: Case, standing: Standing, alert: Due | None, zone: ZoneInfo) -> Section:
    letter = case.letter
    lines = [
        f"{safe(letter.authority)}, sent {happened(letter.sent)}",
        *_deadline_lines(case, standing),
        *([f"Next alert: {alert_line(alert, zone)}"] if alert else []),
        *([] if alert else _silence(standing)),
        f"Asked: {safe(clipped(letter.demand, 600))}" if letter.demand else "",
        *_answer_lines(standing),
        *_threat_lines(standing),
        *[f"Suit: {_suit_line(suit)}" for suit in standing.suits],
        *_event_lines(standing),
        _sources_line(case, standing),
    ]
    why = (why_button(f"why:{case.number}"),) if standing.deadline else ()
    buttons = (Button("History", f"chist:{case.number}"), Button("Sources", f"csrc:{case.number}"), *why)
    title = f"**#{case.number} {safe(letter.title)}: {safe(headline(standing))}**"
    return Section(tuple(line for line in lines if line), buttons, title)


def _deadline_lines(case: Case, standing: Standing) -> list[str]:
    if standing.deadline is None:
        return [f"Deadline: none is recorded. {safe(case.letter.deadline_note)}".rstrip()]
    lines = [f"Deadline: {due(standing.deadline, strong=True)}, {days_left(standing.days_left or 0)}"]
    detail = standing.deadline_event.detail if standing.deadline_event else None
    if isinstance(detail, DeadlineSet) and detail.granted_by and standing.deadline_event:
        lines.append(f"-# Granted by {safe(detail.granted_by)}, {happened(standing.deadline_event.when)}")
    return lines


def _perhaps(standing: Standing) -> bool:
    told = standing.perhaps_answered
    return told is not None and isinstance(told.detail, Answer) and told.detail.extent is Extent.FULL


def _silence(standing: Standing) -> list[str]:
    """Why no alert is to come, where somebody might wonder."""
    if standing.acknowledged and standing.overdue:
        return ["No further alert: the overdue alerts were acknowledged."]
    if standing.is_open and standing.answered is None and not standing.clock_runs:
        return ["No alerts: a pending suit stops the clock."]
    return []


def _answer_lines(standing: Standing) -> list[str]:
    """Nothing recorded is said as that; it is never claimed that none was given, nor that one came in time."""
    if standing.perhaps_answered:
        told = standing.perhaps_answered
        return [f"Recorded {_on(told)}: {what_happened(told)}. It may have come before this day, or after."]
    if standing.answered or standing.partly or standing.status is Status.REFUSED:
        return []
    return [] if standing.ended else ["No answer is recorded."]


def _threat_lines(standing: Standing) -> list[str]:
    still = [name for name, event in standing.consequences.items() if event is None]
    moved = [consequence_line(name, event) for name, event in standing.consequences.items() if event]
    lines = [f"Threatened, nothing further recorded: {safe('; '.join(still))}"] if still else []
    return [*lines, "**Consequences so far**", *moved] if moved else lines


def _suit_line(suit: Suit) -> str:
    court = _where(suit) or suit.name
    state = "pending" if suit.pending else "ended"
    stops = ", stops the clock" if suit.pending and suit.stops_clock else ""
    return f"{safe(court)}, filed {happened(suit.filed.when)}, {state}{stops}"


def _event_lines(standing: Standing) -> list[str]:
    told = [e for e in standing.events if e is not standing.sent and not _original(e)]
    if not told:
        return []
    more = f" ({NEWEST} of {len(told)})" if len(told) > NEWEST else ""
    return [f"**Newest events**{more}", *(_bullet(event) for event in told[::-1][:NEWEST])]


def _original(event: Event) -> bool:
    return isinstance(event.detail, DeadlineSet) and event.detail.basis.value == "original"


def _sources_line(case: Case, standing: Standing) -> str:
    found: dict[Source, None] = {}
    for event in (standing.deadline_event, standing.sent):  # the deadline's first: it is what people act on
        found |= dict.fromkeys(event.sources if event else ())
    found |= dict.fromkeys(case.letter.sources)
    links = [source(one) for one in list(found)[:MOST_SOURCES]]
    more = f" ({MOST_SOURCES} of {len(found)})" if len(found) > MOST_SOURCES else ""
    return f"-# Sources of the letter{more}: {'; '.join(links)}" if links else ""


def _bullet(event: Event) -> str:
    return f"- {event_line(event)}"


def _ahead(standing: Standing) -> str:
    return days_left(standing.days_left) if standing.days_left is not None else "deadline unknown"


def _beside(standing: Standing) -> str:
    """What the clock says beside a status that is not its own: "deadline passed 1 day ago"."""
    if standing.answered:
        return f"answered {_on(standing.answered)}"
    if standing.deadline is None or standing.days_left is None:
        return "deadline unknown"
    if not standing.clock_runs:
        return "clock stopped"
    if not standing.overdue:
        return days_left(standing.days_left)
    return f"deadline passed {plural(-standing.days_left, 'day')} ago" if standing.days_left else "deadline passed today"


def _court(standing: Standing) -> str:
    suit = next((suit for suit in standing.suits if suit.pending), None)
    return f" ({_where(suit)})" if suit and _where(suit) else ""


def _where(suit: Suit) -> str:
    return ", ".join(filter(None, (suit.court, suit.docket)))


def _on(event: Event) -> str:
    """on 27 March 2018; by 16 April 2018 (as reported); in December 2017"""
    word = {Precision.DAY: "on ", Precision.MOMENT: "on ", Precision.MONTH: "in "}.get(event.when.precision, "")
    sure = "" if event.certainty is Certainty.CONFIRMED else f" (as {event.certainty.value})"
    return f"{word}{happened(event.when)}{sure}"


def _age(case: Case) -> tuple[datetime, int]:
    return case.letter.sent.latest, case.number
