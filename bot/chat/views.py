"""Every answer that may run over several pages, by name: commands ask for the first page, buttons for any other.

A view is rendered from the database each time, within its server: what a button names on another server is not found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from bot.chat import recounts
from bot.desk.session import Session
from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.calendars import Calendar
from bot.record.deadlines.zones import end_of
from bot.record.errors import CaseError
from bot.record.ladder import DEFAULT_LADDER
from bot.record.places import STATES, Jurisdiction
from bot.record.plan import ahead, next_due
from bot.store import cases, closures, notices, places
from bot.words import closures as closing
from bot.words import deadline_reasons, errors, letters, lists, status
from bot.words.card import Card
from bot.words.notice import Head, card_of, sources_behind
from bot.words.paging import Query, turned
from bot.words.prose import safe

View = Callable[..., Awaitable[list[Card]]]
NO_CHANNEL = "No channel for alerts is set on this server, so none is posted: /settings channel."


async def render(session: Session, query: Query, page: int = 0) -> Card:
    """One page of what `query` asks; CaseError where it asks for nothing that this server has."""
    if query.view not in VIEWS:
        raise CaseError(errors.CHANGED)
    return turned(await VIEWS[query.view](session, *query.args), page, query)


async def _status(session: Session, place_id: str, letter_id: str, on: str, also: str = "") -> list[Card]:
    """`also`: the ids of places that go by the same name and have no letter, joined by hyphens."""
    place = await _place(session, place_id)
    found = await cases.of_place(session.conn, session.server.id, place.id)
    if letter_id:
        letter = await _letter(session, letter_id)
        found = [case for case in found if case.letter.id == letter.id]
        if not found:
            raise CaseError(f"{place.label} is not recorded as a recipient of “{letter.title}”.")
    asked = date.fromisoformat(on) if on else None
    moment = min(end_of(asked, session.server.zone), session.now) if asked else session.now
    case_states = [(case, case.at(moment)) for case in found]
    context = await cases.context(session.conn, session.server.id, place.id)
    posts = session.server.channel_id is not None
    dues = {case.id: next_due(case, DEFAULT_LADDER, session.server.posting, moment) for case in found} if posts else {}
    alerts = {case_id: due for case_id, due in dues.items() if due is not None}
    waits = any(case_state.clock_runs and case_state.deadline for _, case_state in case_states)
    others = [await _place(session, other) for other in also.split("-") if other]
    remarks = (*((NO_CHANNEL,) if waits and not posts else ()), *lists.also_named(others))
    return status.status_cards(place, case_states, context, moment, alerts, session.server.zone, asked, remarks)


async def _deadlines(session: Session, within: str, state_of_case: str, state: str, letter_id: str) -> list[Card]:
    days = int(within) if within else None
    found = [(case, case.at(session.now)) for case in await cases.of_server(session.conn, session.server.id)]
    kept = [
        (case, case_state)
        for case, case_state in found
        if _in_status(case_state, state_of_case)
        and (not state or case.place.state == state)
        and (not letter_id or case.letter.id == int(letter_id))
        and (days is None or (case_state.days_left is not None and 0 <= case_state.days_left <= days))
    ]
    letter = await _letter(session, letter_id) if letter_id else None
    asked = lists.asked_for(days, state_of_case, STATES.get(state, state), letter)
    return lists.deadline_cards(kept, asked)


def _in_status(case_state: CaseState, wanted: str) -> bool:
    """Without a wish: every open case without a full answer. "overdue" takes in those that are also in court or escalated."""
    if not case_state.exists:
        return False
    if not wanted:
        return case_state.is_open and case_state.answered is None
    return case_state.status.value == wanted or (wanted == "overdue" and case_state.overdue)


async def _history(session: Session, place_id: str) -> list[Card]:
    place = await _place(session, place_id)
    found = await cases.of_place(session.conn, session.server.id, place.id)
    return lists.history_cards(place, found, await cases.context(session.conn, session.server.id, place.id))


async def _letters(session: Session) -> list[Card]:
    found: dict[int, list[tuple[Case, CaseState]]] = {}
    for case in await cases.of_server(session.conn, session.server.id):
        if (case_state := case.at(session.now)).exists:
            found.setdefault(case.letter.id, []).append((case, case_state))
    all_letters = await cases.letters_of(session.conn, session.server.id)
    return letters.letters_cards([(letter, found.get(letter.id, [])) for letter in all_letters])


async def _letter_page(session: Session, letter_id: str) -> list[Card]:
    letter = await _letter(session, letter_id)
    found = await cases.of_letter(session.conn, session.server.id, letter.id)
    case_states = [(case, case.at(session.now)) for case in found]
    return letters.letter_cards(letter, [(case, case_state) for case, case_state in case_states if case_state.exists])


async def _schedule(session: Session, days: str) -> list[Card]:
    found = await cases.of_server(session.conn, session.server.id)
    end = session.now + timedelta(days=int(days))
    alerts = ahead(found, DEFAULT_LADDER, session.server.posting, session.now, end)
    return lists.schedule_cards(alerts, int(days), session.server.zone, session.server.channel_id)


async def _case_history(session: Session, number: str) -> list[Card]:
    return lists.case_history_cards(await _case(session, number))


async def _case_sources(session: Session, number: str) -> list[Card]:
    case = await _case(session, number)
    found = sources_behind([case], case.at(session.now).events)
    return lists.source_cards(f"#{case.number} {safe(case.place.label)}", found)


async def _notice_history(session: Session, token: str) -> list[Card]:
    return lists.notice_history_cards(await notice_cases(session, token))


async def _notice_sources(session: Session, token: str) -> list[Card]:
    """The letter's sources, and those of what the notice tells of: the deadline it counts to, or the fact it announces."""
    about = {line.about_id for line in await notice_lines(session, token)}
    found = await notice_cases(session, token)
    told = [event for case in found for event in case.events if event.id in about]
    return lists.source_cards(safe(found[0].letter.title) if found else "this notice", sources_behind(found, told))


async def _case_why(session: Session, number: str) -> list[Card]:
    case = await _case(session, number)
    return deadline_reasons.why_cards(
        f"#{case.number} {safe(case.place.label)}", deadline_reasons.of_case(case, case.at(session.now))
    )


async def _letter_why(session: Session, letter_id: str) -> list[Card]:
    letter = await _letter(session, letter_id)
    found = await cases.of_letter(session.conn, session.server.id, letter.id)
    return deadline_reasons.why_cards(
        safe(letter.title), deadline_reasons.of_letter(letter, [(case, case.at(session.now)) for case in found])
    )


async def _notice_why(session: Session, token: str) -> list[Card]:
    """Each deadline that the notice tells of, with its places, and those that have taken its place since."""
    about = {line.about_id for line in await notice_lines(session, token)}
    found = await notice_cases(session, token)
    reasons = deadline_reasons.of_notice([(case, case.at(session.now)) for case in found], about)
    return deadline_reasons.why_cards(safe(found[0].letter.title) if found else "this notice", reasons)


async def _closures(session: Session) -> list[Card]:
    known = await closures.of_server(session.conn, session.server.id)
    return closing.closures_cards(known, Calendar(session.server.calendar))


async def notice_lines(session: Session, token: str) -> list[notices.Line]:
    """What a notice of this server told of."""
    return await notices.lines(session.conn, (await _notice(session, token)).id)


async def notice_cases(session: Session, token: str) -> list[Case]:
    """The cases of a notice of this server, by number."""
    found = await cases.with_ids(session.conn, {line.case_id for line in await notice_lines(session, token)})
    return sorted(found, key=lambda case: case.number)


async def notice_page(session: Session, token: str, page: int) -> Card:
    """A page of a notice's whole list, as its cases stand now; it pings nobody."""
    notice = await _notice(session, token)
    lines = [line for line in await notices.lines(session.conn, notice.id) if line.state == "planned"]
    known = {case.id: case for case in await notice_cases(session, token)}
    if not lines:
        raise CaseError(errors.CHANGED)
    told = [(known[line.case_id], line.about_id) for line in lines]
    before = await cases.recipients_before(session.conn, notice.letter_id, known)
    head = Head(notice.token, told[0][0].letter, session.server.zone, notice.due_at, recipients_before=before)
    return card_of(head, notice.rung, told, session.now, page)


async def _notice(session: Session, token: str) -> notices.Notice:
    notice = await notices.with_token(session.conn, session.server.id, token)
    if notice is None:
        raise CaseError(errors.STALE)
    return notice


async def _place(session: Session, place_id: str) -> Jurisdiction:
    place = await places.with_id(session.conn, session.server.id, int(place_id))
    if place is None:
        raise CaseError(errors.STALE)
    return place


async def _letter(session: Session, letter_id: str) -> Letter:
    found = [one for one in await cases.letters_of(session.conn, session.server.id) if one.id == int(letter_id)]
    if not found:
        raise CaseError(errors.STALE)
    return found[0]


async def _case(session: Session, number: str) -> Case:
    case = await cases.numbered(session.conn, session.server.id, int(number))
    if case is None:
        raise CaseError(errors.unknown_case(number))
    return case


VIEWS: dict[str, View] = {
    "status": _status,
    "deadlines": _deadlines,
    "history": _history,
    "letters": _letters,
    "letter": _letter_page,
    "schedule": _schedule,
    "case": _case_history,
    "csrc": _case_sources,
    "news": _notice_history,
    "nsrc": _notice_sources,
    "why": _case_why,
    "lwhy": _letter_why,
    "nwhy": _notice_why,
    "closures": _closures,
    "moves": recounts.cards,
}
