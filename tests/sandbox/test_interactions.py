"""Commands, forms and buttons, from the person's hand to the bot and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest

from sandbox import Permission, Refused, Sandbox
from tests.sandbox.bot import Bot, add_commands, pointed_at, running
from tests.sandbox.conftest import Town, settle


async def test_a_command_answers_in_the_channel(town: Town, bot: Bot) -> None:
    answer = await town.bob.command(town.general, "status", city="Denver", days=30)
    assert answer.text == "Denver: 30 days"
    assert not answer.ephemeral
    assert town.alice.sees(town.general) == [answer.message]


async def test_a_subcommand_takes_people_channels_and_roles(town: Town, bot: Bot) -> None:
    answer = await town.bob.command(town.general, "case add", who=town.alice.user, where=town.general, role=town.desk)
    assert answer.text == "Alice in general, desk"


async def test_typing_offers_choices(town: Town, bot: Bot) -> None:
    choices = await town.bob.complete(town.general, "status", "city", "de")
    assert [choice["name"] for choice in choices] == ["Denver", "Detroit"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "city: this option is required"),
        ({"city": "Denver", "days": 91}, "days: must be from 1 to 90"),
        ({"city": "Denver", "days": "soon"}, "days: must be a whole number"),
        ({"town": "Denver"}, "there is no option 'town'"),
    ],
)
async def test_the_client_refuses_what_discord_would(town: Town, bot: Bot, options: dict[str, object], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        await town.bob.command(town.general, "status", **options)


async def test_an_ephemeral_answer_is_for_its_asker_alone(town: Town, bot: Bot) -> None:
    answer = await town.bob.command(town.general, "whisper")
    assert answer.ephemeral
    assert answer.text == "for you alone"
    assert town.bob.sees(town.general) == [answer.message]
    assert town.alice.sees(town.general) == []
    assert town.sandbox.messages(town.general) == []


async def test_a_deferred_answer_comes_later_and_may_go_on(town: Town, bot: Bot) -> None:
    answer = await town.bob.command(town.general, "slow")
    assert answer.deferred
    assert answer.text == "at last"
    await town.sandbox.bus.until(lambda: answer.followups, 5, "the followup")
    assert answer.followups[0]["content"] == "and one more thing"
    assert [message["content"] for message in town.alice.sees(town.general)] == ["at last"]


async def test_a_deferred_answer_may_be_deleted_and_followed_by_one_for_the_asker_alone(town: Town, bot: Bot) -> None:
    """Right after a deferral a followup fills in the waiting message, whoever sees that; but not once it is deleted."""
    answer = await town.bob.command(town.general, "withdraws")
    assert answer.deferred
    assert answer.text == "for you alone"
    assert answer.ephemeral
    assert town.alice.sees(town.general) == []
    assert [message["content"] for message in town.bob.sees(town.general)] == ["for you alone"]


async def test_a_form_is_filled_in_and_sent(town: Town, bot: Bot) -> None:
    opened = await town.bob.command(town.general, "note")
    assert opened.modal is not None and opened.modal["title"] == "A note"
    answer = await town.bob.submit(opened, {"Kind": "mail", "Words": "a long letter"})
    assert answer.text == "mail: a long letter"


async def test_a_form_is_not_sent_unless_it_is_filled_in_rightly(town: Town, bot: Bot) -> None:
    opened = await town.bob.command(town.general, "note")
    with pytest.raises(Refused, match="Words: this field is required"):
        await town.bob.submit(opened, {"Kind": "mail"})
    with pytest.raises(Refused, match="Words: must be between 0 and 20"):
        await town.bob.submit(opened, {"Kind": "mail", "Words": "x" * 21})
    with pytest.raises(Refused, match="does not offer 'visit'"):
        await town.bob.submit(opened, {"Kind": "visit", "Words": "hello"})


async def test_a_button_changes_its_message(town: Town, bot: Bot) -> None:
    alert = await town.bob.command(town.general, "alert")
    answer = await town.alice.press(alert, "Acknowledge")
    assert answer.text == "Case 17: acknowledged"
    assert [message["content"] for message in town.sandbox.messages(town.general)] == ["Case 17: acknowledged"]


async def test_a_button_works_after_the_bot_was_restarted(town: Town) -> None:
    async with running(add_commands(Bot()), town.token) as first:
        await first.tree.sync()
        alert = await town.bob.command(town.general, "alert")
    async with running(Bot(), town.token):
        answer = await town.bob.press(alert, "Acknowledge")
        assert answer.text == "Case 17: acknowledged"


async def test_a_menu_in_a_message_of_components(town: Town, bot: Bot) -> None:
    card = await town.bob.command(town.general, "card")
    assert card.text == "**Denver** is overdue"
    answer = await town.bob.select(card, "Sort by", ["name"])
    assert answer.text == "sorted by name"
    with pytest.raises(Refused, match="does not offer 'colour'"):
        await town.bob.select(card, "Sort by", ["colour"])


async def test_a_file_goes_there_and_back(town: Town, bot: Bot) -> None:
    file = town.sandbox.world.add_file("letter.txt", b"dear mayor")
    answer = await town.bob.command(town.general, "case file", file=file)
    assert answer.message is not None
    [attachment] = answer.message["attachments"]
    assert town.sandbox.world.attachments[int(attachment["id"])].content == b"DEAR MAYOR"


async def test_commands_work_in_direct_messages_too(town: Town, bot: Bot) -> None:
    direct = town.charlie.direct(town.app)
    answer = await town.charlie.command(direct, "status", city="Boston")
    assert answer.text == "Boston: 7 days"


async def test_a_command_for_managers_is_not_offered_to_others(town: Town, bot: Bot) -> None:
    assert "settings" not in town.bob.commands(town.general)
    with pytest.raises(Refused, match="no command /settings for Bob"):
        await town.bob.command(town.general, "settings")
    assert (await town.alice.command(town.general, "settings")).text == "may True"
    town.sandbox.world.edit_role(town.guild, town.desk, permissions=Permission.MANAGE_GUILD)
    town.sandbox.world.set_roles(town.guild, town.bob_user, [town.desk])
    assert (await town.bob.command(town.general, "settings")).text == "may True"


async def test_a_stranger_is_offered_nothing_and_sees_nothing(town: Town, bot: Bot) -> None:
    await town.bob.command(town.general, "status", city="Denver")
    assert town.charlie.commands(town.general) == []
    assert town.charlie.sees(town.general) == []


async def test_syncing_again_keeps_the_ids(town: Town, bot: Bot) -> None:
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    after = {command.name: command.id for command in await bot.tree.sync()}
    assert after == before


async def test_a_second_first_answer_is_refused(town: Town) -> None:
    async with running(add_commands(Bot()), town.token) as bot:
        await bot.tree.sync()
        await town.bob.command(town.general, "twice")
        await town.bob.command(town.general, "status", city="Denver")  # by now the first has been refused
        [error] = bot.errors
        assert isinstance(error, discord.HTTPException)
        assert (error.status, error.code) == (400, 40060)
        assert [message["content"] for message in town.sandbox.messages(town.general)] == ["once", "Denver: 7 days"]


class TestWithoutAnAnswerInTime:
    """The three seconds, made short."""

    @pytest.fixture
    async def town(self) -> AsyncIterator[Town]:
        async with Sandbox(answer_limit=0.2) as sandbox:
            with pointed_at(sandbox):
                yield settle(sandbox)

    async def test_the_person_is_told(self, town: Town, bot: Bot) -> None:
        answer = await town.bob.command(town.general, "silent")
        assert answer.failed == "The application did not respond"
        assert answer.message is None

    async def test_an_answer_after_the_time_is_refused(self, town: Town, bot: Bot) -> None:
        asking = asyncio.create_task(town.bob.command(town.general, "late"))
        await bot.hears("late")
        assert (await asking).failed
        assert bot.waiting is not None
        with pytest.raises(discord.NotFound) as refused:
            await bot.waiting.response.send_message("too late")
        assert refused.value.code == 10062

    async def test_the_token_ends_too(self, town: Town, bot: Bot) -> None:
        await town.bob.command(town.general, "status", city="Denver")
        town.sandbox.interactions.token_limit = 0
        answer = await town.bob.command(town.general, "alert")
        assert answer.message is not None
        interaction = answer.interaction
        webhook = discord.Webhook.partial(town.app.id, interaction.token, client=bot)
        with pytest.raises(discord.HTTPException) as refused:
            await webhook.edit_message(int(answer.message["id"]), content="later")
        assert refused.value.code == 50027
