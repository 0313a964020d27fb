"""/import of a text that names more places than its rules are sure of: a person ticks them, and nothing else does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.client import BotClient
from bot.desk.letter_reader import LetterRead, LetterReader
from bot.reader.draft import MentionedPlace, Recipient, Seen, Span
from bot.record.places import PlaceKind
from bot.words.errors import CHANGED
from sandbox import Answer
from sandbox.interactions import COMPONENT
from tests.chat.conftest import Newsroom, connected
from tests.chat.test_import import PLAIN, buttons, labels, of_file, pasted, record_button
from tests.chat.test_import_edit import edited
from tests.chat.test_others_buttons import button
from tests.desk.offering import several

TOWNS = ("Utica", "Rome", "Troy")
Offers = Callable[..., str]


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch) -> Offers:
    """Gives a text for /import of which these places are offered, whatever the score makes of it by now."""
    read_letter = LetterReader.read

    def offer(names: Sequence[str], lists: Sequence[int | None] = (), *, certain: bool = True, open_name: str = "") -> str:
        text = f"{PLAIN}\n\nThe council of {', of '.join(names)} met." if names else PLAIN

        async def read(*args: Any) -> LetterRead:
            letter = await read_letter(*args)
            draft = letter.draft
            mentioned = [_offered(draft.text, index, name, lists) for index, name in enumerate(names)]
            mentioned = [several(place) if place.place.name == open_name else place for place in mentioned]
            rows = draft.recipients if certain else ()
            seen = Seen(len(rows), len(names), sender=1, passing=2)
            return replace(letter, draft=replace(draft, recipients=rows, mentioned=tuple(mentioned), seen=seen))

        monkeypatch.setattr(LetterReader, "read", read)
        return text

    return offer


def _offered(text: str, index: int, name: str, lists: Sequence[int | None]) -> MentionedPlace:
    start = text.index(f"of {name}") + 3
    place = Recipient(name, PlaceKind.CITY, "NY", span=Span(start, start + len(name)))
    return MentionedPlace(place, 1 - index / 1000, f"… of {name} met …", lists[index] if index < len(lists) else None)


def select_of(answer: Answer) -> dict[str, Any]:
    assert answer.message is not None
    [row] = [
        part
        for part in answer.message["components"][0]["components"]
        if part["type"] == 1 and part["components"][0]["type"] == 3
    ]
    select: dict[str, Any] = row["components"][0]
    return select


def ticked(answer: Answer) -> list[str]:
    return [option["label"] for option in select_of(answer)["options"] if option["default"]]


async def tick(room: Newsroom, shown: Answer, *names: str) -> Answer:
    """Ticks these in the select, and unticks the other places of the page."""
    select = select_of(shown)
    values = [option["value"] for option in select["options"] if option["label"].split(",")[0] in names]
    return await room.alice.select(shown, select["custom_id"], values)


async def test_what_is_named_is_counted_and_nothing_is_ticked(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers(TOWNS))
    assert "17 places named: 11 recipients, 3 not ticked, 1 the sender's own, 2 named in passing." in preview.text
    assert "Not ticked, most likely first: Utica, NY (city); Rome, NY (city); Troy, NY (city)." in preview.text
    shown = await newsroom.alice.press(preview, "Tick named places")
    assert (
        "## Who else received the letter?" in shown.text and "**0 of 3 places ticked.** Nothing is recorded yet." in shown.text
    )
    assert "- **Utica, NY (city)** “… of Utica met …”" in shown.text
    assert ticked(shown) == []
    assert [(one["label"], one["description"]) for one in select_of(shown)["options"]] == [
        (f"{name}, NY (city)", f"… of {name} met …") for name in TOWNS
    ]


async def test_who_ticks_some_records_them_with_the_others(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers(TOWNS))
    shown = await newsroom.alice.press(preview, "Tick named places")
    shown = await tick(newsroom, shown, "Rome", "Troy")
    assert ticked(shown) == ["Rome, NY (city)", "Troy, NY (city)"] and "**2 of 3 places ticked.**" in shown.text
    shown = await tick(newsroom, shown, "Troy")
    assert "✓ **Troy, NY (city)**" in shown.text
    await newsroom.alice.press(shown, "Done")
    assert "11 recipients, 1 ticked by you, 2 not ticked" in preview.text
    await newsroom.alice.press(preview, "Record 12 recipients")
    assert "**Recorded: 12 recipients**" in preview.text
    assert (await labels(newsroom))[-1] == "Troy, NY"
    status = await newsroom.bob.command(newsroom.room, "status", jurisdiction="Troy")
    assert "awaiting answer, 30 days left" in status.text


async def test_a_list_is_ticked_whole_and_unticked_again(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    towns = [f"Town{number:02}" for number in range(30)]
    preview = await pasted(newsroom, offers(towns, [1 if number % 3 else None for number in range(30)]))
    shown = await newsroom.alice.press(preview, "Tick named places")
    assert "**List 1**" in shown.text and "-# Page 1 of 2" in shown.text
    shown = await newsroom.alice.press(shown, "Tick all 20 in list 1")
    assert "**20 of 30 places ticked.**" in shown.text
    shown = await newsroom.alice.press(shown, "More")
    assert len(select_of(shown)["options"]) == 5 and len(ticked(shown)) == 4
    shown = await tick(newsroom, shown, "Town27")
    assert "**17 of 30 places ticked.**" in shown.text, "those of the other page stay ticked"
    shown = await newsroom.alice.press(shown, "Tick all 20 in list 1")
    shown = await newsroom.alice.press(shown, "Untick all in list 1")
    assert ticked(shown) == ["Town27, NY (city)"] and "**1 of 30 places ticked.**" in shown.text
    shown = await newsroom.alice.press(shown, "Untick all")
    assert "**0 of 30 places ticked.**" in shown.text
    await newsroom.alice.press(shown, "Done")
    assert buttons(preview)["Record 11 recipients"]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (25, 1), (26, 2), (300, 12)])
async def test_places_come_in_pages_of_25(newsroom: Newsroom, bot: BotClient, offers: Offers, count: int, pages: int) -> None:
    text = offers([f"Town{number:03}" for number in range(count)], certain=False)
    preview = await of_file(newsroom, "story.txt", text.encode())
    shown = await newsroom.alice.press(preview, "Tick named places")
    listed = [option["label"] for option in select_of(shown)["options"]]
    for _ in range(pages - 1):
        shown = await newsroom.alice.press(shown, "More")
        listed += [option["label"] for option in select_of(shown)["options"]]
    assert listed == [f"Town{number:03}, NY (city)" for number in range(count)]
    assert "More" not in buttons(shown) or not buttons(shown)["More"]


async def test_a_text_that_names_nothing_else_offers_nothing(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers([]))
    assert "14 places named: 11 recipients, 1 the sender's own, 2 named in passing." in preview.text
    assert "Tick named places" not in buttons(preview)


async def test_to_whom_it_was_is_asked_with_what_can_be_ticked(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers(TOWNS, certain=False))
    assert (
        "No recipient is certain. The text names Utica, NY (city), Rome, NY (city), Troy, NY (city). Who received the letter? "
        "(**Tick named places**)"
    ) in preview.text
    assert "the text says 11" in preview.text and "They may be among the named places" in preview.text
    shown = await newsroom.alice.press(preview, "Tick named places")
    assert "## Who received the letter?" in shown.text
    await newsroom.alice.press(await tick(newsroom, shown, "Rome"), "Done")
    assert buttons(preview)["Record 1 recipient"]


async def test_ticks_outlive_edits_and_a_restart(newsroom: Newsroom, offers: Offers) -> None:
    text = offers(TOWNS)
    async for _ in connected(newsroom):
        preview = await pasted(newsroom, text)
        await tick(newsroom, await newsroom.alice.press(preview, "Tick named places"), "Rome", "Troy")
    async for _ in connected(newsroom):
        await newsroom.alice.press(preview, "Done")
        form = await newsroom.alice.press(preview, "Edit recipients")
        shown = form.modal["components"][0]["component"]["value"]  # type: ignore[index]
        assert "Rome, NY (city)" in shown
        changed = shown.replace("Troy, NY (city)", "Utica, NY (city)").replace("Duluth, MN (city)\n", "")
        await newsroom.alice.submit(form, {"Recipients on this page": changed})
        await edited(newsroom, preview, "Edit letter", title="Another title")
        assert "1 removed by you" in preview.text
        shown_again = await newsroom.alice.press(preview, "Tick named places")
        assert {"Utica, NY (city)", "Rome, NY (city)"} <= set(ticked(shown_again)), "what was typed is ticked too"


async def test_an_open_place_that_is_ticked_is_asked_about(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers(["Utica", "Aurora"], open_name="Aurora"))
    shown = await newsroom.alice.press(preview, "Tick named places")
    await newsroom.alice.press(await tick(newsroom, shown, "Aurora (kind not settled)"), "Done")
    assert "Several places have this name." in preview.text
    await newsroom.alice.press(preview, "Aurora, IL (city)")
    await newsroom.alice.press(preview, "Record 12 recipients")
    assert (await labels(newsroom))[-1] == "Aurora, IL"


# Who may, and when


async def test_ticks_are_for_the_person_who_read_it_in(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    shown = await newsroom.alice.press(await pasted(newsroom, offers(TOWNS, [1, 1, 1])), "Tick named places")
    assert shown.message is not None
    for message in newsroom.sandbox.posts.of(newsroom.room.id):
        message.only_for = None
    newsroom.sandbox.world.guilds[newsroom.guild.id].members[newsroom.bob.user.id].roles.append(newsroom.desk.id)
    select = select_of(shown)
    refused = [await newsroom.bob.select(shown.message, select["custom_id"], ["0"])]
    refused += [await newsroom.bob.press(shown.message, label) for label in ("Tick all 3 in list 1", "Done")]
    assert all("another person's draft" in str(one.followups) for one in refused)
    assert ticked(shown) == []


async def test_a_person_who_left_the_desk_ticks_nothing(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    shown = await newsroom.alice.press(await pasted(newsroom, offers(TOWNS)), "Tick named places")
    newsroom.sandbox.world.guilds[newsroom.guild.id].members[newsroom.alice.user.id].roles.clear()
    refused = await tick(newsroom, shown, "Rome")
    assert "You need the role" in str(refused.followups)
    assert ticked(shown) == []


async def test_a_confirmed_draft_takes_no_tick(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers(TOWNS, [1, 1, 1]))
    number = _draft_number(preview)
    await newsroom.alice.press(preview, "Record 11 recipients")
    for custom_id, values in (("tick:{}:0", ["0"]), ("ticklist:{}:0:1", None), ("untick:{}:0", None), ("offer:{}:0", None)):
        refused = await forged(newsroom, f"draft:{custom_id.format(number)}", values)
        assert "This draft no longer exists" in str(refused.followups)
    assert len(await labels(newsroom)) == 11


async def test_a_tick_and_a_confirmation_at_once_lose_nothing(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    """The draft is recorded as it was shown, or shown again with the tick."""
    preview = await pasted(newsroom, offers(TOWNS, [1, 1, 1]))
    confirm, number = button(preview, "Record 11 recipients"), _draft_number(preview)
    await asyncio.gather(forged(newsroom, f"draft:ticklist:{number}:0:1"), forged(newsroom, confirm))
    if recorded := len(await labels(newsroom)):
        assert recorded == 11
        return
    shown = await forged(newsroom, f"draft:page:{number}:0")
    await newsroom.alice.press(shown, "Record 14 recipients")
    assert len(await labels(newsroom)) == 14


async def test_values_that_no_select_has_are_left_out(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    select = f"draft:tick:{_draft_number(await pasted(newsroom, offers(TOWNS)))}:0"
    assert ticked(await forged(newsroom, select, ["1", "99", "25"])) == ["Rome, NY (city)"]
    for values in (["x"], ["-1"], ["9" * 40]):
        refused = await forged(newsroom, select, values)
        assert CHANGED in str(refused.followups) + refused.text


async def test_a_draft_that_offers_nothing_has_no_page_of_it(newsroom: Newsroom, bot: BotClient, offers: Offers) -> None:
    preview = await pasted(newsroom, offers([]))
    for verb in ("offer", "tick"):
        refused = await forged(newsroom, f"draft:{verb}:{_draft_number(preview)}:0")
        assert CHANGED in str(refused.followups)


def _draft_number(preview: Answer) -> str:
    return button(preview, record_button(preview)).split(":")[2]


async def forged(room: Newsroom, custom_id: str, values: list[str] | None = None) -> Answer:
    """Alice's client sends what stands in no message any more, or never did: of a select if there are values."""
    parts = room.alice._parts
    message = parts.messages.of(room.room.id)[-1]
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": 2 if values is None else 3}
    data |= {} if values is None else {"values": values}
    return await room.alice._wait(parts.interactions.ask(COMPONENT, room.app, room.alice.user, room.room, data, message))
