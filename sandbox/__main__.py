"""``python -m sandbox``: a small world with nobody's bot in it yet, and the address to point one at."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from sandbox.permissions import EVERYONE
from sandbox.server import Sandbox


async def _serve(port: int) -> None:
    sandbox = Sandbox(port)
    world = sandbox.world
    alice = world.add_user("Alice")
    guild = world.add_guild("Sandbox", alice)
    world.add_channel(guild, "general", "Type / to see the commands of the bots here")
    world.add_member(guild, world.add_user("Bob"))
    app = world.add_application("Bot")
    world.add_bot(guild, app, EVERYONE)
    async with sandbox:
        print(f"page      {sandbox.url}")
        print(f"API       {sandbox.api}")
        print(f"gateway   {sandbox.gateway_url}")
        print(f"bot token {app.token}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1; 0 takes any free one")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
