"""What the child process that reads letters answers, as JSON. It has read what others wrote, so its answers are checked."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.reader.draft import Draft


@dataclass(frozen=True)
class ReadingAnswer:
    """A draft, or the reason why there is none."""

    draft: Draft | None = None
    #: It was read from rows and columns.
    is_table: bool = False
    #: The rows that a table does not show. If nobody said what becomes of them, the draft has nothing but its source.
    hidden_rows: tuple[int, ...] = ()
    #: Why it cannot be read, for people; empty if it can.
    refused: str = ""


_ANSWER: TypeAdapter[ReadingAnswer] = TypeAdapter(ReadingAnswer)


def dumped(answer: ReadingAnswer) -> bytes:
    return _ANSWER.dump_json(answer)


def loaded(body: bytes) -> ReadingAnswer:
    """What `dumped` wrote. ValueError for anything else."""
    from bot.store import codec  # not in the child: it loads the library of the database

    try:
        return codec.value_from(_ANSWER, json.loads(body))
    except RecursionError as nested:
        raise ValueError("it is nested too deeply") from nested
