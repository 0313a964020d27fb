"""Whether the bot is on a server, asked of Discord without connecting to the gateway."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from bot.chat.outages import problem_of
from bot.config import Settings
from bot.record.errors import CaseError

UNKNOWN_GUILD, MISSING_ACCESS = 10004, 50001  # Discord docs, "JSON Error Codes"
INSTEAD = "If you know that the bot has left the server, say so with --left."


async def is_on(settings: Settings, server_id: int, applications: list[int]) -> bool:
    """Whether the bot is on that server (Discord docs, "Get Guild").

    CaseError if that cannot be found out: without a token, or with that of none of these applications, if there are any.
    """
    if not settings.discord.token:
        raise CaseError(f"DISCORD_TOKEN is not set, so Discord cannot be asked whether the bot has left the server. {INSTEAD}")
    try:
        status, own = await _get(settings, "/oauth2/applications/@me")
        if status == 200 and applications and int(own["id"]) not in applications:
            raise CaseError(
                f"The token is that of another application ({own['id']}) than the one of this database, so Discord "
                f"does not say whether that one has left the server. {INSTEAD}"
            )
        if status == 200:
            status, answer = await _get(settings, f"/guilds/{server_id}")
            if status == 200:
                return True
            if status in (403, 404) and answer.get("code") in (UNKNOWN_GUILD, MISSING_ACCESS):
                return False
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError, AttributeError) as failure:
        raise CaseError(
            f"Discord cannot be asked whether the bot has left the server: {problem_of(failure)}. {INSTEAD}"
        ) from failure
    problem = "it refuses the token" if status == 401 else f"it answers with status {status}"
    raise CaseError(f"Discord does not say whether the bot has left the server: {problem}. {INSTEAD}")


async def _get(settings: Settings, path: str) -> tuple[int, dict[str, Any]]:
    timeout = aiohttp.ClientTimeout(total=10)
    headers = {"Authorization": f"Bot {settings.discord.token}"}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as http,
        http.get(f"{settings.discord.api}{path}", headers=headers) as response,
    ):
        answer = await response.read()
    return response.status, json.loads(answer) if response.content_type == "application/json" else {}
