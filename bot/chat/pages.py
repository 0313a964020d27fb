"""Every answer that may run over several pages, by name: commands ask for the first page, buttons for any other.

A view is rendered from the database each time, within its server: what a button names on another server is not found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from bot.chat import moving
from bot.chat.house import Room
from bot.record.calendars import Calendar
from bot.record.case import Case, Letter, Standing
from bot.record.dates import end_of
from bot.record.errors import CaseError
from bot.record.ladder import DEFAULT_LADDER
from bot.record.places import STATES, Jurisdiction
from bot.record.plan import ahead, next_due
from bot.store import cases, closures, outbox, places
from bot.words import closures as closing
from bot.words import errors, letters, lists, status, why
from bot.words.card import Card
from bot.words.notice import Head, card_of, sources_behind
from bot.words.paging import Query, turned
from bot.words.prose import safe

View = Callable[..., Awaitable[list[Card]]]
NO_CHANNEL = "No channel for alerts is set on this server, so none is posted: /settings channel."


async def render(room: Room, query: Query, page: int = 0) -> Card:
    """One page of what `query` asks; CaseError where it asks for nothing that this server has."""
    if query.view not in VIEWS:
        raise CaseError(errors.CHANGED)
    return turned(await VIEWS[query.view](room, *query.args), page, query)


async def _status(room: Room, place_id: str, letter_id: str, on: str, also: str = "") -> list[Card]:
    """`also`: the ids of places that go by the same name and have no letter, joined by hyphens."""
    place = await _place(room, place_id)
    found = await cases.of_place(room.conn, room.server.id, place.id)
    if letter_id:
        letter = await _letter(room, letter_id)
        found = [case for case in found if case.letter.id == letter.id]
        if not found:
            raise CaseError(f"{place.label} is not recorded as a recipient of “{letter.title}”.")
    asked = date.fromisoformat(on) if on else None
    moment = min(end_of(asked, room.server.zone), room.now) if asked else room.now
    standings = [(case, case.at(moment)) for case in found]
    context = await cases.context(room.conn, room.server.id, place.id)
    posts = room.server.channel_id is not None
    dues = {case.id: next_due(case, DEFAULT_LADDER, room.server.posting, moment) for case in found} if posts else {}
    alerts = {case_id: due for case_id, due in dues.items() if due is not None}
    waits = any(standing.clock_runs and standing.deadline for _, standing in standings)
    others = [await _place(room, other) for other in also.split("-") if other]
    remarks = (*((NO_CHANNEL,) if waits and not posts else ()), *lists.also_named(others))
    return status.status_cards(place, standings, context, moment, alerts, room.server.zone, asked, remarks)


async def _deadlines(room: Room, within: str, state_of_case: str, state: str, letter_id: str) -> list[Card]:
    days = int(within) if within else None
    found = [(case, case.at(room.now)) for case in await cases.of_server(room.conn, room.server.id)]
    kept = [
        (case, standing)
        for case, standing in found
        if _in_status(standing, state_of_case)
        and (not state or case.place.state == state)
        and (not letter_id or case.letter.id == int(letter_id))
        and (days is None or (standing.days_left is not None and 0 <= standing.days_left <= days))
    ]
    letter = await _letter(room, letter_id) if letter_id else None
    asked = lists.asked_for(days, state_of_case, STATES.get(state, state), letter)
    return lists.deadline_cards(kept, asked)


def _in_status(standing: Standing, wanted: str) -> bool:
    """Without a wish: every open case without a full answer. "overdue" takes in those that are also in court or escalated."""
    if not standing.exists:
        return False
    if not wanted:
        return standing.is_open and standing.answered is None
    return standing.status.value == wanted or (wanted == "overdue" and standing.overdue)


async def _history(room: Room, place_id: str) -> list[Card]:
    place = await _place(room, place_id)
    found = await cases.of_place(room.conn, room.server.id, place.id)
    return lists.history_cards(place, found, await cases.context(room.conn, room.server.id, place.id))


async def _letters(room: Room) -> list[Card]:
    found: dict[int, list[tuple[Case, Standing]]] = {}
    for case in await cases.of_server(room.conn, room.server.id):
        if (standing := case.at(room.now)).exists:
            found.setdefault(case.letter.id, []).append((case, standing))
    all_letters = await cases.letters_of(room.conn, room.server.id)
    return letters.letters_cards([(letter, found.get(letter.id, [])) for letter in all_letters])


async def _letter_page(room: Room, letter_id: str) -> list[Card]:
    letter = await _letter(room, letter_id)
    found = await cases.of_letter(room.conn, room.server.id, letter.id)
    standings = [(case, case.at(room.now)) for case in found]
    return letters.letter_cards(letter, [(case, standing) for case, standing in standings if standing.exists])


async def _schedule(room: Room, days: str) -> list[Card]:
    found = await cases.of_server(room.conn, room.server.id)
    end = room.now + timedelta(days=int(days))
    alerts = ahead(found, DEFAULT_LADDER, room.server.posting, room.now, end)
    return lists.schedule_cards(alerts, int(days), room.server.zone, room.server.channel_id)


async def _case_history(room: Room, number: str) -> list[Card]:
    return lists.case_history_cards(await _case(room, number))


async def _case_sources(room: Room, number: str) -> list[Card]:
    case = await _case(room, number)
    found = sources_behind([case], case.at(room.now).events)
    return lists.source_cards(f"#{case.number} {safe(case.place.label)}", found)


async def _notice_history(room: Room, token: str) -> list[Card]:
    return lists.notice_history_cards(await notice_cases(room, token))


async def _notice_sources(room: Room, token: str) -> list[Card]:
    """The letter's sources, and those of what the notice tells of: the deadline it counts to, or the fact it announces."""
    about = {line.about_id for line in await notice_lines(room, token)}
    found = await notice_cases(room, token)
    told = [event for case in found for event in case.events if event.id in about]
    return lists.source_cards(safe(found[0].letter.title) if found else "this notice", sources_behind(found, told))


async def _case_why(room: Room, number: str) -> list[Card]:
    case = await _case(room, number)
    return why.why_cards(f"#{case.number} {safe(case.place.label)}", why.of_case(case, case.at(room.now)))


async def _letter_why(room: Room, letter_id: str) -> list[Card]:
    letter = await _letter(room, letter_id)
    found = await cases.of_letter(room.conn, room.server.id, letter.id)
    return why.why_cards(safe(letter.title), why.of_letter(letter, [(case, case.at(room.now)) for case in found]))


async def _notice_why(room: Room, token: str) -> list[Card]:
    """Each deadline that the notice tells of, with its places, and those that have taken its place since."""
    about = {line.about_id for line in await notice_lines(room, token)}
    found = await notice_cases(room, token)
    reasons = why.of_notice([(case, case.at(room.now)) for case in found], about)
    return why.why_cards(safe(found[0].letter.title) if found else "this notice", reasons)


async def _closures(room: Room) -> list[Card]:
    known = await closures.of_server(room.conn, room.server.id)
    return closing.closures_cards(known, Calendar(room.server.calendar))


async def notice_lines(room: Room, token: str) -> list[outbox.Line]:
    """What a notice of this server told of."""
    return await outbox.lines(room.conn, (await _notice(room, token)).id)


async def notice_cases(room: Room, token: str) -> list[Case]:
    """The cases of a notice of this server, by number."""
    found = await cases.with_ids(room.conn, {line.case_id for line in await notice_lines(room, token)})
    return sorted(found, key=lambda case: case.number)


async def notice_page(room: Room, token: str, page: int) -> Card:
    """A page of a notice's whole list, as its cases stand now; it pings nobody."""
    notice = await _notice(room, token)
    lines = [line for line in await outbox.lines(room.conn, notice.id) if line.state == "planned"]
    known = {case.id: case for case in await notice_cases(room, token)}
    if not lines:
        raise CaseError(errors.CHANGED)
    told = [(known[line.case_id], line.about_id) for line in lines]
    before = await cases.recipients_before(room.conn, notice.letter_id, known)
    head = Head(notice.token, told[0][0].letter, room.server.zone, notice.due_at, recipients_before=before)
    return card_of(head, notice.rung, told, room.now, page)


async def _notice(room: Room, token: str) -> outbox.Notice:
    notice = await outbox.with_token(room.conn, room.server.id, token)
    if notice is None:
        raise CaseError(errors.STALE)
    return notice


async def _place(room: Room, place_id: str) -> Jurisdiction:
    place = await places.with_id(room.conn, room.server.id, int(place_id))
    if place is None:
        raise CaseError(errors.STALE)
    return place


async def _letter(room: Room, letter_id: str) -> Letter:
    found = [one for one in await cases.letters_of(room.conn, room.server.id) if one.id == int(letter_id)]
    if not found:
        raise CaseError(errors.STALE)
    return found[0]


async def _case(room: Room, number: str) -> Case:
    case = await cases.numbered(room.conn, room.server.id, int(number))
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
    "moves": moving.cards,
}
