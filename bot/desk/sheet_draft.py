"""A spreadsheet of recipients as a draft letter that a person confirms: one letter per file, one recipient per row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.desk.sheet_places import Settling, Unsettled
from bot.files.sheets.columns import Column, Columns
from bot.files.sheets.letter_groups import CHOSEN, Dating, LetterGroup, groups_of, is_exact, shared_deadline
from bot.files.sheets.row_reading import read
from bot.files.sheets.rows import BadRow, BadRowKind, HiddenRows, Row
from bot.reader.document import Document
from bot.reader.draft import Draft, Found, NameReading, Question, QuestionKind, Recipient, Span
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.words.plain_text import harmless
from bot.words.prose import listed, numbers, plural

#: Wrong rows, and letters, that a message lists.
MOST_LISTED = 15
MOST_LETTERS = 5


def draft_of(document: Document, zone: ZoneInfo, hidden: HiddenRows | None = None) -> Draft:
    """The one letter that a table names, with a recipient for each row. Days are days in `zone` if a row names no other zone.

    A row that may mean several places is an unsettled recipient. CaseError lists the rows that are wrong in any other way, or
    the letters if there are several; HiddenRowsFound if the table hides rows and `hidden` is None.
    """
    sheet = read(document, zone, hidden=hidden)
    groups, vague = groups_of(sheet.rows)
    bad = [*sheet.bad, *vague]
    if len(groups) > 1:
        raise CaseError(_several(sheet.name, groups))
    if not groups:
        raise refusal(sheet.name, bad, MOST_LISTED)
    recipients, bad_recipients = _recipients(groups[0], Dating(zone))
    bad += bad_recipients
    if bad:
        raise refusal(sheet.name, bad, MOST_LISTED)
    return _Drafting(document, sheet.columns, groups[0], recipients).draft()


def refusal(name: str, bad: Sequence[BadRow], most: int) -> CaseError:
    """All that is wrong with a file, one line per row, at most `most` of them. One line if a single row is wrong, or all
    contain formulas."""
    bad = sorted(bad, key=lambda row: row.number)
    lines = [harmless(line) for line in _lines(bad)]
    if len(lines) == 1:
        return CaseError(f"{name}: {lines[0]} Nothing was recorded.")
    more = len(lines) - most
    if all(row.kind is BadRowKind.FORMULA for row in bad):
        rows = listed([f"{row.number:,}" for row in bad[:most]] + ([f"{more:,} more"] if more > 0 else []))
        return CaseError(f"{name}: rows {rows} contain formulas instead of text. {lines[0]} Nothing was recorded.")
    head = f"{name}: {plural(len({row.number for row in bad}), 'row')} cannot be recorded, so nothing was recorded:"
    shown = [f"- {line}" for line in lines[:most]] + ([f"- and {more:,} more"] if more > 0 else [])
    return CaseError("\n".join([head, *shown]))


def _lines(bad: Sequence[BadRow]) -> Iterator[str]:
    """A line for each row, but one for all rows of a letter that is not certain."""
    of_letters: dict[str, list[int]] = {}
    for row in bad:
        if row.kind is BadRowKind.LETTER:
            of_letters.setdefault(row.reason, []).append(row.number)
    for row in bad:
        if row.kind is not BadRowKind.LETTER:
            yield str(row)
        elif numbered := of_letters.pop(row.reason, None):
            yield f"{numbers('Row', numbered)}: {row.reason}"


def _several(name: str, groups: Sequence[LetterGroup]) -> str:
    letters = [f"{_name(group)} (from row {group.rows[0].number:,})" for group in groups]
    more = f" and {len(letters) - MOST_LETTERS:,} more" if len(letters) > MOST_LETTERS else ""
    return (
        f"{name} names {len(letters):,} letters: {'; '.join(letters[:MOST_LETTERS])}{more}. A file for /import has one letter; "
        f"`letterwatch import` takes several."
    )


def _name(group: LetterGroup) -> str:
    return group.stated.slug or group.stated.title or "one without a name"


def _recipients(group: LetterGroup, dating: Dating) -> tuple[list[tuple[Row, Recipient]], list[BadRow]]:
    settling = Settling()
    recipients, bad = [], []
    seen: dict[object, int] = {}
    for row in group.rows:
        try:
            recipient = _recipient(settling, row)
            recipient = replace(recipient, deadline=dating.deadline(row, group.stated.sent))
        except CaseError as refused:
            bad.append(BadRow(row.number, str(refused)))
            continue
        identity = recipient.ocd_id or (recipient.name, recipient.kind, recipient.state)
        if recipient.is_settled and seen.setdefault(identity, row.number) != row.number:
            bad.append(BadRow(row.number, f"{recipient.label} is the same place as in row {seen[identity]:,}."))
        else:
            recipients.append((row, recipient))
    return recipients, bad


def _recipient(settling: Settling, row: Row) -> Recipient:
    try:
        return settling.recipient(row)
    except Unsettled as unsettled:
        if not unsettled.candidates:
            raise
        return Recipient(
            row.name,
            row.kind if row.state is None else None,
            row.state,
            row.aliases,
            doubt=str(unsettled),
            candidates=unsettled.candidates,
        )


@dataclass
class _Drafting:
    document: Document
    columns: Columns
    group: LetterGroup
    recipients: list[tuple[Row, Recipient]]

    def draft(self) -> Draft:
        stated, sent = self.group.stated, self.group.stated.sent
        shared = shared_deadline([recipient.deadline for _, recipient in self.recipients])
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
            legal_basis=tuple(Found(basis) for basis in stated.legal_basis),
            threatened=tuple(Found(threat) for threat in stated.threatened),
            recipients=tuple(self._own(row, recipient, shared, spans) for row, recipient in self.recipients),
            questions=self._questions(spans.of(first, Column.SENT)),
        )

    def _own(self, row: Row, recipient: Recipient, shared: Deadline | None, spans: _Spans) -> Recipient:
        own = recipient.deadline if recipient.deadline != shared else None
        where = spans.of(row.number, Column.JURISDICTION)
        return replace(recipient, deadline=own, span=where, states_no_deadline=not row.deadline)

    def _questions(self, sent_at: Span | None) -> tuple[Question, ...]:
        """What a form cannot show of the file. `sent_at` is the cell with the letter's date."""
        slug, sent = self.group.stated.slug, self.group.stated.sent
        if sent and not is_exact(sent) and self.group.is_whole:
            return (Question(QuestionKind.LETTER_DATE_IMPRECISE, sent_at, quote=sent.text),)
        if slug and not self.group.is_whole:
            return (Question(QuestionKind.LETTER_NAMED_BY_FILE, readings=(NameReading(slug),)),)
        if self.group.key == CHOSEN:
            return (Question(QuestionKind.NO_LETTER_NAMED_BY_FILE),)
        return ()


class _Spans:
    """The places of cells in the text of a table: one line per row, cells separated by tabs."""

    def __init__(self, document: Document, columns: Columns) -> None:
        self.columns = columns
        self.lines = [line.split("\t") for line in document.text.split("\n")]
        ends = accumulate(sum(map(len, cells)) + len(cells) for cells in self.lines)
        self.starts = [0, *ends] if len(self.lines) == len(document.rows) else []

    def of(self, number: int, column: Column) -> Span | None:
        """The cell of that row; None if it is empty or the text is not the table's."""
        at = self.columns.at.get(column)
        if at is None or number > len(self.starts) - 1 or at >= len(cells := self.lines[number - 1]) or not cells[at]:
            return None
        start = self.starts[number - 1] + sum(map(len, cells[:at])) + at
        return Span(start, start + len(cells[at]))
