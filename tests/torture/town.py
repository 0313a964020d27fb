"""The sandbox, the database and the desk beside the bot; and what the channels were told, of what they should have been."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select

from bot.desk import ladders
from bot.desk.ladders import LadderStep, WantedLadder
from bot.desk.session import writing
from bot.record.case import Case
from bot.record.deadlines.when import When
from bot.record.events import Answer, Detail, Extent, Silenced, Statement
from bot.record.ladder import after, standing
from bot.record.new_events import NewEvent
from bot.store import announcements, events
from bot.store.database import Database
from bot.store.tables import cases
from bot.store.tables import notices as notices_table
from sandbox import Channel, Guild, Limits, Sandbox
from sandbox.components import texts
from tests.recording import NEW_YORK, SOURCE, Desk

TOKEN = "torture"
CHANNELS = 4
MANY = 130  # recipients of a letter that is planned in slices
DAYS_BEFORE = 3
COLLECT_SECONDS = 2
PEOPLE = range(11, 31)  # so many that news of one of them fits the first page
_PLACE = re.compile(r"Town \d{5}[A-L]")
_TITLE = re.compile(r"Demand \d{5}")
_ALERT = re.compile(r"days? left: ")


@dataclass
class Recorded:
    """One letter, whose rung "3 days before" is due, and what was recorded of it since."""

    title: str
    channel: Channel
    cases: list[Case]
    #: Places that have answered: the alert may name them or not.
    answered: set[str] = field(default_factory=set)

    @property
    def places(self) -> set[str]:
        return {case.place.name for case in self.cases}


@dataclass(frozen=True)
class Tally:
    """Alerts and announcements, each for one place."""

    expected: int = 0
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    #: Letters of which nothing was recorded since, but which were told in several messages.
    split: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.expected + other.expected, self.lost + other.lost, self.doubled + other.doubled, self.split + other.split
        )


class Town:
    """Servers with one channel each, and the bot in all of them. News of one person is collected for a moment."""

    def __init__(self, db: Database, random: Random, closed: int = 0) -> None:
        """`closed`: of so many channels the bot may not read the history."""
        self.db = db
        self.random = random
        self.sandbox = Sandbox(limits=Limits.off(), time_factor=5)
        world = self.sandbox.world
        olga, application = world.add_user("Olga"), world.add_application("Letterwatch", TOKEN)
        self.guilds: list[tuple[Guild, Channel]] = []
        for number in range(CHANNELS):
            guild = world.add_guild(f"Newsroom {number}", olga)
            self.guilds.append((guild, world.add_channel(guild, "alerts")))
            world.add_bot(guild, application)
        self.closed = {channel.id for _, channel in self.guilds[:closed]}
        self.letters: list[Recorded] = []
        self._numbers = iter(range(1, 10**6))

    async def open(self) -> None:
        await self.db.migrate()
        now = datetime.now(NEW_YORK)
        for guild, channel in self.guilds:
            opened = now - timedelta(days=3)
            desk = Desk(self.db, guild.id)
            await desk.open(opened, channel_id=channel.id, zone=NEW_YORK.key, hour=0, collect_seconds=COLLECT_SECONDS)

    def close_histories(self) -> None:
        for channel_id in self.closed:
            self.sandbox.faults.answer(f"^GET /channels/{channel_id}/messages", 403, code=50001, times=10**9)

    async def record_letter(self, recipients: int) -> None:
        """A letter that was recorded the day before yesterday, with an alert that fell due at the last midnight."""
        guild, channel = self.random.choice(self.guilds)
        number, now = next(self._numbers), datetime.now(NEW_YORK)
        places = [f"Town {number:05}{chr(ord('A') + index)}" for index in range(recipients)]
        if recipients == MANY:
            places = [f"Village {number:05}/{index}" for index in range(recipients)]
        title = f"Demand {number:05}"
        due = now.date() + timedelta(days=DAYS_BEFORE)
        recorded = await Desk(self.db, guild.id).letter(now - timedelta(days=2), due=due, to=places, title=title)
        self.letters.append(Recorded(title, channel, recorded))

    async def write(self) -> None:
        """Somebody records an answer, which is announced, or what is not: something that was said, or a silence, which holds
        back no alert before the deadline. Or the ladder changes, but for the rung that is due.
        """
        few = [letter for letter in self.letters[-20:] if len(letter.cases) < MANY]
        if not few:
            return
        letter = self.random.choice(few)
        case = self.random.choice(letter.cases)
        chance = self.random.random()
        if chance < 0.1:
            await self._change_ladder(case)
        elif chance < 0.5:
            tomorrow = datetime.now(NEW_YORK).date() + timedelta(days=1)
            detail = Silenced(tomorrow) if chance < 0.2 else Statement("the mayor")
            await self._record(case, detail, announced=False)
        elif case.place.name not in letter.answered:
            letter.answered.add(case.place.name)  # before it is recorded: until then the alert may name it
            await self._record(case, Answer(Extent.FULL), announced=True)

    async def _change_ladder(self, case: Case) -> None:
        """Take a rung that is not due off the server's ladder, or put it on again."""
        rung = after(7)
        async with writing(self.db, self._guild_id(case), datetime.now(NEW_YORK), "Olga", PEOPLE[0]) as session:
            is_on = rung.name in {each.name for each in standing(session.server.ladder)}
            await ladders.record_wanted(session, WantedLadder(LadderStep.REMOVE if is_on else LadderStep.ADD, None, rung))

    async def _record(self, case: Case, detail: Detail, *, announced: bool) -> None:
        guild_id, now = self._guild_id(case), datetime.now(NEW_YORK)
        event = NewEvent(When(now.date().isoformat(), NEW_YORK), detail, "As told.", (SOURCE,))
        async with self.db.write() as conn:
            [event_id] = await events.append_events(conn, Desk(self.db, guild_id).audit(now), [(case.id, case.place.id, event)])
            if announced:
                person = self.random.choice(PEOPLE)
                await announcements.announce(conn, guild_id, case.letter.id, [(case.id, event_id)], now, person)

    def _guild_id(self, case: Case) -> int:
        [guild_id] = [guild.id for guild, channel in self.guilds if channel in self._channels_of(case)]
        return guild_id

    def _channels_of(self, case: Case) -> list[Channel]:
        return [letter.channel for letter in self.letters if case in letter.cases]

    async def waits(self) -> bool:
        """Whether anything is still to be planned or sent."""
        now = datetime.now(NEW_YORK)
        async with self.db.read() as conn:
            unsettled = notices_table.c.state.in_(("pending", "claimed", "undeliverable"))
            left = (await conn.execute(select(func.count()).select_from(notices_table).where(unsettled))).scalar_one()
            due = (await conn.execute(select(func.count()).select_from(cases).where(cases.c.look_at <= now))).scalar_one()
        return bool(left or due)

    def tallies(self) -> tuple[Tally, Tally]:
        """Where the bot may read the history, and where it may not."""
        messages: dict[str, list[str]] = defaultdict(list)
        for _, channel in self.guilds:
            for message in self.sandbox.messages(channel):
                for title, text in told_of(texts(message["components"])):
                    messages[title].append(text)
        readable, closed = Tally(), Tally()
        for letter in self.letters:
            tally = tally_of(letter, messages[letter.title])
            if letter.channel.id in self.closed:
                closed += tally
            else:
                readable += tally
        return readable, closed


def told_of(blocks: Sequence[str]) -> list[tuple[str, str]]:
    """What one message says of each letter, by its title. An alert has a block for each letter, news one for all of them."""
    titles = set(_TITLE.findall("\n".join(blocks)))
    if len(titles) == 1:
        return [(title, "\n".join(blocks)) for title in titles]
    return [(title, block) for block in blocks for title in sorted(set(_TITLE.findall(block)))]


def tally_of(letter: Recorded, messages: list[str]) -> Tally:
    """`messages`: what the channel was told about the letter, each message once for each section of it."""
    alerts = [text for text in messages if _ALERT.search(text.partition("\n")[0])]
    news = [text for text in messages if text not in alerts]
    if len(letter.cases) == MANY:  # too many to be named in one message
        whole = [text for text in alerts if f"{MANY} jurisdictions" in text]
        none = () if whole else (letter.title,)
        return Tally(MANY, none, (letter.title,) * (len(whole) > 1), (letter.title,) * (len(alerts) > len(whole)))
    told, announced = Counter(_named(alerts)), Counter(_named(news))
    lost = [f"{letter.title}: {place}" for place in sorted(letter.places - letter.answered) if not told[place]]
    lost += [f"{letter.title}: the answer of {place}" for place in letter.answered if not announced[place]]
    doubled = [f"{letter.title}: {place}" for place, count in told.items() if count > 1]
    doubled += [f"{letter.title}: the answer of {place}" for place, count in announced.items() if count > 1]
    split = [letter.title] if len(alerts) > 1 and not letter.answered and not doubled else []
    return Tally(len(letter.places) + len(letter.answered), tuple(lost), tuple(doubled), tuple(split))


def _named(messages: list[str]) -> Iterator[str]:
    for text in messages:
        yield from set(_PLACE.findall(text))
