"""A draft as lines for the terminal, with the words that each value was read from."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from bot.desk.draft_edits import still_cleared
from bot.desk.draft_ticks import counts_of
from bot.reader.draft import Draft, Found, Recipient, Span
from bot.record.deadlines.deadline import Deadline
from bot.record.places import STATES
from bot.record.questions import Question, QuestionKind
from bot.words.deadlines import rule_text, step_lines
from bot.words.draft_letter import MORE_RECIPIENTS
from bot.words.draft_offers import around, counts_line
from bot.words.plain_text import unmarked
from bot.words.prose import clipped, day, due, plural
from bot.words.questions import question_text

MARGIN = 15  # columns of a field's name
QUOTE = 100  # characters of the words beside a value
DEMAND = 600  # characters of the demand
WIDEST = 110  # columns


def draft_lines(draft: Draft) -> Iterator[str]:
    """The fields, the recipients (doubtful ones first, the others by state), and what has to be settled."""
    yield from _field("Authority", draft, draft.authority)
    yield from _field("Letter date", draft, draft.letter_date, day)
    yield from _field("Deadline", draft, draft.deadline, _due)
    for number, basis in enumerate(draft.legal_basis):
        yield from _field("" if number else "Legal basis", draft, basis)
    for number, threat in enumerate(draft.threatened):
        yield from _field("" if number else "Threatened", draft, threat)
    if draft.demand:
        yield from _text("Demand", clipped(draft.demand.value, DEMAND))
    yield ""
    yield from _recipients(draft)
    yield from offered_lines(draft)
    if draft.questions:
        yield ""
        yield f"To settle ({len(draft.questions)})"
        for question in draft.questions:
            choices = " Recipients may be among the places above." if _is_answered_above(draft, question) else ""
            yield from _item(question_text(question) + choices)


def _is_answered_above(draft: Draft, question: Question) -> bool:
    """Whether it asks to whom the letter was, and the text names places."""
    return bool(draft.mentioned) and question.kind in (QuestionKind.NO_RECIPIENT_NAMED, *MORE_RECIPIENTS)


def _field(name: str, draft: Draft, value: Found[Any] | None, in_words: Callable[[Any], str] = str) -> Iterator[str]:
    if value is None:
        yield from _text(name, "not found")
        return
    quote = _quoted(draft, value.span)
    yield from _text(name, f"{in_words(value.value)}{f'  {quote}' if quote else ''}")
    if value.doubt:
        yield from _text("", f"Check this: {value.doubt}")


def _due(deadline: Deadline) -> str:
    counted = f" ({rule_text(deadline)}: {'; '.join(step_lines(deadline))})" if deadline.steps else ""
    return unmarked(due(deadline)).strip() + counted


def _quoted(draft: Draft, span: Span | None) -> str:
    return f"“{clipped(draft.words(span), QUOTE)}”" if span else ""


def _recipients(draft: Draft) -> Iterator[str]:
    stated = f"; the text says {draft.stated_count.value}" if draft.stated_count else ""
    yield f"{plural(len(draft.recipients), 'recipient')}{stated}"
    doubtful = [recipient for recipient in draft.recipients if recipient.doubt or not recipient.is_settled]
    if doubtful:
        yield "  Check these"
        for recipient in doubtful:
            reason = recipient.doubt or "not settled"
            yield from _item(f"{_named(recipient)}: {reason} {_quoted(draft, recipient.span)}", "    ")
    by_state: dict[str, list[Recipient]] = defaultdict(list)
    for recipient in draft.recipients:
        if recipient not in doubtful:
            by_state[STATES.get(recipient.state or "", "No state")].append(recipient)
    for state, recipients in sorted(by_state.items()):
        yield f"  {state}"
        for recipient in recipients:
            yield from _item(f"{_named(recipient)}  {_quoted(draft, recipient.span)}", "    ")
    if cleared := still_cleared(draft):
        yield f"Cleared, and not recipients ({len(cleared)})"
        for recipient in cleared:
            yield from _item(f"{_named(recipient)}  {_quoted(draft, recipient.span)}", "    ")


def offered_lines(draft: Draft) -> Iterator[str]:
    """How many places the text names, and those that a person may pick, by the numbers that `import --pick` takes."""
    if counts := counts_of(draft):
        yield counts_line(counts)
    if draft.mentioned:
        yield f"Not ticked ({len(draft.mentioned):,}), most likely first. None is a recipient until a person picks it."
    width = len(f"{len(draft.mentioned)}")
    for number, mentioned in enumerate(draft.mentioned, 1):
        where = f"  list {mentioned.list_number}" if mentioned.list_number is not None else ""
        name = draft.words(mentioned.place.span) if mentioned.place.span else mentioned.place.name
        quote = f"  “{around(mentioned.words, name, QUOTE)}”" if mentioned.words else ""
        yield from _filled(f"  {number:>{width}}. {mentioned.place.label}{where}{quote}", " " * (width + 4))


def _named(recipient: Recipient) -> str:
    return f"{recipient.label}{f', asked for: {recipient.asked}' if recipient.asked else ''}"


def _text(name: str, value: str) -> Iterator[str]:
    yield from _filled(f"{name:<{MARGIN}}{value}", " " * MARGIN)


def _item(value: str, indent: str = "") -> Iterator[str]:
    yield from _filled(f"{indent}- {value}", f"{indent}  ")


def _filled(line: str, indent: str) -> list[str]:
    """On a terminal broken between words, with an indent; elsewhere a line stays a line."""
    if not sys.stdout.isatty():
        return [line.rstrip()]
    width = max(40, min(shutil.get_terminal_size().columns, WIDEST))
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
