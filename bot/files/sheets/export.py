"""Cases as a table for a spreadsheet: one row a case, cells that a spreadsheet would run as formulas made harmless.

What a spreadsheet of recipients can say (`sheets/columns.py`) is read back from it as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from bot.files.sheets.cells import FORMULAS
from bot.record.case import Case, CaseState

COLUMNS = (
    "number",
    "jurisdiction",
    "kind",
    "state",
    "letter",
    "title",
    "authority",
    "sent",
    "status",
    "deadline",
    "deadline_time",
    "time_zone",
    "days_left",
    "days_overdue",
    "answered",
    "ended",
    "in_court",
    "consequences",
    "last_event",
    "sources",
    "aliases",
    "ocd_id",
    "demand",
    "threatened",
    "legal_basis",
)


def csv_of(cases: Sequence[Case], now: datetime) -> str:
    """The cases as they stand at `now`, those whose letter was sent by then."""
    case_states = [(case, case.at(now)) for case in cases]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for case, case_state in case_states:
        if case_state.exists:
            writer.writerow([harmless(str(cell)) for cell in _row(case, case_state)])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it (OWASP, "CSV Injection")."""
    return f"'{cell}" if cell.startswith((*FORMULAS, "\t", "\r", "\n")) else cell


def _row(case: Case, case_state: CaseState) -> list[object]:
    place, letter, due, left = case.place, case.letter, case_state.deadline, case_state.days_left
    last = case_state.events[-1] if case_state.events else None
    carried = [name for name, event in case_state.consequences.items() if event]
    links = [one.url or one.title for event in case_state.events for one in event.sources]
    return [
        case.number,
        place.name,
        place.kind.value,
        place.state,
        letter.slug,
        letter.title,
        letter.authority,
        letter.sent.text,
        case_state.status.value,
        due.date.isoformat() if due else "",
        f"{due.time:%H:%M}" if due and due.time else "",
        due.zone.key if due else "",
        left if left is not None and left >= 0 else "",
        -left if left is not None and left < 0 else "",
        case_state.answered.when.text if case_state.answered else "",
        case_state.ended.when.text if case_state.ended else "",
        "yes" if any(suit.pending for suit in case_state.suits) else "",
        "; ".join(carried),
        last.when.text if last else "",
        "; ".join(dict.fromkeys([*(one.url or one.title for one in letter.sources), *links])),
        "; ".join(place.aliases),
        place.ocd_id,
        letter.demand,
        "; ".join(letter.threatened),
        "; ".join(letter.legal_basis),
    ]
