"""Every answer that may run over several pages, by name: commands ask for the first page, buttons for any other.

A view is rendered from the database each time, for one server: what a button names on another server is not found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.chat.custom_ids import answer_of, day_in, number_in
from bot.chat.long_lists import LONG_LISTS
from bot.chat.recount_codes import args_of, list_of
from bot.desk import closures, kept_edits, letter_edits, letter_history, letters, notices, place_merge, recounts, status, undo
from bot.desk.aside import aside
from bot.desk.kept import KeptKey
from bot.desk.left_out import left_out
from bot.desk.notices import NewsList
from bot.desk.pages import FIRST
from bot.desk.recounts import ListedMoves, RecountList
from bot.desk.session import Session
from bot.desk.undo import LaterFacts
from bot.record.case import Case
from bot.record.deadlines.calendars import Calendar
from bot.record.errors import CaseError
from bot.record.moves import fingerprint
from bot.record.places import Jurisdiction
from bot.record.servers import Server
from bot.words import closures as closure_words
from bot.words import deadline_reasons, errors, lists
from bot.words import letter_edits as letter_edit_words
from bot.words import letters as letter_words
from bot.words import place_edits as place_words
from bot.words import revisions as revision_words
from bot.words import status as status_words
from bot.words import undo as undo_words
from bot.words.card import Card
from bot.words.events import sources_behind
from bot.words.left_out import with_left_out
from bot.words.news_card import news_card
from bot.words.notice import card_of
from bot.words.notice_parts import Head
from bot.words.paging import Query, turned
from bot.words.prose import safe

View = Callable[..., Awaitable[list[Card]]]
MOST_ALSO = 5


async def render(session: Session, query: Query, page: int = 0) -> Card:
    """One page of what `query` asks; CaseError if this server has nothing of the kind."""
    if query.view in LONG_LISTS:  # of a command, or of a button of an older version, which counted pages
        return await answer_of(LONG_LISTS[query.view], (session, FIRST), query.args)
    if query.view not in VIEWS:
        raise CaseError(errors.CHANGED)
    return turned(await answer_of(VIEWS[query.view], (session,), query.args), page, query)


def status_query(place_id: int, letter_id: int | None = None, on: date | None = None, also: Sequence[int] = ()) -> Query:
    """`also`: the ids of places of the same name that have no letter."""
    others = "-".join(str(other) for other in also[:MOST_ALSO])
    return Query("status", (str(place_id), str(letter_id or ""), str(on or ""), others))


async def moves_card(session: Session, shown: RecountList) -> Card:
    """The first page of a list of deadlines that would move."""
    return await render(session, Query("moves", args_of(shown)))


def later_facts_card(later: LaterFacts, args: tuple[str, ...], again: bool = False) -> Card:
    """The first page of what an undo would also take back. `args`: the operation, and of a letter who recorded it."""
    return turned(_later_facts_cards(later, args, again), 0, Query("later", args))


async def _status(session: Session, place_id: str, letter_id: str, on: str, also: str = "") -> list[Card]:
    asked = day_in(on) if on else None
    others = [number_in(other) for other in also.split("-") if other]
    place_status = await status.place_status(
        session, number_in(place_id), number_in(letter_id) if letter_id else None, asked, others
    )
    remarks = (*((status_words.NO_CHANNEL,) if place_status.lacks_channel else ()), *lists.also_named(place_status.also_named))
    zone = session.server.zone
    first, *rest = status_words.status_cards(
        place_status.place,
        place_status.cases,
        place_status.context,
        place_status.latest,
        place_status.next_alerts,
        zone,
        asked,
        remarks,
    )
    return [with_left_out(first, left_out(session, place_status.place.id)), *rest]


async def _history(session: Session, place_id: str) -> list[Card]:
    history = await status.history(session, number_in(place_id))
    remark = await _went_to(session, number_in(place_id), history.place)
    zone, changes = session.server.zone, await place_merge.changes_of(session, history.place.id)
    about_place = place_words.history_lines(changes, zone), place_words.separate_buttons(changes)
    first, *rest = lists.history_cards(history.place, history.cases, history.context, remark, *about_place)
    return [with_left_out(first, left_out(session, history.place.id)), *rest]


async def _went_to(session: Session, place_id: int, now: Jurisdiction) -> str:
    """Where a place went that is a part of another one now; empty for one that was not merged."""
    if place_id == now.id:
        return ""
    merged = await place_merge.merged_place(session, place_id)
    return place_words.went_to(merged.place, now, merged.merge, session.server.zone) if merged else ""


async def _letter(session: Session, letter_id: str) -> list[Card]:
    overview = await letters.letter_overview(session, number_in(letter_id))
    changes = revision_words.changed_on(await letter_history.changes_of(session, overview.letter.id), session.server.zone)
    first, *rest = letter_words.letter_cards(overview.letter, overview.cases, overview.standings, session.now, changes)
    return [with_left_out(first, left_out(session)), *rest]


async def _case_history(session: Session, number: str) -> list[Card]:
    case, _ = await status.case_with_state(session, number_in(number))
    return lists.case_history_cards(case)


async def _case_sources(session: Session, number: str) -> list[Card]:
    case, case_state = await status.case_with_state(session, number_in(number))
    return lists.source_cards(_named(case), sources_behind([case], case_state.events))


async def _case_reasons(session: Session, number: str) -> list[Card]:
    case, case_state = await status.case_with_state(session, number_in(number))
    return deadline_reasons.why_cards(_named(case), deadline_reasons.of_case(case, case_state))


async def _letter_reasons(session: Session, letter_id: str) -> list[Card]:
    overview = await letters.letter_deadlines(session, number_in(letter_id))
    reasons = deadline_reasons.of_letter(overview.letter, overview.cases)
    if len(overview.cases) < sum(count for _, count in overview.standings):  # they stand for more than can be named
        reasons = [replace(reason, cases=()) for reason in reasons]
    return deadline_reasons.why_cards(safe(overview.letter.title), reasons)


async def _notice_history(session: Session, token: str) -> list[Card]:
    content = await notices.notice_content(session, token)
    if content.changes and not (content.cases or content.place_facts):
        return revision_words.changes_cards([told.revision for told in content.changes], session.server.zone)
    if not content.place_facts:
        return await aside(len(content.cases), lambda: lists.notice_history_cards(content.cases))
    places = {fact.place.id: fact.place for fact in content.place_facts}
    histories = [await status.history(session, place_id) for place_id in places]
    return lists.place_news_history_cards([(history.place, history.context) for history in histories])


async def _notice_sources(session: Session, token: str) -> list[Card]:
    """The letter's sources, and those of what the notice reported: the deadline it counts to, or the news it announces."""
    content = await notices.notice_content(session, token)
    of_changes = [cited for told in content.changes for cited in told.revision.sources]

    def cards() -> list[Card]:
        sources = list(dict.fromkeys((*sources_behind(content.cases, content.events), *of_changes)))
        return lists.source_cards(_title_of(content.cases), sources)

    return await aside(len(content.cases), cards)


async def _notice_asked(session: Session, token: str) -> list[Card]:
    """What the letters of an alert ask and threaten, with their sources and those of the deadlines that it counts to."""
    content = await notices.notice_content(session, token)
    letters_by_id = {case.letter.id: case.letter for case in content.cases}
    return await aside(len(content.cases), lambda: letter_words.asked_cards(list(letters_by_id.values()), content.events))


async def _notice_reasons(session: Session, token: str) -> list[Card]:
    """Each deadline that the notice is about, with its places, and those that have replaced it since."""
    content = await notices.notice_content(session, token)

    def cards() -> list[Card]:
        reasons = deadline_reasons.of_notice([(case, case.at(session.now)) for case in content.cases], content.about)
        return deadline_reasons.why_cards(_title_of(content.cases), reasons)

    return await aside(len(content.cases), cards)


async def _letter_edit(session: Session, kept_id: str, person_id: str) -> list[Card]:
    """Each page of what a change of a letter would do, with the buttons to decide."""
    key = KeptKey(number_in(kept_id), number_in(person_id), timedelta.max)
    shown = await letter_edits.preview(session, await kept_edits.LETTER.kept(session, key))
    edit = shown.edit
    unticked = set(edit.unticked)
    rows = [(each.case, each.keeps, each.clock_runs, each.case.id not in unticked) for each in shown.recipients]
    _, changed = edit.changes
    press = f"editletter:{kept_id}:{shown.digest}"

    def cards() -> list[Card]:
        basis = (edit.reason, edit.source)
        return letter_edit_words.preview_cards(edit.before, edit.after, changed, basis, rows, press)

    return await aside(len(rows), cards)


async def _letter_history(session: Session, letter_id: str) -> list[Card]:
    history = await letter_history.letter_history(session, number_in(letter_id))
    recipients = [(each.at, each.by, each.count, each.first, each.taken_back) for each in history.recipients]
    return revision_words.letter_history_cards(
        history.letter, history.revisions, recipients, history.recorded_at, session.server.zone
    )


async def _closures(session: Session) -> list[Card]:
    known = await closures.every_closure(session)
    first, *rest = closure_words.closures_cards(known, Calendar(session.server.calendar))
    return [with_left_out(first, [each for each in left_out(session) if each[0] == "closure"]), *rest]


async def _moves(session: Session, code: str, at: str, newest: str) -> list[Card]:
    shown = list_of(code, at, newest)
    listed = await recounts.listed_moves(session, shown)
    return await aside(len(listed.moves.moved), lambda: _moves_cards(shown, listed, session.server))


def _moves_cards(shown: RecountList, listed: ListedMoves, server: Server) -> list[Card]:
    """Each page of the list with the buttons that decide."""
    press = ":".join(("move", *args_of(shown), fingerprint(listed.moves.moved)))
    return closure_words.moves_cards(listed.because, listed.moves, press, Calendar(server.calendar))


async def _later(session: Session, operation: str, *person: str) -> list[Card]:
    if len(person) > 1:
        raise CaseError(errors.CHANGED)
    args = (operation, *person)
    later = await undo.later_than(session, args[0])
    if not later.facts:
        raise CaseError(undo_words.LIST_OVER)
    return _later_facts_cards(later, args)


def _later_facts_cards(later: LaterFacts, args: tuple[str, ...], again: bool = False) -> list[Card]:
    """Each page of the list with the buttons that decide."""
    press = ":".join(("undo" if len(args) == 1 else "unletter", *args, later.digest))
    return undo_words.later_facts_cards(later.listed, press, again)


async def notice_page(session: Session, token: str, page: int) -> Card:
    """A page of a notice's whole list, with its cases as they are now; it pings nobody."""
    notice = await notices.notice_list(session, token)
    now = session.now
    head = Head(notice.token, session.server.zone, notice.due_at, posted_at=notice.sent_at)
    if isinstance(notice, NewsList):
        news = notice.news
        return await aside(news.count, lambda: news_card(head, news, now, page))
    count = sum(len(section.lines) for section in notice.sections)
    return await aside(count, lambda: card_of(head, notice.sections, now, page))


def _named(case: Case) -> str:
    return f"#{case.number} {safe(case.place.label)}"


def _title_of(cases: Sequence[Case]) -> str:
    return safe(cases[0].letter.title) if cases else "this notice"


#: By their names in custom_ids, which must stay: messages that were posted long ago have them.
VIEWS: dict[str, View] = {
    "status": _status,
    "history": _history,
    "letter": _letter,
    "case": _case_history,
    "csrc": _case_sources,
    "news": _notice_history,
    "nsrc": _notice_sources,
    "asked": _notice_asked,
    "why": _case_reasons,
    "lwhy": _letter_reasons,
    "nwhy": _notice_reasons,
    "letteredit": _letter_edit,
    "letterhist": _letter_history,
    "closures": _closures,
    "moves": _moves,
    "later": _later,
}
#: Those that end with the id of the only person who may see them.
OF_PERSON = frozenset({"letteredit"})
