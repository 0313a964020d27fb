"""Output: plain when piped, coloured on a terminal (NO_COLOR is respected), progress on standard error."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.record.errors import CaseError
from bot.words.card import Card, Tone
from bot.words.plain_text import harmless, plain

if TYPE_CHECKING:
    from rich.progress import Progress

COLOURS = {Tone.CALM: "cyan", Tone.SOON: "yellow", Tone.ALARM: "red", Tone.GOOD: "green", Tone.PLAIN: "default"}
RULE = 72
LONG = 200  # things to go through from which on a bar is worth its lines

T = TypeVar("T")


def show(*pages: Card) -> None:
    """A card as text, its heading in the colour of its tone; the pages of one answer with their common heading once."""
    for number, card in enumerate(pages):
        if number and card.blocks[0] == pages[0].blocks[0] and card.blocks[1:]:
            say("\n" + harmless(plain(replace(card, blocks=card.blocks[1:]))))
            continue
        head, _, rest = harmless(plain(card)).partition("\n")
        heading(head, COLOURS[card.tone])
        if rest:
            say(rest)


def heading(text: str, colour: str = "default") -> None:
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.console import Console
    from rich.text import Text

    Console(highlight=False, soft_wrap=True).print(Text(wrapped(text, _width()), style=f"bold {colour}"))


def say(text: str) -> None:
    """On a terminal wrapped to its width; elsewhere a line stays a line."""
    print(wrapped(text, _width()) if sys.stdout.isatty() else text)


def wrapped(text: str, width: int) -> str:
    """Each line broken between words; what belongs to an item of a list stands under its words. Addresses stay whole."""
    return "\n".join(_fitted(line, width) for line in text.split("\n"))


def _fitted(line: str, width: int) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, max(width, 20), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )


def _width() -> int:
    return shutil.get_terminal_size().columns


def rule() -> None:
    print("\n" + "-" * min(RULE, _width() if sys.stdout.isatty() else RULE) + "\n")


def refuse(message: str) -> None:
    """What is wrong, to standard error."""
    print(harmless(message), file=sys.stderr)


def hand_over(content: bytes, file: Path | None) -> None:
    """To that file, else to standard output: the same bytes, wherever it is redirected to.

    CaseError where the file cannot be written.
    """
    if file is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        file.write_bytes(content)
    except OSError as failure:
        raise CaseError(f"{file} cannot be written: {failure.strerror}.") from failure


def bar(what: str, total: int) -> AbstractContextManager[Progress | None]:
    """A progress bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty() or total < LONG:
        return nullcontext()
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(stderr=True), transient=True)
    progress.add_task(what, total=total)
    return progress


@contextmanager
def advancing(what: str, total: int) -> Iterator[Callable[..., None]]:
    """A progress bar as `bar`, moved on by so many things (one, where nothing is said) with each call."""
    with bar(what, total) as progress:

        def advance(count: int = 1) -> None:
            if progress:
                progress.advance(progress.task_ids[0], count)

        yield advance


def tracked(things: Sequence[T], what: str) -> Iterable[T]:
    with advancing(what, len(things)) as advance:
        for thing in things:
            yield thing
            advance()
