"""Child processes that read what others wrote, so that a hostile file can harm that process only, and no text slows the bot."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from asyncio import AbstractEventLoop, Semaphore
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import AT_ONCE, LAST_WORDS, MEMORY, MOST_ANSWERED, SECONDS, WAIT, too_much
from bot.reader.documents.parsed_file import ParsedFile
from bot.record.errors import CaseError

log = logging.getLogger(__name__)
_turns: WeakKeyDictionary[AbstractEventLoop, Semaphore] = WeakKeyDictionary()
_threads = ThreadPoolExecutor(AT_ONCE, "child process")  # they only wait

#: Seconds for which the end of the log of a child that has ended is waited for.
LISTENED_FOR = 1.0
#: Seconds for which a child that says no more is left to end, so that it is known why.
ENDS_WITHIN = 5.0


class ChildDied(Exception):
    """It has ended without an answer, by itself or because it was killed."""


class Child:
    """A process that runs `worker.serve`. Its environment has the path to its modules and no secrets.

    It answers one order after another until it is killed, has answered one that is its last, or this process ends.
    """

    def __init__(self, module: str, opening: Mapping[str, Any]) -> None:
        """`opening` is what it is told once, before any order."""
        pipe = subprocess.PIPE
        arguments = (sys.executable, "-P", "-m", module)
        self._process = subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
            arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment()
        )
        self._said = bytearray()
        self._ends = False
        self._listener = threading.Thread(target=self._listen, name="child's log", daemon=True)
        self._listener.start()
        with suppress(ChildDied):  # the first order will tell
            self._send(json.dumps(dict(opening)).encode() + b"\n")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Whether it takes another order."""
        return not self._ends and self._process.poll() is None

    def ask(self, order: Mapping[str, Any], content: bytes) -> bytes:
        """Its answer to an order about some content; waits for it. ChildDied if there is none."""
        self._send(json.dumps({**order, "size": len(content)}).encode() + b"\n" + content)
        out = self._process.stdout
        assert out is not None
        head = out.readline(MOST_ANSWERED)
        if not head.endswith(b"\n"):
            raise ChildDied
        told = json.loads(head)
        self._ends = bool(told["ends"])
        size = int(told["size"])
        if not 0 <= size <= MOST_ANSWERED or len(answer := out.read(size)) < size:
            raise ChildDied
        return answer

    def kill(self) -> None:
        """End it at once. Whoever waits for its answer gets ChildDied."""
        self._process.kill()

    def wait(self, within: float = 0) -> int:
        """Wait until it has ended: its exit code. It is killed after that many seconds, if any."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(within or None)
        self.kill()
        code = self._process.wait()
        self._listener.join(LISTENED_FOR)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):  # what was still to be sent to it
                pipe.close()
        return code

    def last_words(self) -> str:
        """The end of what it has logged since this was last asked for."""
        said = self._said.decode(errors="replace")
        self._said.clear()
        return said

    def _send(self, sent: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(sent)
            self._process.stdin.flush()
        except OSError as gone:
            raise ChildDied from gone

    def _listen(self) -> None:
        """Take what it logs, or it would wait for somebody to."""
        assert self._process.stderr is not None
        with self._process.stderr as log_of_child:
            while said := os.read(log_of_child.fileno(), LAST_WORDS):
                self._said += said
                del self._said[:-LAST_WORDS]


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """Wait until fewer than `AT_ONCE` children are at work, so that together they fit into the memory of a small machine.

    CaseError if that takes longer than `WAIT`.
    """
    turns = _turns.setdefault(asyncio.get_running_loop(), Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(WAIT):
            await turns.acquire()
    except TimeoutError as late:
        raise CaseError("Many other texts are being read now. Try again in a few minutes; nothing was recorded.") from late
    try:
        yield
    finally:
        turns.release()


async def answer_of(child: Child, order: Mapping[str, Any], content: bytes, *, seconds: float = SECONDS) -> bytes:
    """A child's answer to an order, which has the `name` of the content and its `kind`.

    If it has none within `seconds`, or nobody waits any longer, it is killed. CaseError if it took too long or was killed;
    RuntimeError if it failed.
    """
    name = str(order["name"])
    refusal = CaseError(too_much(name, FileKind(order["kind"])))
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.get_running_loop().run_in_executor(_threads, child.ask, order, content)
    except TimeoutError as late:
        await ended(child)
        raise refusal from late
    except ChildDied as died:
        code = await ended(child, within=ENDS_WITHIN)
        if code < 0:
            log.warning("Reading %s ended with signal %d", name, -code)
            raise refusal from died
        failed = f"the process that reads texts failed with exit code {code}"
        raise RuntimeError(f"{failed}; the end of its log:\n{child.last_words()}") from died
    except BaseException:
        await ended(child)
        raise
    finally:
        if words := child.last_words():
            log.info("Reading %s: %s", name, words)


async def ended(child: Child, *, within: float = 0) -> int:
    """End a child, unless it ends by itself within so many seconds: its exit code."""
    if not within:
        child.kill()
    return await asyncio.to_thread(child.wait, within)


async def parse(
    kind: FileKind, content: bytes, name: str, charset: str = "", seconds: float = SECONDS, memory: int = MEMORY
) -> ParsedFile:
    """As `parsers.parse`, in a child of its own, within `seconds` and `memory` (bytes). Raises as `answer_of`."""
    order = {"kind": kind.value, "name": name, "charset": charset, "is_last": True}
    async with turn():
        child = Child("bot.reader.documents.worker", {"memory": memory})
        answer = json.loads(await answer_of(child, order, content, seconds=seconds))
        await ended(child)
    if "refused" in answer:
        raise CaseError(answer["refused"])
    lists = {"rows": tuple(map(tuple, answer["rows"])), **{name: tuple(answer[name]) for name in ("hidden_rows", "pictures")}}
    return ParsedFile(**{**answer, **lists})


def _environment() -> dict[str, str]:
    """The module path of the bot, and what Windows needs to start a program. No secrets."""
    from bot.config import process_environment  # not where the child imports this package: it needs no settings

    needed = process_environment("SYSTEMROOT", "LD_LIBRARY_PATH")
    needed["OPENPYXL_DEFUSEDXML"] = "False"  # slow: it parses XML in Python; `zip_archive` refuses the same files
    return {**needed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
