"""Lines of the log: what each is about, and what stands in none."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot import logs
from bot.config import Discord, HealthSettings, Settings

TOKEN = "MTA4OTM2NTcxMDQ5ODg3MzM0NA.made-up.for-this-test"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5"
SWITCH = "https://example.org/ping/5c1f2c3e"
SECRETS = (TOKEN, SWITCH)
SHAPES: list[type[logs.TextLines] | type[logs.JsonLines]] = [logs.TextLines, logs.JsonLines]


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot.watch.deliver", logging.WARNING, __file__, 1, message, args, info)


def test_a_line_says_what_it_is_about() -> None:
    with logs.about(notice=17):
        assert (
            logs.TextLines().format(record("refused: %s", "no")).endswith("WARNING bot.watch.deliver: refused: no [notice 17]")
        )
        line = json.loads(logs.JsonLines().format(record("refused: %s", "no")))
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "logger": "bot.watch.deliver", "message": "refused: no", "notice": "17"}
    assert "notice" not in logs.JsonLines().format(record("later"))


async def test_a_task_keeps_what_it_is_about_until_it_ends() -> None:
    async def said() -> str:
        await asyncio.sleep(0)
        return logs.TextLines().format(record("done"))

    with logs.about(interaction=1):
        first = asyncio.create_task(said())
    with logs.about(interaction=2):
        second = asyncio.create_task(said())
    assert (await first).endswith("done [interaction 1]")
    assert (await second).endswith("done [interaction 2]")


def _failure() -> BaseException:
    try:
        raise ValueError(f"Bot {TOKEN} at {SWITCH}")
    except ValueError as error:
        return error


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "made",
    [
        lambda: record("header %s", TOKEN),
        lambda: record(f"GET {SWITCH}"),
        lambda: record("it failed", error=_failure()),
        lambda: record("POST https://discord.com/api/v10/interactions/12/%s/callback", INTERACTION_TOKEN),
        lambda: record("https://discord.com/api/v10/webhooks/12/%s/messages/@original", INTERACTION_TOKEN),
        lambda: record("%r", {"Authorization": f"Bot {TOKEN}"}),
    ],
)
def test_no_line_has_a_secret(
    shape: Callable[[tuple[str, ...]], logging.Formatter], made: Callable[[], logging.LogRecord]
) -> None:
    line = shape(SECRETS).format(made())
    assert logs.HIDDEN in line
    assert not any(secret in line for secret in (*SECRETS, INTERACTION_TOKEN))


def test_a_line_of_json_is_one_line_whatever_it_says() -> None:
    line = logs.JsonLines().format(record("two\nlines \ud800 and \u2028", error=_failure()))
    assert "\n" not in line
    assert json.loads(line)["error"].startswith("Traceback")


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.usefixtures("logging_as_it_was")
def test_the_settings_choose_the_shape(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"log": {"format": "json", "level": "info"}}
    settings = Settings.model_validate(values).model_copy(
        update={"discord": Discord(token=TOKEN), "health": HealthSettings(dead_mans_switch=SWITCH)}
    )
    logs.set_up(settings)
    logging.getLogger("bot.app").info("connected with %s", TOKEN)
    logging.getLogger("httpx").info("GET %s", SWITCH)
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["message"] for line in lines] == [f"connected with {logs.HIDDEN}"]
    assert TOKEN not in repr(settings) and SWITCH not in repr(settings)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("shown", [repr, json.dumps, lambda event: json.dumps(event, separators=(",", ":"))])
def test_the_token_of_an_interaction_is_hidden_in_an_event_too(
    shape: type[logs.TextLines] | type[logs.JsonLines], shown: Callable[[object], str]
) -> None:
    """discord.py logs each event of the gateway at "debug"."""
    event = {"t": "INTERACTION_CREATE", "d": {"id": "17", "token": INTERACTION_TOKEN, "version": 1}}
    line = shape().format(record("WebSocket Event: %s", shown(event)))
    assert INTERACTION_TOKEN not in line and "INTERACTION_CREATE" in line and "version" in line
