"""A letter on its way: a news story is read in, confirmed, and counted down to its deadline."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot import demo
from sandbox import Answer, Person
from sandbox.components import walk
from tests.corpus.stories import RUN_ON, STORY
from tests.journey.replay import Replay

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "003_c327916e38cf885c.txt"
RECIPIENTS = (
    "Albany, NY (city)", "Berkeley, CA (city)", "Bernalillo County, NM (county)", "Burlington, VT (city)", "California (state)",
    "Chicago, IL (city)", "Cook County, IL (county)", "Denver, CO (city and county)", "Fremont, CA (city)", "Illinois (state)",
    "Jackson, MS (city)", "King County, WA (county)", "Lawrence, MA (city)", "Los Angeles, CA (city)",
    "Louisville Metro, KY (metro)", "Monterey County, CA (county)", "New York City, NY (city)", "Oregon (state)",
    "Sacramento County, CA (county)", "San Francisco, CA (city and county)", "Sonoma County, CA (county)",
    "Watsonville, CA (city)", "West Palm Beach, FL (city)",
)  # fmt: skip
COUNTDOWN = [
    ("01-24 18", "New letter: {title}"),
    ("02-09 09", "14 days left: 23 jurisdictions"),
    ("02-16 09", "7 days left: 23 jurisdictions"),
    ("02-20 09", "3 days left: 23 jurisdictions"),
    ("02-22 09", "1 day left: 23 jurisdictions"),
    ("02-23 09", "Due today: 23 jurisdictions"),
    ("02-24 09", "Deadline passed: 23 jurisdictions, no full answer on record"),
]


@pytest.fixture(params=["a story written for the test", "the story as it stood in the paper"])
def story(request: pytest.FixtureRequest) -> bytes:
    if request.param.startswith("a story"):
        return STORY.encode()
    if not SEED.is_file():
        pytest.skip(f"{SEED.name} is not beside this repository")
    return SEED.read_bytes()


async def test_a_story_is_imported_and_counted_down_to_its_deadline(replay: Replay, story: bytes) -> None:
    await replay.until(datetime(2018, 1, 24, 18, tzinfo=demo.ZONE))
    alice = await alices(replay)
    preview = await alice.command(replay.town.practice_room, "import", file=replay.sandbox.world.add_file("story.txt", story))
    shown = await all_pages(alice, preview)
    assert "Deadline: **Fri 23 February 2018, end of day EST**" in shown
    assert "Dated: Wed 24 January 2018" in shown
    assert [label for label in RECIPIENTS if label not in shown] == []
    assert replay.story("", replay.town.practice_alerts) == [], "nothing is recorded or posted yet"
    await alice.press(preview, "Record 23 recipients")
    assert "**Recorded: 23 recipients**" in preview.text
    assert "Next alert: Fri 9 February 2018, 09:00 EST" in preview.text
    await replay.until(datetime(2018, 2, 24, 12, tzinfo=demo.ZONE))
    posted = replay.story("", replay.town.practice_alerts)
    title = posted[0][1].removeprefix("New letter: ")
    assert posted == [(day, headline.format(title=title)) for day, headline in COUNTDOWN]


async def test_a_list_in_one_run_on_sentence_is_ticked_and_counted_down(replay: Replay) -> None:
    """Whoever the reader is sure of, the others are ticked: by their list, or one by one."""
    await replay.until(datetime(2018, 1, 24, 18, tzinfo=demo.ZONE))
    alice = await alices(replay)
    file = replay.sandbox.world.add_file("story.txt", RUN_ON.encode())
    preview = await alice.command(replay.town.practice_room, "import", file=file)
    assert "places named" in preview.text
    await alice.press(preview, "Tick named places")
    while True:
        assert preview.message is not None
        [select] = [part for part in walk(preview.message["components"]) if part["type"] == 3]
        values = [option["value"] for option in select["options"] if option["label"] in RECIPIENTS]
        await alice.select(preview, select["custom_id"], values)
        if not any(part.get("label") == "More" and not part["disabled"] for part in walk(preview.message["components"])):
            break
        await alice.press(preview, "More")
    await alice.press(preview, "Done")
    await alice.press(preview, "Record 23 recipients")
    assert "**Recorded: 23 recipients**" in preview.text
    await replay.until(datetime(2018, 2, 24, 12, tzinfo=demo.ZONE))
    posted = replay.story("", replay.town.practice_alerts)
    title = posted[0][1].removeprefix("New letter: ")
    assert posted == [(day, headline.format(title=title)) for day, headline in COUNTDOWN]


async def test_an_import_that_is_undone_is_taken_back_aloud_and_counts_nothing_down(replay: Replay) -> None:
    await replay.until(datetime(2018, 1, 24, 18, tzinfo=demo.ZONE))
    alice = await alices(replay)
    file = replay.sandbox.world.add_file("story.txt", STORY.encode())
    preview = await alice.command(replay.town.practice_room, "import", file=file)
    await alice.press(preview, "Record 23 recipients")
    await replay.until(datetime(2018, 1, 24, 18, 5, tzinfo=demo.ZONE))  # what one person records is collected for 90 seconds
    await replay.sandbox.message_in(replay.town.practice_alerts, "New letter")
    await alice.press(preview, "Undo")
    await replay.until(datetime(2018, 2, 24, 12, tzinfo=demo.ZONE))
    headlines = [headline for _, headline in replay.story("", replay.town.practice_alerts)]
    assert len(headlines) == 2 and headlines[0].startswith("New letter") and "entry undone" in headlines[1]


async def test_the_replay_goes_on_where_the_same_letter_was_imported_before(replay: Replay) -> None:
    """On the server of the replay the letter is then recorded twice, once by each; the story goes on all the same."""
    alice = await alices(replay)
    story = STORY.replace("2018-01-24", "2018-01-22").replace("on Wednesday", "on Monday").replace("On Wednesday", "On Monday")
    file = replay.sandbox.world.add_file("story.txt", story.encode())
    preview = await alice.command(replay.town.alerts, "import", file=file)
    await alice.press(preview, "Record 23 recipients")
    await replay.until(datetime(2018, 4, 20, 12, tzinfo=demo.ZONE))
    assert ("04-16 12", "Burlington, VT: answered, extent unknown") in replay.story("")


async def alices(replay: Replay) -> Person:
    await replay.sandbox.commands_synced()
    return replay.sandbox.person(replay.sandbox.world.users[replay.town.practice.owner], replay.town.practice)


async def all_pages(person: Person, preview: Answer) -> str:
    """Everything a preview says, leafed through to its end and back."""
    texts = [preview.text]
    while (preview.message or {}).get("components") and "Page " in preview.text:
        page, _, count = preview.text.rpartition("Page ")[2].partition(" of ")
        if page == count:
            break
        await person.press(preview, "More")
        texts.append(preview.text)
    return "\n".join(texts)
