"""The web page in a real browser, against the real sandbox and the real client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest

from sandbox import Permission, ReplayClock, Sandbox
from tests.sandbox.bot import Bot, pointed_at
from tests.sandbox.browser import BROWSERS, FOUND, Tab, browser
from tests.sandbox.conftest import TIME_FACTOR, Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FOUND is None, reason=f"no browser here: none of {', '.join(BROWSERS)}"),
]


@pytest.fixture
async def tab(town: Town, bot: Bot, sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Tab]:
    """Alice's browser, showing #general."""
    async with browser(tmp_path) as opened:
        await opened.call("Page.navigate", url=sandbox.url)
        await opened.until("!!document.querySelector('#top[data-state=empty]')")
        yield opened


async def test_a_person_types_a_command_picks_a_city_and_reads_the_answer(tab: Tab) -> None:
    await tab.presses("/")
    await tab.types("status")
    await tab.presses("Tab")
    await tab.types("de")
    await tab.until("document.querySelectorAll('.choice').length === 2")
    await tab.presses("ArrowDown")
    await tab.presses("Enter")
    assert await tab.run("document.activeElement.value") == "Detroit"
    await tab.presses("Enter")
    await tab.reads("Detroit: 7 days")
    await tab.reads("Alice used /status", ".context")


async def test_what_was_typed_without_picking_is_sent_as_it_is(tab: Tab) -> None:
    await tab.presses("/")
    await tab.types("status ")
    await tab.types("<b>Nowhere</b>")
    await tab.presses("Enter")
    await tab.reads("<b>Nowhere</b>: 7 days")


async def test_a_number_out_of_range_is_said_before_anything_is_sent(tab: Tab) -> None:
    await tab.presses("/")
    await tab.types("status city:Denver days:900")
    await tab.presses("Enter")
    await tab.reads("days must be 90 or less.", ".note")
    assert await tab.run("document.querySelectorAll('.message').length") == 0


async def test_a_form_is_filled_and_sent(tab: Tab) -> None:
    await tab.sends("note")
    await tab.until("!!document.querySelector('dialog[open]')")
    await tab.presses("Enter")
    await tab.presses("ArrowDown")
    await tab.presses("Enter")
    await tab.presses("Tab")
    await tab.types("called twice")
    await tab.presses("Enter")
    await tab.reads("mail: called twice")
    await tab.until("!document.querySelector('dialog')")
    await tab.reads("Only you can see this")


async def test_a_form_opens_with_what_stands_in_it(tab: Tab) -> None:
    await tab.sends("amend")
    await tab.until("document.querySelector('dialog[open] textarea')?.value === 'called once\\nand again'")
    await tab.run("document.querySelector('dialog textarea').setSelectionRange(0, 6)")
    await tab.types("wrote")
    await tab.clicks("dialog .primary")
    await tab.reads("wrote once")


async def test_a_file_is_chosen_and_sent(tab: Tab, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("dear mayor")
    await tab.presses("/")
    await tab.types("case file ")
    await tab.until("!!document.querySelector('.field input[type=file]')")
    page = await tab.call("DOM.getDocument")
    field = await tab.call("DOM.querySelector", nodeId=page["root"]["nodeId"], selector=".field input[type=file]")
    await tab.call("DOM.setFileInputFiles", nodeId=field["nodeId"], files=[str(letter)])
    await tab.until("document.querySelector('.field input').value === 'letter.txt'")
    await tab.presses("Enter")
    await tab.reads("answer.txt")


async def test_a_button_changes_its_message(tab: Tab) -> None:
    await tab.sends("alert")
    await tab.clicks(".message .button")
    await tab.reads("Case 17: acknowledged")
    assert not await tab.run("!!document.querySelector('.message .button')")


async def test_a_menu_in_a_container_is_chosen_from(tab: Tab) -> None:
    await tab.sends("card")
    await tab.clicks(".container .picker")
    await tab.clicks(".container .option:nth-child(2)")
    await tab.reads("sorted by name")


async def test_the_answer_to_a_button_far_up_comes_into_view(tab: Tab) -> None:
    await tab.sends("card")
    await tab.reads("Denver is overdue")
    await tab.run("document.querySelector('.message:has(.picker)').style.marginBottom = '3000px'")
    await tab.until("document.querySelector('#scroller').scrollTop > 1000")
    await tab.run("(document.querySelector('#scroller').scrollTop = 0, new Promise((seen) => setTimeout(seen, 200)))")
    await tab.clicks(".container .picker")
    await tab.clicks(".container .option:nth-child(2)")
    await tab.reads("sorted by name")
    box, room = "document.querySelector('.message:last-child').getBoundingClientRect()", "document.querySelector('#scroller')"
    await tab.until(f"{box}.top >= 0 && {box}.bottom <= {room}.getBoundingClientRect().bottom + 1")


async def test_initials_are_letters_or_digits(tab: Tab) -> None:
    script = """import('/page/dom.js').then(({ avatar }) =>
        ['Alice (desk)', 'alice', '(bob)', '...', '7 Élan'].map((username) => avatar({ username }).textContent).join())"""
    assert await tab.run(script) == "AD,A,B,?,7É"


async def test_plain_text_is_told_that_only_commands_work(tab: Tab) -> None:
    await tab.run("document.querySelector('#entry').focus()")
    await tab.types("hello")
    await tab.presses("Enter")
    await tab.reads("Only slash commands work here. Type / to see them.", ".note")


async def test_nobody_answers_and_the_person_is_told(tab: Tab, sandbox: Sandbox) -> None:
    sandbox.interactions.answer_limit = 1.0
    await tab.sends("silent")
    await tab.reads("is thinking…")
    await tab.reads("The application did not respond")
    await tab.presses("ArrowUp")
    assert await tab.run("document.querySelector('.chip').textContent") == "/silent"


async def test_what_a_deferred_answer_says_replaces_the_thinking_line(tab: Tab) -> None:
    await tab.sends("slow")
    await tab.reads("at last")
    await tab.reads("and one more thing")
    await tab.until("!document.querySelector('.thinking')")


class TestServerSettings:
    """What an administrator can change, in a panel that is folded away."""

    @pytest.fixture
    async def tab(self, tab: Tab) -> Tab:
        assert await tab.run("document.querySelector('#admin').hidden")
        await tab.clicks("#admin-button")
        await tab.until("document.activeElement.getAttribute('aria-label') === 'Close the server settings'")
        return tab

    def box(self, name: str) -> str:
        """A labelled box, as the page finds it."""
        return (
            f"[...document.querySelectorAll('#admin .toggle')].find((each) => each.textContent === {json.dumps(name)}).control"
        )

    async def toggles(self, tab: Tab, name: str, on: bool) -> None:
        """Press a labelled box with the keyboard."""
        box = self.box(name)
        await tab.run(f"{box}.focus()")
        await tab.presses(" ")
        await tab.until(f"{box}.checked === {json.dumps(on)} && {box} === document.activeElement")

    async def test_a_press_counts_although_another_box_changes_meanwhile(self, tab: Tab, town: Town) -> None:
        await tab.run(f"{self.box('Posts')}.focus()")
        await tab.holds(" ")
        town.sandbox.world.deny(town.general, town.app.bot, Permission.READ_MESSAGE_HISTORY)
        await tab.until(f"!{self.box('History')}.checked")
        await tab.lets_go(" ")
        await tab.until(f"!{self.box('Posts')}.checked")
        await town.sandbox.bus.until(lambda: not self.may_post(town), 10, "the change")

    async def test_a_box_shows_what_was_pressed_while_the_answer_is_awaited(self, tab: Tab, town: Town) -> None:
        await tab.run(
            "(() => { const send = fetch; const go = new Promise((then) => (window.go = then));"
            " window.fetch = async (...about) => (await go, send(...about)); })()"
        )
        await self.toggles(tab, "Posts", False)
        town.sandbox.world.add_channel(town.guild, "night-desk")
        await tab.reads("night-desk", "#places")
        assert not await tab.run(f"{self.box('Posts')}.checked")
        assert self.may_post(town)
        await tab.run("window.go()")
        await tab.reads("night-desk", "#admin")
        assert not await tab.run(f"{self.box('Posts')}.checked")
        assert not self.may_post(town)

    def may_post(self, town: Town) -> bool:
        return bool(town.sandbox.world.may(town.app.id, town.general) & Permission.SEND_MESSAGES)

    async def test_a_channel_taken_away_under_a_waiting_alert_and_given_back(self, tab: Tab, town: Town, bot: Bot) -> None:
        changes: asyncio.Queue[None] = asyncio.Queue()
        refusals: asyncio.Queue[int] = asyncio.Queue()

        @bot.event
        async def on_guild_channel_update(*_: object) -> None:
            changes.put_nowait(None)

        async def post_when_possible() -> None:
            """Post the alert; after a refusal, wait until the channel changes again."""
            while True:
                await changes.get()
                try:
                    await bot.get_partial_messageable(town.general.id).send("Case 17 is overdue")
                    return
                except discord.Forbidden as refused:
                    refusals.put_nowait(refused.code)

        waiting = asyncio.create_task(post_when_possible())
        for name, on, code in (("Sees it", False, 50001), ("Posts", False, 50001), ("Sees it", True, 50013)):
            await self.toggles(tab, name, on)
            assert await refusals.get() == code
        assert await tab.run("document.querySelectorAll('.message').length") == 0
        await self.toggles(tab, "Posts", True)
        await tab.reads("Case 17 is overdue")
        await waiting

    async def test_a_channel_is_made_becomes_a_forum_and_is_deleted_on_the_second_press(self, tab: Tab, town: Town) -> None:
        await tab.run("document.querySelector('[aria-label=\"Name of a new channel\"]').focus()")
        await tab.types("night desk")
        await tab.presses("Enter")
        await tab.reads("night-desk", "#places")
        await tab.run(f"location.hash = {json.dumps(str(list(town.guild.channels)[1]))}")
        await tab.reads("night-desk", "#channel-name")
        await tab.clicks("#admin li:nth-child(2) .toggle:last-child input")
        await tab.reads("no messages can be posted here", "#channel-topic")
        assert await tab.run("document.querySelector('#composer').hidden")
        await tab.clicks("#admin [aria-label='Delete #night-desk']")
        await tab.clicks("#admin [aria-label='Delete #night-desk for good?']")
        await tab.reads("general", "#channel-name")
        assert [channel.name for channel in town.guild.channels.values()] == ["general"]

    async def test_a_role_is_given_to_the_bot_which_is_thrown_out_and_invited_again(self, tab: Tab, town: Town) -> None:
        await tab.run("document.querySelector('[aria-label=\"Name of a new role\"]').focus()")
        await tab.types("Night desk")
        await tab.presses("Enter")
        await tab.reads("Night desk", "#admin")
        await tab.clicks("#admin [aria-labelledby=admin-roles] li:nth-child(2) .toggle:nth-of-type(2) input")
        role = list(town.guild.roles.values())[-1]
        await town.sandbox.bus.until(lambda: role.id in town.guild.members[town.app.id].roles, 10, "the role")
        await tab.clicks("#admin .admin-bot button")
        await tab.reads("was thrown out of this server", "#admin")
        assert await tab.run("document.querySelector('#admin .toggle input').disabled")
        await tab.clicks("#admin .admin-bot button")
        await tab.reads("is in this server", "#admin")
        assert town.app.id in town.guild.members

    async def test_the_owner_s_direct_messages_are_closed_and_escape_folds_it_away(self, tab: Tab, town: Town) -> None:
        await self.toggles(tab, "Alice, the owner, accepts direct messages", False)
        await town.sandbox.bus.until(lambda: town.alice.user.closed_dms, 10, "the change")
        await tab.presses("Escape")
        await tab.until("document.querySelector('#admin').hidden && document.activeElement.id === 'admin-button'")

    async def test_on_a_phone_the_newest_message_stays_in_view(self, tab: Tab, town: Town) -> None:
        await tab.presses("Escape")
        for number in range(40):
            town.sandbox.posts.post(town.general, town.app.bot, {"content": f"Case {number} is overdue"})
        await tab.call("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=True)
        quiet = town.sandbox.world.add_channel(town.guild, "quiet")
        for channel, sign in ((quiet, "It is quiet in #quiet"), (town.general, "Case 39 is overdue")):
            await tab.reads(channel.name, "#places")
            await tab.run(f"location.hash = {json.dumps(str(channel.id))}")
            await tab.reads(sign, "#scroller")
        room = "document.querySelector('#scroller')"
        await tab.until(f"{room}.scrollHeight - {room}.scrollTop - {room}.clientHeight < 2")
        await tab.clicks("#admin-button")
        await tab.until(
            "document.querySelector('#admin').getBoundingClientRect().top"
            " >= document.querySelector('#scroller').getBoundingClientRect().bottom - 1"
        )
        assert await tab.run("document.querySelector('#scroller').clientHeight") > 150
        await tab.until(f"{room}.scrollHeight - {room}.scrollTop - {room}.clientHeight < 2")
        assert await tab.run("document.querySelector('#pill').hidden")
        assert await tab.run("document.documentElement.scrollWidth") == 390


class TestWithAClockThatJumps:
    """A sandbox that replays the past."""

    @pytest.fixture
    async def sandbox(self) -> AsyncIterator[Sandbox]:
        clock = ReplayClock(datetime(2018, 1, 24, 12, tzinfo=UTC))
        async with Sandbox(clock=clock, time_factor=TIME_FACTOR) as started:
            with pointed_at(started):
                yield started

    async def test_it_shows_how_far_it_is_and_what_is_answered_afterwards(self, tab: Tab, sandbox: Sandbox) -> None:
        clock = sandbox.clock
        assert isinstance(clock, ReplayClock)
        clock.jump(clock.now() + timedelta(days=100))
        clock.set(clock.now() + timedelta(days=40))
        await tab.reads("Jumping to 4 May 2018: 40 %", ".jump-progress:not([hidden])")
        await tab.sends("whisper")
        await tab.reads("1 request of yours waits for the end of the jump", ".jump-progress")
        await tab.reads("this will be answered when it has arrived")
        clock.set(clock.goal())
        await tab.reads("for you alone")
        await tab.reads("Answered after the jump", ".message .kept")
        await tab.until("document.querySelector('.jump-progress').hidden")

    async def test_it_can_be_stopped_on_the_way(self, tab: Tab, sandbox: Sandbox) -> None:
        clock = sandbox.clock
        assert isinstance(clock, ReplayClock)
        clock.jump(clock.now() + timedelta(days=100))
        await tab.clicks(".jump-progress:not([hidden]) .button")
        await tab.until("document.querySelector('.jump-progress').hidden")
        assert clock.jumping is None
