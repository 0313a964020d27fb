"""A child process as `worker.serve` makes it, with rules that a text breaks."""

from __future__ import annotations

import threading

from bot.reader.documents import worker


def prepare(opening: worker.Order) -> None:
    if opening["is_broken"]:
        raise LookupError("rules that cannot be loaded")


def answer(order: worker.Order, content: bytes) -> bytes:
    if content == b"without end":
        threading.Event().wait()
    raise LookupError(content.decode())


if __name__ == "__main__":
    worker.serve(answer, prepare, str.encode)
