"""Rows of the list of alerts as its words take them; a message has its address in Discord."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.alert_list import MOST_COUNTED, AlertPage, DamagedRow, DroppedAlert, ListedAlert
from bot.record.grouping import in_order
from bot.words.alerts import AlertLine, AlertNotes

MESSAGE = "https://discord.com/channels/{server}/{channel}/{message}"


def alert_line(row: ListedAlert, server_id: int) -> AlertLine:
    what = row.what
    if isinstance(what, DamagedRow):
        return AlertLine(what.id, what.due_at)
    if isinstance(what, DroppedAlert):
        title = row.titles.get(what.letter_id or 0)
        line = AlertLine(what.id, what.due_at, what.rung, what.occurrence, title, "superseded", what.reason)
        return replace(line, number=what.number, place=what.place.label) if what.place else line
    url = MESSAGE.format(server=server_id, channel=what.channel_id, message=what.message_id) if what.message_id else ""
    return AlertLine(
        what.id,
        what.due_at,
        what.rung,
        what.occurrence,
        row.titles.get(what.letter_id or 0),
        what.state,
        what.reason,
        sections=[(each.rung, each.occurrence, row.titles.get(each.letter_id)) for each in in_order(what.sections)],
        count=min(what.count, MOST_COUNTED - 1),
        is_more=what.count >= MOST_COUNTED,
        channel_id=what.channel_id,
        url=url,
        sent_at=what.sent_at,
        late_by=what.late_by or 0,
        next_try=what.not_before,
        attempts=what.attempts,
    )


def alert_notes(listed: AlertPage) -> AlertNotes:
    kept, count = listed.set_aside
    return AlertNotes(
        listed.counts.waiting,
        listed.counts.failed,
        [(what.kind, what.of_id, what.number, what.why) for what in kept],
        count,
        [(found.difference, found.settled_at is not None) for found in listed.differences],
    )
