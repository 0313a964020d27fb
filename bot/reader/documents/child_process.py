"""Parses files in a child process, so that a hostile file can harm that process only."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio import AbstractEventLoop, Semaphore
from dataclasses import replace
from weakref import WeakKeyDictionary

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import AT_ONCE, MEMORY, SECONDS, TOO_MUCH
from bot.reader.documents.parsed_file import ParsedFile
from bot.record.errors import CaseError

log = logging.getLogger(__name__)
_turns: WeakKeyDictionary[AbstractEventLoop, Semaphore] = WeakKeyDictionary()


async def parse(
    kind: FileKind, content: bytes, name: str, charset: str = "", seconds: float = SECONDS, memory: int = MEMORY
) -> ParsedFile:
    """As `parsers.parse`, within `seconds` and `memory` (bytes).

    CaseError also if the child took too long or was killed. At most two children run at once, so that together they fit into
    the memory of a small machine.
    """
    order = json.dumps({"kind": kind.value, "name": name, "charset": charset, "memory": memory}).encode()
    async with _turns.setdefault(asyncio.get_running_loop(), Semaphore(AT_ONCE)):
        try:
            async with asyncio.timeout(seconds):
                code, out, err = await _run(order + b"\n" + content)
        except TimeoutError as late:
            raise CaseError(TOO_MUCH.format(name)) from late
    if err:
        log.info("Reading %s: %s", name, err.decode(errors="replace")[-4000:])
    if code < 0:
        log.warning("Reading %s ended with signal %d", name, -code)
        raise CaseError(TOO_MUCH.format(name))
    if code:
        raise RuntimeError(f"the process that reads files failed with exit code {code}; the log has its output")
    answer = json.loads(out)
    if "refused" in answer:
        raise CaseError(answer["refused"])
    rows, hidden_rows = tuple(map(tuple, answer["rows"])), tuple(answer["hidden_rows"])
    return replace(ParsedFile(**answer), rows=rows, hidden_rows=hidden_rows)


async def _run(sent: bytes) -> tuple[int, bytes, bytes]:
    """Exit code, output and error output of the child. It is killed if the wait for it ends early."""
    pipe = asyncio.subprocess.PIPE
    arguments = (sys.executable, "-P", "-m", "bot.reader.documents.worker")
    process = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment())
    try:
        out, err = await process.communicate(sent)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, out, err


def _environment() -> dict[str, str]:
    """The module path of the bot, and what Windows needs to start a program. No secrets."""
    from bot.config import process_environment  # not where the child imports this package: it needs no settings

    needed = process_environment("SYSTEMROOT", "LD_LIBRARY_PATH")
    needed["OPENPYXL_DEFUSEDXML"] = "False"  # slow: it parses XML in Python; `zip_archive` refuses the same files
    return {**needed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
