"""Output: plain when piped, coloured on a terminal (NO_COLOR is respected). Progress goes to standard error."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
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
LONG = 200  # items; for fewer no progress bar is shown

T = TypeVar("T")


def show(*pages: Card) -> None:
    """A card as text, its heading in the colour of its tone. A heading that all pages of one answer share is shown once."""
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
    """Each line broken between words; the lines of a list item are indented. Addresses are not broken."""
    return "\n".join(_fitted(line, width) for line in text.split("\n"))


def _fitted(line: str, width: int) -> str:
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, max(width, 20), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )


def _width() -> int:
    return shutil.get_terminal_size().columns


def print_json(value: object, indent: int | None = 2) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=indent))


def rule() -> None:
    print("\n" + "-" * min(RULE, _width() if sys.stdout.isatty() else RULE) + "\n")


def refuse(message: str) -> None:
    """What is wrong, to standard error."""
    print(harmless(message), file=sys.stderr)


def is_asked() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(question: str) -> str | None:
    """What a person answers, nothing if they end the input; None if nobody is there to ask."""
    if not is_asked():
        return None
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""


def hand_over(content: bytes, file: Path | None) -> None:
    """Write to that file, or to standard output, byte for byte. CaseError if the file cannot be written."""
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
    """A progress bar as `bar`, advanced by so many items (by default one) with each call."""
    with bar(what, total) as progress:

        def advance(count: int = 1) -> None:
            if progress:
                progress.advance(progress.task_ids[0], count)

        yield advance


class Counted:
    """Shows how many of how many are done: as a bar on a terminal, elsewhere as a line now and then, on standard error."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.done = 0
        self._bar: Progress | None = None
        self._closing = ExitStack()
        self._said_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        self.done = done
        if total < LONG:
            return
        if self._bar is None and sys.stderr.isatty():
            self._bar = self._closing.enter_context(bar(self.what, total))
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)
        elif done >= self._said_at + total / 10:
            self._said_at = done
            print(f"{self.what}: {done:,} of {total:,} cases", file=sys.stderr, flush=True)

    def close(self) -> None:
        self._closing.close()


@contextmanager
def counting(what: str) -> Iterator[Counted]:
    counted = Counted(what)
    with closing(counted):
        yield counted


def tracked(items: Sequence[T], what: str) -> Iterable[T]:
    """The items, with a progress bar as `bar`."""
    with advancing(what, len(items)) as advance:
        for item in items:
            yield item
            advance()
