"""A spreadsheet of recipients as a draft letter that a person confirms: one letter a file, a row a recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.desk.sheet_places import Settling, Unsettled
from bot.files.sheets.cells import IS_FORMULA
from bot.files.sheets.columns import Column, Columns
from bot.files.sheets.letter_groups import CHOSEN, Dating, Group, groups_of, is_exact, shared_deadline
from bot.files.sheets.rows import Bad, Row, read
from bot.reader.document import Document
from bot.reader.draft import Draft, Found, Part, Question, Recipient, Span
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.words.plain_text import harmless
from bot.words.prose import listed as enumeration
from bot.words.prose import plural

__all__ = ["Bad", "Row", "draft_of", "read", "refusal"]

MOST_TOLD = 15


def draft_of(document: Document, zone: ZoneInfo) -> Draft:
    """The one letter that a table names, with a recipient a row. Days are days in `zone` where a row names no other.

    A row that may mean several places is a recipient that is not settled. CaseError lists the rows that are wrong in any other
    way, or the letters where there are several.
    """
    sheet = read(document, zone)
    groups, vague = groups_of(sheet.rows)
    bad = [*sheet.bad, *vague]
    if len(groups) > 1:
        raise CaseError(_several(sheet.name, groups))
    if not groups:
        raise refusal(sheet.name, bad, MOST_TOLD)
    recipients, wrong = _recipients(groups[0], Dating(zone))
    bad += wrong
    if bad:
        raise refusal(sheet.name, bad, MOST_TOLD)
    return _Drafting(document, sheet.columns, groups[0], recipients).draft()


def refusal(name: str, bad: Sequence[Bad], most: int) -> CaseError:
    """All that is wrong with a file, a line a row, `most` of them. One line where one is wrong, or all hold formulas."""
    bad = sorted(bad, key=lambda one: one.number)
    listed = [harmless(str(one)) for one in bad]
    if len(listed) == 1:
        return CaseError(f"{name}: {listed[0]} Nothing was recorded.")
    if all(IS_FORMULA in line for line in listed):
        rows = enumeration(
            [f"{one.number:,}" for one in bad[:most]] + ([f"{len(bad) - most:,} more"] if len(bad) > most else [])
        )
        return CaseError(f"{name}: formulas stand where texts should in rows {rows}. {listed[0]} Nothing was recorded.")
    more = [f"- and {len(listed) - most:,} more"] if len(listed) > most else []
    told = [f"- {line}" for line in listed[:most]]
    head = f"{name}: {plural(len(listed), 'row')} cannot be recorded, so nothing was recorded:"
    return CaseError("\n".join([head, *told, *more]))


def _several(name: str, groups: Sequence[Group]) -> str:
    letters = [f"{_name(group)} (from row {group.rows[0].number:,})" for group in groups]
    more = f" and {len(letters) - 5:,} more" if len(letters) > 5 else ""
    return (
        f"{name} names {len(letters):,} letters: {'; '.join(letters[:5])}{more}. Here a file holds one letter; "
        f"`letterwatch import` takes several."
    )


def _name(group: Group) -> str:
    return group.stated.slug or group.stated.title or "one without a name"


def _recipients(group: Group, dating: Dating) -> tuple[list[tuple[Row, Recipient]], list[Bad]]:
    settling = Settling()
    found, bad = [], []
    seen: dict[object, int] = {}
    for row in group.rows:
        try:
            recipient = _recipient(settling, row)
            recipient = replace(recipient, deadline=dating.deadline(row, group.stated.sent))
        except CaseError as wrong:
            bad.append(Bad(row.number, str(wrong)))
            continue
        mark = recipient.ocd_id or (recipient.name, recipient.kind, recipient.state)
        if recipient.is_settled and seen.setdefault(mark, row.number) != row.number:
            bad.append(Bad(row.number, f"{recipient.label} is the same as row {seen[mark]:,}."))
        else:
            found.append((row, recipient))
    return found, bad


def _recipient(settling: Settling, row: Row) -> Recipient:
    try:
        return settling.recipient(row)
    except Unsettled as open_:
        if not open_.candidates:
            raise
        return Recipient(
            row.name,
            row.kind if row.state is None else None,
            row.state,
            row.aliases,
            doubt=str(open_),
            candidates=open_.candidates,
        )


@dataclass
class _Drafting:
    document: Document
    columns: Columns
    group: Group
    recipients: list[tuple[Row, Recipient]]

    def draft(self) -> Draft:
        stated, sent = self.group.stated, self.group.stated.sent
        shared = shared_deadline([one.deadline for _, one in self.recipients])
        spans = _Spans(self.document, self.columns)
        first = self.group.rows[0].number
        return Draft(
            text=self.document.text,
            source=next(iter(self.group.shared_sources()), self.document.source()),
            title=stated.title,
            authority=Found(stated.authority, spans.of(first, Column.AUTHORITY)) if stated.authority else None,
            letter_date=Found(sent.last_day, spans.of(first, Column.SENT)) if sent and is_exact(sent) else None,
            deadline=Found(shared, spans.of(first, Column.DEADLINE)) if shared else None,
            demand=Found(stated.demand) if stated.demand else None,
            legal_basis=tuple(Found(one) for one in stated.legal_basis),
            threatened=tuple(Found(one) for one in stated.threatened),
            recipients=tuple(self._own(row, one, shared, spans) for row, one in self.recipients),
            questions=self._questions(spans.of(first, Column.SENT)),
        )

    def _own(self, row: Row, recipient: Recipient, shared: Deadline | None, spans: _Spans) -> Recipient:
        own = recipient.deadline if recipient.deadline != shared else None
        return replace(recipient, deadline=own, span=spans.of(row.number, Column.JURISDICTION))

    def _questions(self, sent_at: Span | None) -> tuple[Question, ...]:
        """What a form cannot show of the file. `sent_at`: where the day of the letter stands."""
        slug, sent = self.group.stated.slug, self.group.stated.sent
        if sent and not is_exact(sent) and self.group.is_whole:
            words = f"The file says of the letter's day no more than “{sent.text}”: write the day that the letter bears."
            return (Question(Part.LETTER_DATE, words, sent_at),)
        if slug and not self.group.is_whole:
            return (Question(Part.LETTER, f"The file names the letter “{slug}”: choose it.", readings=(slug,)),)
        if self.group.key == CHOSEN:
            return (Question(Part.LETTER, "The file names no letter: choose the one it belongs to, or fill in a new one."),)
        return ()


class _Spans:
    """Where cells stand in the text of a table: a line a row, cells separated by tabs."""

    def __init__(self, document: Document, columns: Columns) -> None:
        self.columns = columns
        self.lines = [line.split("\t") for line in document.text.split("\n")]
        ends = accumulate(sum(map(len, cells)) + len(cells) for cells in self.lines)
        self.starts = [0, *ends] if len(self.lines) == len(document.rows) else []

    def of(self, number: int, column: Column) -> Span | None:
        """The cell of that row; None where it is empty or the text is not the table's."""
        at = self.columns.at.get(column)
        if at is None or number > len(self.starts) - 1 or at >= len(cells := self.lines[number - 1]) or not cells[at]:
            return None
        start = self.starts[number - 1] + sum(map(len, cells[:at])) + at
        return Span(start, start + len(cells[at]))
