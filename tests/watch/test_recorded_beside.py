"""What another process records between the last check and a post keeps from being posted what is no longer true."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from bot.record.case import Case
from bot.record.events import Answer, Extent
from bot.words.card import Card
from tests.conftest import database
from tests.recording import Desk
from tests.watch.test_delivery import Channels, House, at


@dataclass
class WithAnImportBeside(Channels):
    """While the first notice is posted, another process records that all others have answered."""

    house: House | None = None
    cases: list[Case] = field(default_factory=list)

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        if self.cases:
            others = [case for case in self.cases if case.place.name not in str(card)]
            self.cases = []
            beside = Thread(target=asyncio.run, args=[self.record(others)])
            beside.start()
            beside.join()  # so that this process does nothing meanwhile
        return await super().post(channel_id, card, nonce)

    async def record(self, others: list[Case]) -> None:
        assert self.house is not None and self.house.db.url.database
        db = database(Path(self.house.db.url.database))
        for case in others:
            await Desk(db).record(at(2, 9), case, Answer(Extent.FULL), "2018-02-08")
        await db.close()


async def test_an_answer_that_is_imported_while_alerts_are_posted_is_known_to_the_next(house: House) -> None:
    cases = [
        case
        for number, place in enumerate(("Albany", "Buffalo", "Denver"))
        for case in await house.alice.letter(house.clock.now(), to=(place,), title=f"Demand {number}")
    ]
    house.channels = WithAnImportBeside(house=house, cases=cases)
    house.delivery._poster = house.delivery._rooms._poster = house.channels
    assert len(await house.turn(at(2, 9))) == 1
