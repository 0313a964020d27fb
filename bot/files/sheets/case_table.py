"""Cases as a table for a spreadsheet, one row for each case. Cells that a spreadsheet would run as formulas are made harmless.

The columns that a spreadsheet of recipients has too (`sheets/columns.py`) are read back as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time

from bot.files.sheets.cells import FORMULAS
from bot.files.sheets.columns import Column
from bot.record.case import Case, CaseState
from bot.record.consequence_states import state_of
from bot.record.events import Answer
from bot.record.sources import Source

#: What each column holds, in the order of the table. `sources` is read back as `source`.
CELLS: Mapping[str, Callable[[Case, CaseState], object]] = {
    "number": lambda case, state: case.number,
    Column.JURISDICTION.value: lambda case, state: case.place.name,
    Column.KIND.value: lambda case, state: case.place.kind.value,
    Column.STATE.value: lambda case, state: case.place.state,
    Column.LETTER.value: lambda case, state: case.letter.slug,
    Column.TITLE.value: lambda case, state: case.letter.title,
    Column.AUTHORITY.value: lambda case, state: case.letter.authority,
    Column.SENT.value: lambda case, state: case.letter.sent.text,
    "status": lambda case, state: state.status.value,
    Column.DEADLINE.value: lambda case, state: state.deadline.date.isoformat() if state.deadline else "",
    Column.DEADLINE_TIME.value: lambda case, state: _time(state),
    Column.TIME_ZONE.value: lambda case, state: state.deadline.zone.key if state.deadline else "",
    "days_left": lambda case, state: "" if state.days_left is None or state.days_left < 0 else state.days_left,
    "days_overdue": lambda case, state: "" if state.days_left is None or state.days_left >= 0 else -state.days_left,
    "answered": lambda case, state: state.answered.when.text if state.answered else "",
    "answers": lambda case, state: "; ".join(_answers(state)),
    "ended": lambda case, state: state.ended.when.text if state.ended else "",
    "in_court": lambda case, state: "yes" if any(suit.pending for suit in state.suits) else "",
    "consequences": lambda case, state: "; ".join(_consequences(state)),
    "last_event": lambda case, state: state.events[-1].when.text if state.events else "",
    "sources": lambda case, state: _sources(case, state),
    Column.ALIASES.value: lambda case, state: "; ".join(case.place.aliases),
    Column.OCD_ID.value: lambda case, state: case.place.ocd_id,
    Column.DEMAND.value: lambda case, state: case.letter.demand,
    Column.THREATENED.value: lambda case, state: "; ".join(case.letter.threatened),
    Column.LEGAL_BASIS.value: lambda case, state: "; ".join(case.letter.legal_basis),
}
COLUMNS = tuple(CELLS)


def csv_of(cases: Sequence[Case], now: datetime) -> str:
    """The cases as they are at `now`, those whose letter was sent by then."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for case in cases:
        state = case.at(now)
        if state.exists:
            writer.writerow([harmless(str(cell(case, state))) for cell in CELLS.values()])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it (OWASP, "CSV Injection")."""
    return f"'{cell}" if cell.startswith((*FORMULAS, "\t", "\r", "\n")) else cell


def _time(state: CaseState) -> str:
    """Empty if the deadline runs to the end of its day. The start of a day has its offset, or 00:00 could be its end."""
    deadline = state.deadline
    if deadline is None or deadline.time is None:
        return ""
    if deadline.time != time():
        return f"{deadline.time:%H:%M}"
    start = datetime.combine(deadline.date, deadline.time, deadline.zone).isoformat("T", "minutes")
    return start.partition("T")[2]


def _answers(state: CaseState) -> Iterable[str]:
    """refusal 2018-02-10; the newest last"""
    for event in state.answers:
        if isinstance(event.detail, Answer):
            yield f"{event.detail.extent.value} {event.when.text}"


def _consequences(state: CaseState) -> Iterable[str]:
    """subpoena: carried-out 2018-03-01"""
    for name, event in state.consequences.items():
        if event:
            yield f"{name}: {state_of(event).value} {event.when.text}"


def _sources(case: Case, state: CaseState) -> str:
    """Those of the letter first, then those of the events; each once, by its address where it has one."""
    cited: list[Source] = [*case.letter.sources, *(source for event in state.events for source in event.sources)]
    return "; ".join(dict.fromkeys(source.url or source.title for source in cited))
