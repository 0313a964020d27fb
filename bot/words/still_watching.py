"""The question whether to go on watching cases that have been overdue for half a year, and what comes of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.ladder import Due
from bot.words.card import Block, Button, Buttons, Card, Divider, Style, Text, Tone, pages
from bot.words.notice_parts import Head, by_state, foot, letter_line, room
from bot.words.prose import plural, safe
from bot.words.status import alert_line

#: What the buttons do, by the names in custom_ids.
MONTHLY, YEARLY, CLOSE = "monthly", "yearly", "close"
EXPLAINED = (
    "Nothing was recorded of them in the last 180 days. Without an answer the reminders go on as they are, and no case is "
    "closed. This is asked once."
)
NOTHING_LEFT = "None of these cases is overdue any more, so there is nothing to close."


def question_card(head: Head, letter: Letter, cases: Sequence[tuple[Case, CaseState]], now: datetime, page: int = 0) -> Card:
    """`cases`: those that are overdue, at least one."""
    days = min(-(case_state.days_left or 0) for _, case_state in cases)
    verb = "has" if len(cases) == 1 else "have"
    headline = f"{plural(len(cases), 'case')} of {safe(letter.title)} {verb} been overdue for {plural(days, 'day')}"
    heading = f"## {headline}. Still watching?\n{letter_line(letter)}\n{EXPLAINED}"
    list_pages = pages(list(by_state([case for case, _ in cases], bold=True)), room(heading))
    page = min(page, len(list_pages) - 1)
    blocks: list[Block] = [Text(heading), Divider(), *foot(head, list_pages, page, now, cases)]
    return Card((*blocks[:-1], _answers(head.token), blocks[-1]), Tone.ALARM)


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
    text = f"**{safe(letter.title)} is repeated once a year from now on.**{then}"
    return Card((Text(text), Buttons((Button("Undo", f"undo:{operation}"),))), Tone.CALM)


def yearly_already(letter: Letter) -> str:
    return f"“{letter.title}” is repeated once a year already."
