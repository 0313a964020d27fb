"""The child's side of `child_process`, and the child that parses one file.

On standard input it gets a line of JSON, what it is told once, and then orders: a line of JSON each, with the `size` of the
content that follows. On standard output it answers with a line of JSON, that has the size of the answer and whether it was
the last, and with the answer.

It limits its own memory and time. Its environment holds nothing but the path to its modules, so that a file cannot get at the
bot's token.
"""

from __future__ import annotations

import json
import logging
import os
import re
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import CPU_SECONDS, too_much
from bot.reader.documents.parsers import parse
from bot.record.errors import CaseError

Order = dict[str, Any]
log = logging.getLogger(__name__)
LESS_URGENT = 5  # than the bot (`os.nice`)


def serve(answer: Callable[[Order, bytes], bytes], prepare: Callable[[Order], None], refuse: Callable[[str], bytes]) -> None:
    """Answer orders until one is the last, or nobody asks any more.

    `prepare` gets what it is told once. `refuse` makes an answer of a reason. After a text that took much memory there may be
    too little for the next: that answer is the last.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library may print; only the answer goes to standard output
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal comes here too, but is for who asks
    threading.Thread(target=_end_with_who_asks, daemon=True).start()
    opening = json.loads(sys.stdin.buffer.readline())
    _limit("RLIMIT_AS", opening["memory"])
    _limit("RLIMIT_CORE", 0)
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)
    prepare(opening)
    while line := sys.stdin.buffer.readline():
        order = json.loads(line)
        ends = bool(order["is_last"])
        content = sys.stdin.buffer.read(order["size"])
        if len(content) < order["size"]:
            return  # who asked is gone
        _limit_time(for_good=ends)
        try:
            found = answer(order, content)
        except MemoryError:
            found, ends = refuse(too_much(order["name"], FileKind(order["kind"]))), True
        ends = ends or _has_grown(opening["memory"])
        answers.write(json.dumps({"size": len(found), "ends": ends}).encode() + b"\n" + found)
        answers.flush()
        if ends:
            return


def parsed(order: Order, content: bytes) -> bytes:
    """The fields of a ParsedFile as JSON, or the reason why there is none."""
    try:
        return json.dumps(vars(parse(FileKind(order["kind"]), content, order["name"], order["charset"]))).encode()
    except CaseError as refused:
        return _refusal(str(refused))


def _refusal(reason: str) -> bytes:
    return json.dumps({"refused": reason}).encode()


def _end_with_who_asks() -> None:
    """Nobody takes an answer any more once the other end of standard input is closed, such as when the bot is killed."""
    if hasattr(select, "poll"):  # not on Windows: there the answer is worked out first
        closed = select.poll()
        closed.register(0, 0)  # no event but those that are always told: an error, or the end
        closed.poll()
        os._exit(0)


def _limit_time(*, for_good: bool) -> None:
    """Limit the processor time from now on. If `for_good`, code that a file has smuggled in cannot raise it again."""
    used = sum(os.times()[:2])
    _limit("RLIMIT_CPU", int(used) + CPU_SECONDS + 1, is_hard=for_good)


def _has_grown(memory: int) -> bool:
    """Whether it has ever used more than half of its memory (bytes).

    Linux counts into ru_maxrss what the parent had used when it started the child (getrusage(2)); VmHWM is the child's own.
    """
    with suppress(OSError):
        own = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
        if own:
            return int(own[1]) * 1024 > memory / 2
    try:
        import resource
    except ImportError:  # Windows
        return False
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (used if sys.platform == "darwin" else used * 1024) > memory / 2


def _limit(what: str, most: int, *, is_hard: bool = True) -> None:
    """Limit what the platform can; the parent's wait is limited everywhere."""
    try:
        import resource
    except ImportError:  # Windows
        return
    kind = getattr(resource, what)
    hard = resource.getrlimit(kind)[1]
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(kind, (least, least if is_hard else hard))
    except (ValueError, OSError):  # macOS has the memory limit but refuses to set it
        log.info("no limit of kind %s on this system", what)


if __name__ == "__main__":
    serve(parsed, lambda opening: None, _refusal)
