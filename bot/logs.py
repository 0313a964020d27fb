"""Lines of the log: as text or as JSON, each with what it is about, and without what must stay secret."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from bot.config import Settings

#: Loggers of libraries that say more than anybody wants to read at "info".
NOISY = ("aiohttp.access", "alembic", "apscheduler", "discord.client", "httpcore", "httpx")
HIDDEN = "[hidden]"
#: Whoever knows the token of an interaction or a webhook can answer in its name. It stands in addresses
#: (Discord docs, "Receiving and Responding").
_TOKEN_IN_ADDRESS = re.compile(r"(/(?:interactions|webhooks)/\d+/)[\w.~-]+")
#: In what Discord sends, as Python shows it or as JSON: discord.py logs each event of the gateway at "debug".
_TOKEN_IN_EVENT = re.compile(r"""(["']token["']: ?["'])[^"']+""")
#: What is shorter is no secret, and would be hidden in the middle of words.
_SHORTEST_SECRET = 8

_about: ContextVar[Mapping[str, int]] = ContextVar("about")


@contextmanager
def about(**ids: int) -> Iterator[None]:
    """Have each line that is logged meanwhile say so, also by tasks that are begun meanwhile: about(notice=17)."""
    before = _about.set({**_about.get({}), **ids})
    try:
        yield
    finally:
        _about.reset(before)


def set_up(settings: Settings) -> None:
    """Log to standard error, as the settings say. Warnings of Python become lines of the log too."""
    shape = JsonLines if settings.log.format == "json" else TextLines
    handler = logging.StreamHandler()
    handler.setFormatter(shape(settings.secrets))
    logging.basicConfig(level=settings.log.level.upper(), handlers=[handler], force=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.captureWarnings(True)


class TextLines(logging.Formatter):
    """A line for people: the time in UTC, the level, the logger, the message, and what it is about in brackets."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets = secrets

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _moment(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        named = ", ".join(f"{name} {number}" for name, number in _about.get({}).items())
        return super().formatMessage(record) + (f" [{named}]" if named else "")

    def format(self, record: logging.LogRecord) -> str:
        return without(self._secrets, super().format(record))


class JsonLines(logging.Formatter):
    """A line for programs: an object with `time` (UTC), `level`, `logger`, `message`, what it is about, and `error`, a
    traceback, where there is one.
    """

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without(self._secrets, record.getMessage()),
            # Programs that read JSON keep only 53 bits of a number, and an id of Discord has 64.
            **{name: str(number) for name, number in _about.get({}).items()},
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = without(self._secrets, self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = without(self._secrets, record.stack_info)
        return json.dumps(line, ensure_ascii=False).encode(errors="replace").decode()


def without(secrets: tuple[str, ...], text: str) -> str:
    """The text with the secrets, and the tokens of interactions and webhooks, hidden."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return _TOKEN_IN_EVENT.sub(rf"\1{HIDDEN}", _TOKEN_IN_ADDRESS.sub(rf"\1{HIDDEN}", text))


def is_json() -> bool:
    """Whether the log was set up as JSON."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
