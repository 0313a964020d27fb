"""The child process that parses one file: a line of JSON and the content on standard input, JSON on standard output.

It limits its own memory and time before it reads the content. Its environment holds nothing but the path to its modules, so
that a file cannot get at the bot's token.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import CPU_SECONDS, TOO_MUCH
from bot.reader.documents.parsers import parse
from bot.record.errors import CaseError

log = logging.getLogger(__name__)


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library may print; only the answer goes to standard output
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    order = json.loads(sys.stdin.buffer.readline())
    limit(order["memory"])
    answers.write(answer(order, sys.stdin.buffer.read()))
    answers.close()


def answer(order: dict[str, Any], content: bytes) -> bytes:
    """The fields of a ParsedFile as JSON, or the reason why there is none."""
    try:
        return json.dumps(vars(parse(FileKind(order["kind"]), content, order["name"], order["charset"]))).encode()
    except CaseError as refused:
        return json.dumps({"refused": str(refused)}).encode()
    except MemoryError:
        return json.dumps({"refused": TOO_MUCH.format(order["name"])}).encode()


def limit(memory: int) -> None:
    """Limit memory (bytes) and CPU time where the platform can; the parent's wait is limited everywhere."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):  # macOS has the memory limit but refuses to set it
            log.info("no limit of kind %s on this system", what)


if __name__ == "__main__":
    main()
