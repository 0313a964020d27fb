"""How long to wait while Discord cannot be reached, and what to say of it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from math import isfinite

import aiohttp
import discord
from discord.gateway import ReconnectWebSocket

from bot.record.quoting import clipped

#: Seconds: the first wait, and the longest.
FIRST, LONGEST = 2.0, 300.0
#: The longest time for which an answer alone stops every try; then one is made.
LONGEST_ASKED = 3600.0
MOST_SAID = 200  # characters of what went wrong: a proxy answers with a whole page
_ASKED = ("Retry-After", "X-RateLimit-Reset-After")


class OddAnswer(Exception):
    """An answer that is not one of Discord's API, or a refusal of it."""

    def __init__(self, problem: str, headers: Mapping[str, str]) -> None:
        super().__init__(problem)
        self.headers = headers


def growing_wait(failures: int) -> float:
    """Seconds until the next try, after so many failures in a row (1 or more): twice as long each time, and jittered, so that
    not all bots of the world come back at once."""
    return float(min(FIRST * 2 ** min(failures - 1, 20), LONGEST) * random.uniform(0.5, 1))


def asked_wait(failure: Exception) -> float:
    """Seconds for which Discord asked to wait with this refusal; 0 if it did not (Discord docs, "Rate Limits")."""
    if isinstance(failure, discord.RateLimited):
        return _seconds(failure.retry_after)
    headers = failure.response.headers if isinstance(failure, discord.HTTPException) else getattr(failure, "headers", None)
    return max((_seconds(headers.get(name)) for name in _ASKED), default=0.0) if headers else 0.0


def is_refused_token(failure: Exception) -> bool:
    """Whether Discord itself says that the token is not valid. A proxy's page with the same status does not count."""
    cause = failure.__cause__ if isinstance(failure, discord.LoginFailure) else failure
    return isinstance(cause, discord.HTTPException) and is_refusal_of_token(cause.status, cause.response.content_type)


def is_refusal_of_token(status: int, content_type: str) -> bool:
    return status == 401 and content_type == "application/json"


def problem_of(failure: Exception) -> str:
    """What went wrong, in a few words on one line."""
    failure = failure.__cause__ if isinstance(failure.__cause__, discord.HTTPException) else failure
    match failure:
        case discord.HTTPException():
            problem = f"{failure.response.url} answers with status {failure.status}"
        case discord.RateLimited():
            problem = "a rate limit of Discord"
        case aiohttp.WSServerHandshakeError():
            problem = f"the gateway answers with status {failure.status}"
        case TimeoutError():
            problem = "no answer in time"
        case discord.ConnectionClosed():
            problem = f"the gateway closed the connection (code {failure.code})"
        case ReconnectWebSocket():
            problem = "the connection to the gateway was lost" if failure.resume else "the gateway did not keep the session"
        case OddAnswer() | OSError() | aiohttp.ClientError():
            problem = str(failure) or type(failure).__name__
        case json.JSONDecodeError():
            problem = "an answer that is not JSON"
        case _:
            problem = f"an answer that cannot be read ({type(failure).__name__}: {failure})"
    return one_line(problem)


def one_line(text: str) -> str:
    """The text on one line, shortened, as the log, the database and a card can take it."""
    return clipped(" ".join(text.encode(errors="replace").decode().split()), MOST_SAID)


def _seconds(asked: object) -> float:
    try:
        seconds = float(str(asked))
    except ValueError:
        return 0.0
    return min(seconds, LONGEST_ASKED) if isfinite(seconds) and seconds > 0 else 0.0
