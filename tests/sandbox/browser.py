"""A real browser for tests, driven over the Chrome DevTools protocol."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FOUND = next(filter(None, map(shutil.which, BROWSERS)), None)
OPTIONS = (
    "--headless=new", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-sync", "--disable-component-update", "--window-size=1280,800",
)  # fmt: skip


class Tab:
    """One tab, driven over the Chrome DevTools protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.session: str | None = None

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        target = {"sessionId": self.session} if self.session else {}
        await self._socket.send_json({"id": number, "method": method, "params": params, **target})
        while True:
            event = await self._socket.receive_json(timeout=20)
            if event.get("id") == number:
                assert "error" not in event, event
                result: dict[str, Any] = event["result"]
                return result

    async def run(self, script: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """What ``script`` gives once it gives something."""
        async with asyncio.timeout(20):
            while not (found := await self.run(script)):
                await asyncio.sleep(0.03)
        return found

    async def reads(self, text: str, where: str = "#messages") -> None:
        await self.until(f"(document.querySelector({json.dumps(where)})?.textContent ?? '').includes({json.dumps(text)})")

    async def types(self, text: str) -> None:
        await self.call("Input.insertText", text=text)

    async def presses(self, key: str) -> None:
        await self.holds(key)
        await self.lets_go(key)

    async def holds(self, key: str) -> None:
        """Press a key, and keep it down."""
        text = {"Enter": "\r", "/": "/", " ": " "}.get(key)
        details = {"text": text} if text else {}
        await self._key("keyDown" if text else "rawKeyDown", key, **details)

    async def lets_go(self, key: str) -> None:
        await self._key("keyUp", key)

    async def _key(self, event: str, key: str, **details: str) -> None:
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, " ": 32, "ArrowUp": 38, "ArrowDown": 40, "/": 191}
        await self.call("Input.dispatchKeyEvent", type=event, key=key, windowsVirtualKeyCode=codes[key], **details)

    async def clicks(self, selector: str) -> None:
        await self.until(f"!!document.querySelector({json.dumps(selector)})")
        await self.run(f"document.querySelector({json.dumps(selector)}).click()")

    async def sends(self, command: str) -> None:
        """Type a command that asks for nothing, take it from the list, send it."""
        await self.presses("/")
        await self.types(command)
        await self.presses("Enter")
        await self.presses("Enter")


@contextlib.asynccontextmanager
async def browser(home: Path) -> AsyncIterator[Tab]:
    # Chromium refuses its own sandbox to root, as whom containers often run.
    options = [*OPTIONS, f"--user-data-dir={home}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    process = await asyncio.create_subprocess_exec(str(FOUND), *options, "about:blank", stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    try:
        async with asyncio.timeout(40):
            while not (match := re.search(rb"listening on (ws://\S+)", line := await process.stderr.readline())):
                assert line, "the browser ended before it listened"
        async with aiohttp.ClientSession() as http, http.ws_connect(match[1].decode(), max_msg_size=0) as socket:
            tab = Tab(socket)
            opened = await tab.call("Target.createTarget", url="about:blank")
            attached = await tab.call("Target.attachToTarget", targetId=opened["targetId"], flatten=True)
            tab.session = attached["sessionId"]
            yield tab
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
