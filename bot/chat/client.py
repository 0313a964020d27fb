"""The Discord client: its connection, what handlers need of it, and the servers it is in.

It imports no command and no button, since those need its type: `startup.new_client` adds them to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import event_loop
from bot.chat.acknowledgement import BROKEN, Pulse, Reply, acknowledgement_of
from bot.chat.gateway_cache import LeanState
from bot.chat.open_forms import OpenForms
from bot.chat.outages import growing_wait, problem_of
from bot.chat.pacing import Pace
from bot.chat.pending import PendingCommands
from bot.chat.shared_reads import SharedReads
from bot.clock import Clock
from bot.desk import servers
from bot.desk.letter_reader import LetterReader
from bot.desk.undo import UNDO_FOR
from bot.record.problems import Problem
from bot.store.database import Database, DatabaseFailure, UnclearCommit

log = logging.getLogger(__name__)
SYNC_WITHIN = 15.0  # seconds for which alerts wait for commands to be registered
ASKED_FOR_TIME = aiohttp.ClientTimeout(total=5)
REPLY = "reply"  # of a command's function: what answers it; PUBLIC if it has none


class _Tree(app_commands.CommandTree["BotClient"]):
    async def interaction_check(self, interaction: discord.Interaction[BotClient], /) -> bool:
        """discord.py calls this first for every command, and for the choices of one."""
        command = interaction.command
        if isinstance(command, app_commands.Command) and not _has_types_of(command, interaction):
            raise app_commands.CommandSignatureMismatch(command)
        if interaction.type is discord.InteractionType.application_command and isinstance(command, app_commands.Command):
            interaction.client.expect(interaction, getattr(command.callback, REPLY, Reply.PUBLIC))
        await event_loop.go_on()
        return True

    async def _call(self, interaction: discord.Interaction[BotClient]) -> None:
        """discord.py answers nothing where suggestions fail, or where it cannot read what Discord sent."""
        suggests = interaction.type is discord.InteractionType.autocomplete
        try:
            await super()._call(interaction)
        except Exception as error:
            if not suggests:
                await self.on_error(interaction, _as_command_error(error))
        if suggests and not interaction.response.is_done():
            with contextlib.suppress(discord.HTTPException, *BROKEN):  # it is too late
                await interaction.response.autocomplete([])


class BotClient(discord.Client):
    """Answers commands and buttons.

    Intents: guilds only. Nobody is pinged unless a message names them: `AllowedMentions.none()`.
    """

    def __init__(self, db: Database, clock: Clock, wake: Callable[[], None], letter_reader: LetterReader | None = None) -> None:
        #: Keeps Discord's limits.
        self.pace = Pace()
        #: What notices are posted through (chat/poster.py), once the client is logged in.
        self.notices_session: aiohttp.ClientSession | None = None
        super().__init__(
            connector=self.pace.connector,
            http_trace=self.pace.trace,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=30.0,  # of what is no notice; a read that must wait longer is tried again by the watch
            guild_ready_timeout=0.3,  # no members are fetched, so there is little to wait for
        )
        self.db = db
        self.clock = clock
        #: Makes the watch look at once; called after every write.
        self.wake = wake
        #: Called with a server's id when Discord has said something new of its channels or roles, or of the bot there.
        self.changed: Callable[[int], None] = lambda server_id: None
        #: Tells a server's people of a problem without writing anything down (`bot.watch.telling.Telling.tell`).
        self.tell: Callable[[int, Problem], None] = lambda server_id, problem: None
        #: Has the newest notices of some cases of a server edited, if Discord allows it (`chat.notice_edits`); but not the one
        #: with that token.
        self.refresh: Callable[[int, Sequence[int], str], None] = lambda server_id, case_ids, token: None
        #: Is cancelled when the client is closed.
        self.beside: set[asyncio.Task[None]] = set()
        #: How long after recording Undo works, by the clock.
        self.undo_for: timedelta = UNDO_FOR
        #: How long a draft waits to be confirmed, by the clock.
        self.drafts_for: timedelta = timedelta(hours=24)
        #: Commands that wait for a guess to be confirmed.
        self.pending = PendingCommands()
        self.open_forms = OpenForms()
        #: Reads the letters that people give. Who started it closes it.
        self.letter_reader = letter_reader or LetterReader()
        self.shared_reads = SharedReads()
        #: When a test message was last posted in a channel, by its id (/settings test).
        self.tests: dict[int, datetime] = {}
        self._adding = asyncio.Lock()
        #: Of servers that are still to be added, by their ids.
        self._names: dict[int, str] = {}
        self._pulse = Pulse()
        self._beating: asyncio.Task[None] | None = None
        self._syncing: asyncio.Task[None] | None = None
        self.tree = _Tree(self, allowed_contexts=app_commands.AppCommandContext(guild=True))

    def _get_state(self, **options: Any) -> LeanState:
        return LeanState(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    @property
    def newest_socket(self) -> DiscordWebSocket | None:
        """The websocket that was opened last, also while it is being opened."""
        state = self._connection
        assert isinstance(state, LeanState)
        return state.socket

    async def log_in(self, token: str) -> None:
        """discord.py's `login`, which can be repeated after a failure. Nothing that our own code does may fail in it."""
        try:
            await self.login(token)
        except BaseException:
            await self.http.close()  # discord.py leaves its session open, and makes another one the next time
            self.http.connector = self.pace.reopened()
            raise

    async def setup_hook(self) -> None:
        self.notices_session = self.pace.session()
        self._beating = asyncio.create_task(self._pulse.beat(), name="pulse")

    async def start_syncing(self) -> None:
        """Register the commands with Discord. Where that fails for now, it goes on beside all else."""
        if not await self._try_to_sync():
            self._syncing = asyncio.create_task(self._keep_trying_to_sync(), name="commands")

    async def close(self) -> None:
        for task in (self._beating, self._syncing, *self.beside):
            if task:
                task.cancel()
        if self.notices_session:
            await self.notices_session.close()
        # discord.py would let it say "ready" of a client that is closed. `wait_for`, which it uses, may swallow a cancellation.
        while (waiting := self._connection._ready_task) and not waiting.done():
            waiting.cancel()
            await asyncio.sleep(0)
        await super().close()
        await self.pace.connector.close()  # discord.py closes it only if it has logged in

    async def ask_for_time(self) -> None:
        """Send Discord one request, whose answer says what time it is there: `pace` reads that. It fails as any request can."""
        assert self.notices_session is not None
        headers = {"Authorization": f"Bot {self.http.token}", "User-Agent": self.http.user_agent}
        async with self.notices_session.get(Route("GET", "/gateway").url, headers=headers, timeout=ASKED_FOR_TIME):
            pass  # it bears a date

    def expect(self, interaction: discord.Interaction[BotClient], reply: Reply) -> None:
        """Have an interaction that just arrived deferred if its answer takes long."""
        acknowledgement_of(interaction).expect(reply, self._pulse.lag)

    async def sync_commands(self) -> bool:
        """Register the commands with Discord if they changed since the last time: whether they did.

        Alerts matter more than commands: if Discord refuses them, the bot starts all the same and tries again next time.
        Raises what discord.py and the database raise where it can be tried again sooner.
        """
        digest = command_digest(self.tree)
        assert self.application_id is not None
        if await servers.synced_digest(self.db, self.application_id) == digest:
            return False
        try:
            await self.tree.sync()
        except (discord.HTTPException, app_commands.AppCommandError) as refused:
            if isinstance(refused, discord.HTTPException) and (refused.status >= 500 or refused.status == 429):
                raise
            log.exception("Discord did not accept the commands; the old ones stay until the next start")
            return False
        try:
            await servers.note_synced(self.db, self.application_id, digest)
        except (DatabaseFailure, UnclearCommit) as failure:  # they are registered once more at the next start
            if not self.db.trouble.note(failure, "it could not be noted that Discord has the commands"):
                raise
        return True

    async def _try_to_sync(self) -> bool:
        """Whether nothing is left to be tried again."""
        try:
            async with asyncio.timeout(SYNC_WITHIN):
                await self.sync_commands()
        except Exception as failure:
            foreseen = isinstance(failure, (discord.DiscordException, aiohttp.ClientError, OSError))
            log.warning(
                "The commands could not be registered with Discord yet: %s",
                problem_of(failure),
                exc_info=None if foreseen else failure,
            )
            return False
        return True

    async def _keep_trying_to_sync(self) -> None:
        failures, done = 1, False
        while not done:
            await asyncio.sleep(growing_wait(failures))
            done = await self._try_to_sync()
            failures += 1

    async def on_ready(self) -> None:
        self._all_changed()
        await self._add(self.guilds)

    async def on_resumed(self) -> None:
        self._all_changed()

    def _all_changed(self) -> None:
        """What was missed while the connection was lost is in the servers that Discord has sent since."""
        for guild in self.guilds:
            self.changed(guild.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.changed(guild.id)
        await self._add([guild])

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self.changed(guild.id)
        await self._add([guild])

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.changed(guild.id)

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        self.changed(after.id)
        if before.name != after.name:
            await self._add([after])

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        self.changed(channel.guild.id)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        self.changed(after.guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self.changed(channel.guild.id)

    async def on_guild_role_create(self, role: discord.Role) -> None:
        self.changed(role.guild.id)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        self.changed(after.guild.id)

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        self.changed(role.guild.id)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Discord sends it for the bot alone (`gateway_cache.READ`): its roles, or a time-out."""
        self.changed(after.guild.id)

    async def _add(self, guilds: Iterable[discord.Guild]) -> None:
        """Add those that are there. Of one with an outage, Discord tells no name until it is over.

        At each start discord.py reports every server alone. What comes while others are written is written together.
        """
        self._names |= {guild.id: guild.name for guild in guilds if not guild.unavailable}
        async with self._adding:
            names, self._names = self._names, {}
            try:
                await servers.add_servers(self.db, names)
            except (DatabaseFailure, UnclearCommit) as failure:
                self._names = names | self._names  # with the next ones; or when somebody uses a command there
                if not self.db.trouble.note(failure, "servers could not be added"):
                    raise


def _has_types_of(command: app_commands.Command[Any, ..., Any], interaction: discord.Interaction[Any]) -> bool:
    """Whether the options that Discord sent have the types that they have now: it may still show those of another version."""
    data: Mapping[str, Any] = interaction.data or {}
    sent = list(data.get("options", ()))
    while sent and "options" in sent[0]:  # a group or one of its commands
        sent = sent[0]["options"]
    types = {option.display_name: option.type.value for option in command.parameters}
    return all(types.get(option["name"], option.get("type")) == option.get("type") for option in sent)


def _as_command_error(error: Exception) -> app_commands.AppCommandError:
    if isinstance(error, app_commands.AppCommandError):
        return error
    wrapped = app_commands.AppCommandError()
    wrapped.__cause__ = error
    return wrapped


def command_digest(tree: app_commands.CommandTree[BotClient]) -> str:
    """A fingerprint of all commands as Discord gets them."""
    described = [command.to_dict(tree) for command in tree.get_commands()]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
