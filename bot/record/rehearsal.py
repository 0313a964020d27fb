"""Which alerts a span of days has, each by what was known at its own moment. Nothing is planned or posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import INSTANT
from bot.record.events import DeadlineSet, Silenced
from bot.record.holding import hold_until
from bot.record.ladder import Due, Ladder, moments
from bot.record.news_kinds import is_news
from bot.record.plan import Alert, LadderOf, asked_first, dues_of, held_since, is_question, plan
from bot.record.posting import Posting
from bot.record.silence import Silence, takes_effect


def upcoming(case: Case, ladder: Ladder, posting: Posting, start: datetime, end: datetime) -> list[Alert]:
    """Every alert that falls due in [start, end], each by what was known at its own moment: the rehearsal."""
    return [alert for alert in _rehearsed(case, ladder, posting, end) if alert.due.at >= start]


def rehearsed(cases: Iterable[Case], ladder_of: LadderOf, posting: Posting, start: datetime, end: datetime) -> list[Alert]:
    """As `upcoming`, of cases of many letters: each letter is asked about once."""
    cases = list(cases)
    alerts = {case.id: _rehearsed(case, ladder_of(case.letter), posting, end) for case in cases}
    asked = asked_first(alert for of_case in alerts.values() for alert in of_case)
    for case in cases:
        if case.letter.asked_at is None and (at := asked.get(case.letter.id)):
            as_asked = replace(case, letter=replace(case.letter, asked_at=at))
            of_case = _rehearsed(as_asked, ladder_of(case.letter), posting, end)
            alerts[case.id] = [replace(alert, case=case) for alert in of_case]
    in_span = [alert for of_case in alerts.values() for alert in of_case if alert.due.at >= start]
    return sorted(in_span, key=lambda alert: alert.due.at)


def _rehearsed(case: Case, ladder: Ladder, posting: Posting, end: datetime) -> list[Alert]:
    """Every alert up to `end`, by time. Once the letter was asked about, it is not again."""
    rehearsing = case
    alerts: dict[tuple[int, int, str, int], Alert] = {}
    set_by = [(e.id, e.detail.deadline) for e in case.events if isinstance(e.detail, DeadlineSet)]
    steps: list[tuple[datetime, Due | None, int]] = [(moment, None, 0) for moment in _ends_of_silences(case, posting)]
    steps += [(due.at, due, id) for id, of in set_by for due in _all_until(ladder, of, posting, end)]
    for at, due, event_id in sorted(steps, key=lambda step: (step[0], step[1] is None)):
        alert = plan(rehearsing, ladder, posting, at).due if at <= end else None
        if alert is None:
            continue
        if (alert.due, alert.deadline_id) == (due, event_id) or (due is None and _comes_back(alert, at, ladder, posting)):
            alerts.setdefault(alert.key, replace(alert, case=case))
            if is_question(alert.due) and rehearsing.letter.asked_at is None:
                rehearsing = replace(case, letter=replace(case.letter, asked_at=at))
    return list(alerts.values())


def _ends_of_silences(case: Case, posting: Posting) -> set[datetime]:
    """Each moment at which a silence of this case ended, or will, or would if a later one had not held."""
    silences = [event for event in case.events if isinstance(event.detail, Silenced)]
    each = [Silence(event, event.recorded_at) for event in silences]
    ends = {hold_until(silence.until, silence.since, posting, silence.ended_at).end for silence in each}
    if any(silence.until is None for silence in each):
        news = (event for event in case.events if is_news(event.detail))
        ends |= {posting.first_from(takes_effect(event)) for event in news}
    return {moment for moment in ends if moment}


def _comes_back(alert: Alert, at: datetime, ladder: Ladder, posting: Posting) -> bool:
    """Whether it was held back until that moment, and not posted before."""
    case_state = alert.case.known_at(at)
    dues = dues_of(alert.case, case_state, ladder, posting, held_since(alert.case, case_state))
    return alert.due.at == at and alert.due in takewhile(lambda due: due.at <= at, dues)


def _all_until(ladder: Ladder, deadline: Deadline, posting: Posting, end: datetime) -> Iterator[Due]:
    """The alerts of a deadline, whenever it was recorded."""
    yield from takewhile(lambda due: due.at <= end, moments(ladder, deadline, posting))
    hurried = posting.hurry(deadline.last_moment, deadline.last_moment - INSTANT)
    if hurried != posting:
        yield from takewhile(lambda due: due.at <= min(end, deadline.last_moment), moments(ladder, deadline, hurried))
