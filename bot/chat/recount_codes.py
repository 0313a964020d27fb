"""Lists of deadlines that would move, written into the custom_ids of buttons, and read back.

A cause is ``c<closure id>``, ``all``, or ``k<calendar>~<the one in its place>``. A moment is in microseconds since 1970.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.chat.custom_ids import number_in
from bot.desk.recounts import AllClosures, CalendarChange, Cause, OneClosure, RecountList
from bot.record.errors import CaseError
from bot.words import errors

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = (datetime(9000, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def code_of(cause: Cause) -> str:
    match cause:
        case AllClosures():
            return "all"
        case CalendarChange(old=old, new=new):
            return f"k{old}~{new}"
        case OneClosure(closure_id=closure_id):
            return f"c{closure_id}"


def cause_of(code: str) -> Cause:
    """Raises CaseError for a code that no button of ours has."""
    if code == "all":
        return AllClosures()
    if code.startswith("k") and "~" in code:
        old, _, new = code[1:].partition("~")
        return CalendarChange(old, new)
    if code.startswith("c"):
        return OneClosure(number_in(code[1:]))
    raise CaseError(errors.CHANGED)


def args_of(shown: RecountList) -> tuple[str, str, str]:
    return code_of(shown.cause), str((shown.at - EPOCH) // timedelta(microseconds=1)), str(shown.newest)


def list_of(code: str, at: str, newest: str) -> RecountList:
    """Raises CaseError for what no button of ours has."""
    return RecountList(cause_of(code), EPOCH + timedelta(microseconds=number_in(at, LATEST)), number_in(newest))
