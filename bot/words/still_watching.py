"""The question whether to go on watching cases that have been overdue for half a year, and what comes of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.ladder import STILL_WATCHING, Due
from bot.words.card import Block, Button, Buttons, Card, Divider, Style, Text, Tone, pages, with_undo
from bot.words.news_items import MOST_NAMES
from bot.words.notice_parts import MOST_LIST, Head, alert_buttons, due_groups, due_lines, named_or_counted
from bot.words.place_lists import FittingList, fitting_list, place_lines, says_nothing_more
from bot.words.prose import clipped, plural, safe
from bot.words.screen import MOST_ROWS, rows
from bot.words.status import alert_line

#: What the buttons do, by the names in custom_ids.
MONTHLY, YEARLY, CLOSE = "monthly", "yearly", "close"
EXPLAINED = "Without an answer the reminders go on as they are, and no case is closed. This is asked once."
LONGEST_TITLE = 60  # characters
CLOSE_SOME = "Close them in parts with /case bulk, what: close; name some of them in which, like overdue; CA, or #1-#500."
NOTHING_LEFT = "None of these cases is overdue any more, so there is nothing to close."


def question_card(head: Head, letter: Letter, cases: Sequence[tuple[Case, CaseState]], now: datetime, page: int = 0) -> Card:
    """`cases`: those that are overdue, at least one."""
    days = min(-(case_state.days_left or 0) for _, case_state in cases)
    verb, them = ("has", "it") if len(cases) == 1 else ("have", "them")
    headline = f"{plural(len(cases), 'case')} of {_the(letter)} {verb} been overdue for {plural(days, 'day')}"
    lines = [
        f"## {headline}. Still watching?",
        safe(clipped(letter.authority, LONGEST_TITLE)),
        *due_lines(due_groups(cases), now),
        f"Nothing was recorded of {them} in the last {plural(STILL_WATCHING.days, 'day')}. {EXPLAINED}",
    ]
    heading = "\n".join(lines)
    places = _places(cases, max(MOST_ROWS - rows(heading) - 2, 0))
    list_pages = [] if places.is_whole else pages(place_lines(cases), MOST_LIST)
    page = min(page, len(list_pages))
    blocks: list[Block] = [Text(heading), Divider(), Text("\n".join(places.lines)), _answers(head.token)]
    if page:
        more = (Text("\n".join(list_pages[page - 1])), Text(f"-# Page {page} of {len(list_pages)}"))
        blocks = [Text(f"## {headline}"), *more]
    return Card((*blocks, *alert_buttons(head, (), len(list_pages) + 1, page, now, silencing=False)), Tone.ALARM)


def _the(letter: Letter) -> str:
    """the Inquiry of 15 November 2017; The second request"""
    title = safe(clipped(letter.title, LONGEST_TITLE))
    return title if title.casefold().startswith(("the ", "a ", "an ")) else f"the {title}"


def _places(cases: Sequence[tuple[Case, CaseState]], room: int) -> FittingList:
    if len(cases) <= MOST_NAMES and says_nothing_more(cases):
        return FittingList([named_or_counted([case for case, _ in cases])], True)
    return fitting_list(cases, room)


def _answers(token: str) -> Buttons:
    return Buttons(
        (
            Button("Monthly", f"watching:{MONTHLY}:{token}", style=Style.PRIMARY),
            Button("Yearly", f"watching:{YEARLY}:{token}"),
            Button("Close with outcome", f"watching:{CLOSE}:{token}"),
        )
    )


def as_before(letter: Letter, due: Due | None, zone: ZoneInfo) -> Card:
    """That the reminders go on."""
    then = f"Next alert: {alert_line(due, zone)}." if due else "No further alert is planned."
    return Card((Text(f"**{safe(letter.title)}: nothing changes.** {then}"),), Tone.CALM)


def yearly_receipt(letter: Letter, due: Due | None, zone: ZoneInfo, operation: str) -> Card:
    then = f" Next alert: {alert_line(due, zone)}." if due else ""
    return with_undo([f"**{safe(letter.title)} is repeated once a year from now on.**{then}"], operation)


def yearly_already(letter: Letter) -> str:
    return f"“{letter.title}” is repeated once a year already."
