"""What an import did, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Detail
from bot.record.import_report import Difference, DifferenceKind, ImportItem, ImportReport, ItemKind
from bot.words.prose import clipped, numbers, plural

DRY_RUN = "Nothing was recorded: this was a dry run."
DIFFERENT = "Different from what is recorded, and left as recorded (record a correction to change it):"
LONGEST = 80  # characters shown of a text
FIELDS = {"when": "date", "sent": "date", "detail": "details", "threatened": "threats", "deadline_note": "note on the deadline"}
PLURAL = {"aliases", "details", "threats", "sources", "amounts", "conflicts"}


def report_lines(report: ImportReport, dry_run: bool, most: int | None = None) -> list[str]:
    """The counts, then the differences (at most so many), then the result."""
    lines = [_counts(report, kind) for kind in ItemKind]
    if report.without_own_deadline:
        lines += ["", *_without_own_deadline(report, most)]
    if report.differences:
        lines += ["", DIFFERENT, *listed([difference_text(one) for one in report.differences], most)]
    if dry_run:
        return [*lines, "", DRY_RUN]
    if report.changes:
        return [*lines, "", "Recorded."]
    all_recorded = report.same and not report.differences
    return [*lines, "", "Nothing to record: all of it is already recorded." if all_recorded else "Nothing was recorded."]


def sheet_lines(ignored: Sequence[str], hidden: str, doubtful: Sequence[str], left_out: Sequence[str], most: int) -> list[str]:
    """What to know of a spreadsheet: columns without a meaning, hidden rows, rows whose place is doubtful, and rows not
    recorded."""
    lines = [f"Columns that are not read: {', '.join(ignored)}."] if ignored else []
    lines += [hidden] if hidden else []
    lines += ["Check these places:", *listed(doubtful, most)] if doubtful else []
    lines += [f"{plural(len(left_out), 'row')} left out:", *listed(left_out, most)] if left_out else []
    return [*lines, ""] if lines else []


def hidden_rows(rows: Sequence[int], *, skipped: bool) -> str:
    """What became of the rows that the spreadsheet does not show; "" if it shows all."""
    if not rows:
        return ""
    return f"{plural(len(rows), 'hidden row')} {'left out' if skipped else 'included'}: {numbers('row', rows)}."


def _without_own_deadline(report: ImportReport, most: int | None) -> Iterator[str]:
    """The recipients for which the file states no deadline, and which deadline they have."""
    for which, recipients in report.without_own_deadline.items():
        count = plural(len(recipients), "recipient")
        if which.deadline:
            yield f"Letter {which.letter}: its deadline, {_shown(which.deadline)}, for {count} without another one:"
        else:
            yield f"Letter {which.letter}: no deadline, and so no countdown, for {count}:"
        yield from listed(recipients, most)


def listed(lines: Sequence[str], most: int | None) -> list[str]:
    """The lines, indented; after `most` of them, how many more there are."""
    shown = [f"  {line}" for line in lines[:most]]
    return [*shown, f"  and {len(lines) - len(shown):,} more"] if len(lines) > len(shown) else shown


def difference_text(difference: Difference) -> str:
    """ "letter january: the title is “Demand” here, “Order” in the file" """
    match difference.kind:
        case DifferenceKind.TAKEN_BACK:
            return f"{item_name(difference.item)}: was undone here, and is not recorded again"
        case DifferenceKind.CORRECTED:
            return f"{item_name(difference.item)}: was corrected or undone here, and is not recorded again"
        case DifferenceKind.VALUE:
            return f"{item_name(difference.item)}: {_changed(difference)}"


def item_name(item: ImportItem) -> str:
    match item.kind:
        case ItemKind.PLACE:
            name = f"place {item.place}"
        case ItemKind.LETTER:
            name = f"letter {item.letter}"
        case ItemKind.CASE:
            name = f"letter {item.letter} to {item.place}"
        case ItemKind.EVENT:
            name = f"event {item.event}, {item.place}"
    return name if item.row is None else f"row {item.row:,}, {name}"


def _counts(report: ImportReport, kind: ItemKind) -> str:
    new, same, different = report.new[kind], report.same[kind], report.different[kind]
    return f"{kind:<8} {new:>6,} new   {same:>6,} the same   {different:>6,} different"


def _changed(difference: Difference) -> str:
    """Which field differs; with both values where they look different in a few words."""
    name = FIELDS.get(difference.field, difference.field.replace("_", " "))
    ours, theirs = _shown(difference.ours), _shown(difference.theirs)
    if ours == theirs:
        return f"the {name} {'differ' if name in PLURAL else 'differs'} from the file"
    return f"the {name} {'are' if name in PLURAL else 'is'} {ours} here, {theirs} in the file"


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return "none"
        case Deadline():
            at = f" {value.time:%H:%M}" if value.time else ""
            return f"{value.date.isoformat()}{at}"
        case When():
            return value.text
        case str():
            return f"“{clipped(value, LONGEST)}”"
        case tuple():
            texts = [item for item in value if isinstance(item, str)]
            return ", ".join(texts) if len(texts) == len(value) else f"a list of {len(value)}"
    return value.kind if isinstance(value, Detail) else str(value)
