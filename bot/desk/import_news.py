"""What an import announces: one notice for each letter, with what is new of it. Nobody is pinged by news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.desk.session import WriteSession
from bot.store import cases, notices


@dataclass
class ImportNews:
    """Collects what was recorded of each letter, to announce it at the end of the transaction."""

    session: WriteSession
    quiet: bool = False
    #: (case, event) pairs by letter.
    _recorded: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    async def begin(cls, session: WriteSession, quiet: bool) -> ImportNews:
        """Before anything is recorded. A first load, into a server that has no letter yet, is old facts and no news."""
        first_load = not quiet and not await cases.letters_of(session.conn, session.server.id)
        return cls(session, quiet or first_load)

    def add(self, letter_id: int, events: Iterable[tuple[int, int]]) -> None:
        """New events, as (case, event) pairs; of a new recipient, that the letter was sent to it."""
        self._recorded[letter_id] += events

    async def announce(self) -> None:
        if self.quiet:
            return
        for letter_id, events in self._recorded.items():
            await notices.announce(self.session.conn, self.session.server.id, letter_id, events, self.session.now)
