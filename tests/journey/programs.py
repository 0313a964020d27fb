"""`letterwatch` as a process of its own, forked from one that has already imported it.

A new interpreter imports for about a second of processor time, which is more than most journeys take. The process that
forks is multiprocessing's fork server: it holds no test, no thread and no event loop. `test_start.py` and
`test_demo_process.py` also start `python -m bot` as a user does.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["bot.app", "bot.cli.main"])


class Program:
    """A running `letterwatch`, with the part of `asyncio.subprocess.Process` that journeys use."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], errors: Path) -> None:
        self._process = FORKS.Process(target=_run, args=(list(arguments), environment, errors))
        self._errors = errors
        self._ended = asyncio.Event()

    @classmethod
    async def started(cls, *arguments: str, environment: dict[str, str], errors: Path) -> Self:
        """`letterwatch` with these arguments and nothing else in its environment; `errors` takes its standard error."""
        errors.touch()
        program = cls(arguments, environment, errors)
        await asyncio.to_thread(program._process.start)  # the first one waits until the fork server has imported
        asyncio.get_running_loop().add_reader(program._process.sentinel, program._end)
        return program

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def errors(self) -> str:
        """What it has written to standard error."""
        return self._errors.read_text(encoding="utf-8")

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set()


def _run(arguments: list[str], environment: dict[str, str], errors: Path) -> None:
    """In the new process."""
    os.environ.clear()
    os.environ.update(environment)
    descriptor = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    from bot.cli.main import main

    sys.exit(main(arguments))
