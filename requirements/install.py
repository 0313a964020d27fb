"""Install locked requirements into the environment of the Python that runs this, and show how far it is.

pip alone is either silent for minutes or writes hundreds of lines. On a terminal this is one line that moves; in a log, a
line every ten seconds. What pip says is shown when it fails.

Usage: python requirements/install.py requirements/dev.txt
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterable
from pathlib import Path

LOG_EVERY = 10.0  # seconds between two lines where the output is no terminal


class Progress:
    """How many packages pip has fetched and installed, read from its output and from the environment."""

    def __init__(self, requirements: Path) -> None:
        pinned = re.findall(r"^[\w.\[\]-]+==", requirements.read_text(encoding="utf-8"), re.MULTILINE)
        self.total = len(pinned)
        self.fetched = 0
        self.to_install = 0
        self.output: list[str] = []
        self._before = self._in_environment()
        self._started = time.monotonic()

    def read_all(self, lines: Iterable[str]) -> None:
        """Read pip's output, line by line, to its end."""
        for line in lines:
            self.output.append(line)
            self._count(line)

    def _count(self, line: str) -> None:
        if line.startswith("Ignoring "):  # of another system or Python
            self.total -= 1
        elif line.startswith(("Collecting ", "Processing ", "Requirement already satisfied")):
            self.fetched += 1
        elif line.startswith("Installing collected packages"):
            self.to_install = line.count(",") + 1

    def __str__(self) -> str:
        installed = len(self._in_environment() - self._before)
        fetched = f"{self.fetched} of {self.total} fetched"
        done = f"{fetched}, {installed} of {self.to_install} installed" if self.to_install else fetched
        return f"{done} ({time.monotonic() - self._started:.0f} s)"

    def _in_environment(self) -> set[str]:
        """Each package with its version, so that one that is replaced by another version counts as installed."""
        return {path.name for path in Path(sysconfig.get_paths()["purelib"]).glob("*.dist-info")}


def install(requirements: Path) -> int:
    """Run pip; its exit code."""
    progress = Progress(requirements)
    command = (sys.executable, "-m", "pip", "install", "--progress-bar", "off", "--require-hashes", "-r", str(requirements))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:  # noqa: S603
        assert pip.stdout is not None
        reader = threading.Thread(target=progress.read_all, args=(pip.stdout,))
        reader.start()
        _show(progress, pip)
        reader.join()
    if pip.returncode:
        print("".join(progress.output), file=sys.stderr)
    return pip.returncode


def _show(progress: Progress, pip: subprocess.Popen[str]) -> None:
    terminal = sys.stdout.isatty()
    while True:
        try:
            pip.wait(0.2 if terminal else LOG_EVERY)
        except subprocess.TimeoutExpired:
            print(f"\r      {progress}    " if terminal else f"      {progress}", end="" if terminal else "\n", flush=True)
        else:
            print(f"\r      {progress}    " if terminal else f"      {progress}", flush=True)
            return


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
