"""The question whether an answer was complete, where its source does not say: asked in notices and receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.record.case import Case, CaseState
from bot.record.events import Event, Extent
from bot.words.card import Block, Button, Buttons, Text
from bot.words.case_facts import on
from bot.words.prose import plural, safe

MOST_ASKED = 3  # cases of one message, with a row of buttons each
#: Added to the text of an answer when the desk settles it, since its source does not say it.
EXTENT_SETTLED = {
    Extent.FULL: "That it was complete was recorded by the desk.",
    Extent.PARTIAL: "That it was partial was recorded by the desk.",
}
QUESTION = "Was it complete? The source of the answer does not say."


def extent_buttons(answer: Event, of: str = "") -> tuple[Button, Button]:
    """The two buttons that settle it; `of` names the case where a message asks about several.

    They also say when the answer was recorded: its id may be given out again after a restore.
    """
    recorded = int(answer.recorded_at.timestamp())
    complete, partial = (f"extent:{answer.id}:{extent.value}:{recorded}" for extent in (Extent.FULL, Extent.PARTIAL))
    return Button(f"Complete{of}", complete), Button(f"Partial{of}", partial)


def extent_questions(cases: Sequence[tuple[Case, CaseState]], most: int = MOST_ASKED) -> list[str]:
    """What a message asks about `most` of its cases, a line each: none if none of them has an answer of unknown extent."""
    asked = _asked(cases)
    lines = [f"{safe(case.place.label)} answered {on(answer)}. {QUESTION}" for case, answer in asked[:most]]
    if len(asked) > most:
        rest = plural(len(asked) - most, "more case")
        lines.append(
            f"-# The same is open for {rest}: /deadlines status: answered, extent unknown lists them, /status asks for each."
        )
    return lines


def extent_blocks(cases: Sequence[tuple[Case, CaseState]], most: int = MOST_ASKED) -> Iterable[Block]:
    """The questions with their buttons."""
    asked = _asked(cases)
    lines = extent_questions(cases, most)
    for (case, answer), line in zip(asked[:most], lines, strict=False):
        yield Text(line)
        yield Buttons(extent_buttons(answer, f" (#{case.number})" if len(asked) > 1 else ""))
    for line in lines[most:]:
        yield Text(line)


def _asked(cases: Sequence[tuple[Case, CaseState]]) -> list[tuple[Case, Event]]:
    return [(case, case_state.asks_extent) for case, case_state in cases if case_state.asks_extent]
