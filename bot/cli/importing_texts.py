"""What `import` does with a text: a person picks the recipients among the places that it names."""

from __future__ import annotations

import argparse
import asyncio
import shlex

from bot.cli import terminal
from bot.cli.draft_text import draft_lines
from bot.cli.importing import import_target, print_lines
from bot.cli.options import OK, REFUSED, ZONE, misused
from bot.clock import SystemClock
from bot.desk import inputs
from bot.desk.deciding import decide_and_record
from bot.desk.draft_edits import titled
from bot.desk.draft_reading import draft_of
from bot.desk.draft_ticks import counts_of
from bot.desk.drafts import LetterEdit
from bot.desk.import_text import TextDecision, TextImport, TextOptions, decide_text, record_decided
from bot.desk.picks import with_picks
from bot.desk.session import Session
from bot.reader.document import Document
from bot.reader.documents import content_of, from_file
from bot.reader.draft import Draft
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.deadlines.zones import zone_named
from bot.record.errors import CaseError
from bot.words.draft_offers import counts_line
from bot.words.import_report import report_lines
from bot.words.plain_text import harmless, unmarked
from bot.words.prose import day, due, plural

WHICH = "Which of the places that are not ticked received the letter? (1-5, 8, list 2, names, all or none; Enter to stop)"
NOTHING = "Nothing was recorded."
ALL_RECORDED = "All of them are already recorded."
NO_TERMINAL = (
    "There is no terminal to ask at. Say which places are meant: --pick 1-5,8, --pick 'Denver, CO; Cook County, IL', "
    f"--pick all or --pick none. The numbers are printed by: letterwatch extract FILE\n{NOTHING}"
)
NO_DEADLINE = "none, so there is no countdown (--deadline sets one)"
MOST_NAMED = 50  # recipients


def import_text_file(args: argparse.Namespace) -> int:
    """CaseError if the text cannot be read, a pick is wrong, or something has to be settled first."""
    if args.pick is None:
        return _not_picked(args)
    texts = [text for text in args.pick if text.strip()]
    if not texts and not terminal.is_asked():
        return misused(NO_TERMINAL.replace("FILE", shlex.quote(str(args.file))))
    use_governments(args.list_in_use().file)
    document, read = asyncio.run(_read(args))
    draft = _picked(read, texts) if texts else _asked(read)
    if draft is None or not (texts or args.dry_run or _is_confirmed(args, document, draft)):
        terminal.refuse(NOTHING)
        return REFUSED
    result = asyncio.run(_recorded(args, document, draft))
    print_lines([*(_summary(result.draft) if texts or args.dry_run else []), *report_lines(result.report, args.dry_run)])
    return OK


def _not_picked(args: argparse.Namespace) -> int:
    """Without --pick nothing is recorded: how many places there are to pick, and how."""
    use_governments(args.list_in_use().file)
    file = shlex.quote(str(args.file))
    draft = draft_of(asyncio.run(_document(args)), zone_named(ZONE), args.date)
    counts = counts_of(draft)
    named = f" {counts_line(counts)}." if counts else ""
    return misused(
        f"{args.file} is a text, and what is read from a text has to be confirmed by a person.{named} {NOTHING}\n"
        f"To choose the recipients and record them, run: letterwatch import {file} --pick\n"
        f"To correct what was read too, use /import in Discord. To see what is read, run: letterwatch extract {file}"
    )


async def _document(args: argparse.Namespace) -> Document:
    return await from_file(args.file.name, content_of(args.file), SystemClock().now())


async def _read(args: argparse.Namespace) -> tuple[Document, Draft]:
    """What the text says, with days in the time zone of the server."""
    document = await _document(args)
    async with import_target(args, document.read_at) as target:
        zone = (await target.server_as_it_will_be()).zone
    return document, titled(draft_of(document, zone, args.date))


def _picked(draft: Draft, texts: list[str]) -> Draft:
    try:
        return with_picks(draft, texts)
    except CaseError as refused:
        raise CaseError(f"{refused}\n{NOTHING}") from refused


def _asked(draft: Draft) -> Draft | None:
    """The draft with what a person picks at the terminal; None if they stop."""
    print_lines(list(draft_lines(draft)))
    while draft.mentioned:
        typed = terminal.ask(WHICH)
        if not typed:
            return None
        try:
            return with_picks(draft, [typed])
        except CaseError as refused:
            terminal.refuse(str(refused))
    return draft


def _summary(draft: Draft) -> list[str]:
    """What is about to be recorded."""
    names = "; ".join(row.label for row in draft.recipients[:MOST_NAMED])
    more = f"; and {len(draft.recipients) - MOST_NAMED:,} more" if len(draft.recipients) > MOST_NAMED else ""
    counts = counts_of(draft)
    return [
        f"Letter: {draft.title or 'not known'}",
        f"From: {draft.authority.value if draft.authority else 'not known'}",
        f"Dated: {day(draft.letter_date.value) if draft.letter_date else 'not known'}",
        f"Deadline: {unmarked(due(draft.deadline.value)) if draft.deadline else NO_DEADLINE}",
        f"{plural(len(draft.recipients), 'recipient')}{f': {names}{more}' if names else ''}",
        *([counts_line(counts)] if counts else []),
        "",
    ]


def _is_confirmed(args: argparse.Namespace, document: Document, draft: Draft) -> bool:
    """Whether a person wants to record what can be recorded. CaseError if it cannot."""
    decision = asyncio.run(_decided(args, document, draft))
    print_lines(_summary(decision.draft))
    new, letter = len(decision.matched.new), decision.matched.letter
    if not new:
        terminal.refuse(ALL_RECORDED)
        return False
    already = f" (of {len(draft.recipients):,}; the others are already recorded)" if new < len(draft.recipients) else ""
    where = f", added to the recorded letter “{harmless(letter.title)}”" if letter else ""
    answer = terminal.ask(f"Record {plural(new, 'recipient')}{already}{where}? (yes/no)")
    return bool(answer) and str(answer).lower() in ("yes", "y")


def _options(args: argparse.Namespace) -> TextOptions:
    authority = inputs.limited("Who sent it", args.authority, 200) if args.authority is not None else None
    edit = LetterEdit(authority=authority, sent=args.sent, deadline=args.deadline)
    return TextOptions(args.letter or "", edit, args.new_letter, args.quiet)


async def _decided(args: argparse.Namespace, document: Document, draft: Draft) -> TextDecision:
    async with import_target(args, document.read_at) as target, target.reading() as session:
        return await decide_text(session, document, draft, _options(args))


async def _recorded(args: argparse.Namespace, document: Document, draft: Draft) -> TextImport:
    async def decide(session: Session) -> TextDecision:
        return await decide_text(session, document, draft, _options(args))

    async with import_target(args, document.read_at) as target:
        return await decide_and_record(target.reading, target.writing, decide, record_decided)
