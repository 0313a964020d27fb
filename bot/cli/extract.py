"""extract: what a text says of a letter, with the words that each thing was read from. It records nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import shutil
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.cli import terminal
from bot.clock import SystemClock
from bot.reader.document import Document
from bot.reader.documents import MOST_BYTES, content_of, from_address, from_file
from bot.reader.documents.kinds import one_line
from bot.reader.draft import Draft, Found, Recipient, Span
from bot.reader.extract import as_json, draft_of
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.places import STATES
from bot.words.deadlines import rule_text, step_lines
from bot.words.plain_text import harmless, unmarked
from bot.words.prose import clipped, day, due, plural

STDIN, PIPED = "-", "standard-input"
BINARY = re.compile(rb"%PDF|\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)  # what a name without an ending may hold
ADDRESSES = ("http://", "https://")
SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]+:", re.IGNORECASE)  # longer than the letter of a drive
HOST = re.compile(r"\s*(?:www\.|(?:[\w-]+\.)+(?:com|edu|gov|info|net|news|org|us)(?:/|$))", re.IGNORECASE)
MARGIN = 15  # columns of a field's name
QUOTE = 100  # characters of the words beside a value
WIDEST = 110


def extract(args: argparse.Namespace) -> int:
    """Prints the draft, or as JSON: exit code 0. CaseError where the text cannot be read."""
    document = asyncio.run(_document(args.text))
    draft = _draft(document, args)
    if args.json:
        print(json.dumps(as_json(draft), ensure_ascii=False, indent=2))
        return 0
    terminal.heading(harmless(draft.title or document.name), "cyan")
    for line in _preview(draft):
        print(harmless(line))
    return 0


async def _document(what: str) -> Document:
    now = SystemClock().now()
    if what == STDIN:
        if sys.stdin is None:
            raise CaseError("Standard input is closed; nothing can be read from it.")
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
        return await from_file(PIPED if BINARY.match(content) else f"{PIPED}.txt", content, now)
    no_file = not _is_here(what)
    if what.strip().lower().startswith(ADDRESSES) or (no_file and SCHEME.match(what)):
        return await from_address(what, now)
    if no_file and HOST.match(what):
        raise CaseError(f"{one_line(what)} is no file; if it is a web address, write https:// before it.")
    path = Path(what)
    return await from_file(path.name, content_of(path), now)


def _is_here(what: str) -> bool:
    try:
        return Path(what).exists()
    except OSError:  # longer than a name may be
        return False


def _draft(document: Document, args: argparse.Namespace) -> Draft:
    if document.rows:
        from bot.desk import sheet_draft

        return sheet_draft.draft_of(document, args.tz)
    return draft_of(document, args.tz, args.date)


def _preview(draft: Draft) -> Iterator[str]:
    """The fields, the recipients by state with those to look at first, and what stays open."""
    yield from _field("Authority", draft, draft.authority)
    yield from _field("Letter date", draft, draft.letter_date, day)
    yield from _field("Deadline", draft, draft.deadline, _due)
    for number, basis in enumerate(draft.legal_basis):
        yield from _field("" if number else "Legal basis", draft, basis)
    for number, threat in enumerate(draft.threatened):
        yield from _field("" if number else "Threatened", draft, threat)
    if draft.demand:
        yield from _text("Demand", clipped(draft.demand.value, 600))
    yield ""
    yield from _recipients(draft)
    if draft.questions:
        yield ""
        yield f"To settle ({len(draft.questions)})"
        for question in draft.questions:
            yield from _item(question.words)


def _field(name: str, draft: Draft, found: Found[Any] | None, said: Any = str) -> Iterator[str]:
    if found is None:
        yield from _text(name, "not found")
        return
    words = _quoted(draft, found.span)
    yield from _text(name, f"{said(found.value)}{f'  {words}' if words else ''}")
    if found.doubt:
        yield from _text("", f"Look again: {found.doubt}")


def _due(deadline: Deadline) -> str:
    counted = f" ({rule_text(deadline)}: {'; '.join(step_lines(deadline))})" if deadline.steps else ""
    return unmarked(due(deadline)).strip() + counted


def _quoted(draft: Draft, span: Span | None) -> str:
    return f"“{clipped(draft.words(span), QUOTE)}”" if span else ""


def _recipients(draft: Draft) -> Iterator[str]:
    stated = f"; the text says {draft.stated_count.value}" if draft.stated_count else ""
    yield f"{plural(len(draft.recipients), 'recipient')}{stated}"
    doubtful = [one for one in draft.recipients if one.doubt or not one.is_settled]
    if doubtful:
        yield "  To look at"
        for one in doubtful:
            yield from _item(f"{_named(one)}: {one.doubt or 'not settled'} {_quoted(draft, one.span)}", "    ")
    groups: dict[str, list[Recipient]] = defaultdict(list)
    for one in draft.recipients:
        if one not in doubtful:
            groups[STATES.get(one.state or "", "No state")].append(one)
    for state, places in sorted(groups.items()):
        yield f"  {state}"
        for one in places:
            yield from _item(f"{_named(one)}  {_quoted(draft, one.span)}", "    ")
    if draft.cleared:
        yield f"Cleared, and no recipients ({len(draft.cleared)})"
        for one in draft.cleared:
            yield from _item(f"{_named(one)}  {_quoted(draft, one.span)}", "    ")


def _named(one: Recipient) -> str:
    return f"{one.label}{f', asked for: {one.asked}' if one.asked else ''}"


def _text(name: str, value: str) -> Iterator[str]:
    yield from _filled(f"{name:<{MARGIN}}{value}", " " * MARGIN)


def _item(value: str, indent: str = "") -> Iterator[str]:
    yield from _filled(f"{indent}- {value}", f"{indent}  ")


def _filled(line: str, indent: str) -> list[str]:
    """On a terminal broken between words, under its own first words; elsewhere a line stays a line."""
    if not sys.stdout.isatty():
        return [line.rstrip()]
    width = max(40, min(shutil.get_terminal_size().columns, WIDEST))
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
