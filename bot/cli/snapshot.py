"""What the reading verbs answer from: the example record, or one server of the configured database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url

from bot.files.example import cases_of, example
from bot.files.record_file import RecordFile
from bot.record.case import Case, Letter
from bot.record.errors import CaseError
from bot.record.events import Event
from bot.record.ladder import Posting
from bot.record.places import Jurisdiction, Meant, key, meant, with_kind
from bot.record.servers import Server
from bot.record.sources import Source
from bot.store import cases, import_keys, places, servers
from bot.store.database import Database

EXAMPLE_HOUR = 9
FIRST_FILE = (
    "Start the bot once in your server (letterwatch run), or record a file with\n"
    "  letterwatch import FILE --server ID --name NAME"
)
FIRST_RECORD = f"{FIRST_FILE}\nor answer from the example record with --example."
NEAREST = 5


@dataclass(frozen=True)
class Book:
    """Every case, place and letter of one server. `context`: by place id, what is recorded apart from any letter.

    `file` is the record file it came from, where it came from one; `keys` name imported events by their ids.
    """

    name: str
    posting: Posting
    channel: str
    cases: list[Case]
    places: list[Jurisdiction]
    letters: list[Letter]
    context: dict[int, list[Event]]
    place_sources: dict[int, tuple[Source, ...]]
    keys: dict[int, str]
    file: RecordFile | None = None

    def find(self, typed: str) -> Jurisdiction:
        """The place that goes by that name. CaseError with the nearest names, or with those it may mean."""
        found = self.named(typed)
        if len(found.places) == 1:
            return found.places[0]
        if found.places:
            candidates = "\n".join(f"  {place.full_label}" for place in found.places)
            raise CaseError(f"“{typed}” can mean several places. Write the one you mean in full:\n{candidates}")
        names = sorted(((name, place) for place in self.places for name in place.search_keys()), key=lambda pair: pair[0])
        near = places.closest(typed, names, NEAREST) if key(typed) else []
        listed = "\nNearest names:\n" + "\n".join(f"  {place.label}" for place in near) if near else ""
        raise CaseError(f"No place called “{typed}” is recorded in {self.name}.{listed}")

    def named(self, typed: str) -> Meant:
        """As `store.places.named`."""
        named = self._called(typed)
        if not named and (behind := with_kind(typed)):
            return Meant(tuple(place for place in self._called(behind[0]) if place.kind is behind[1]))
        return meant(typed, named, {case.place.id for case in self.cases})

    def _called(self, name: str) -> list[Jurisdiction]:
        wanted = key(name)
        return [place for place in self.places if wanted in place.search_keys()]


def of_example() -> Book:
    record = example()
    found, around = cases_of(record)
    letters = list({case.letter.id: case.letter for case in found}.values())
    return Book(
        name="the example record",
        posting=Posting(record.zone, EXAMPLE_HOUR),
        channel="alerts",
        cases=found,
        places=[place for place, _ in around.values()],
        letters=letters,
        context={place.id: events for place, events in around.values()},
        place_sources={},
        keys={},
        file=record,
    )


async def of_server(url: str, wanted: int | None) -> Book:
    """The server of that id, or the only one there is. CaseError says how to make a database, or lists the servers."""
    async with existing(url) as db, db.read() as conn:
        server = chosen(await servers.known(conn), wanted)
        found_places = await places.all_of(conn, server.id)
        around = await cases.contexts(conn, server.id)
        return Book(
            name=f"server {server.id}" + (f" ({server.name})" if server.name else ""),
            posting=server.posting,
            channel=str(server.channel_id) if server.channel_id else "not set",
            cases=await cases.of_server(conn, server.id),
            places=found_places,
            letters=await cases.letters_of(conn, server.id),
            context={place.id: around.get(place.id, []) for place in found_places},
            place_sources=await import_keys.sources_of_places(conn, server.id),
            keys=await import_keys.keys_of(conn, server.id),
        )


def chosen(known: list[Server], wanted: int | None) -> Server:
    """The server that is meant; CaseError lists those there are, or says how one is made known."""
    if not known:
        raise CaseError(f"The database holds no server yet. {FIRST_FILE}")
    found = [server for server in known if wanted in (None, server.id)]
    if len(found) == 1:
        return found[0]
    problem = "The database holds several servers" if found else f"The database holds no server {wanted}"
    names = "\n".join(f"  --server {server.id}   {server.name}" for server in known)
    raise CaseError(f"{problem}. Name the one you mean:\n{names}")


@asynccontextmanager
async def existing(url: str, instead: str = FIRST_RECORD) -> AsyncIterator[Database]:
    """The database, closed afterwards. CaseError where there is none: nothing that only reads may make one.

    `instead`: what to do then.
    """
    file = sqlite_file(url)
    if file and not file.is_file():
        raise CaseError(f"There is no database yet at {file}. {instead}")
    db = Database(url)
    try:
        async with db.read() as conn:
            tables = await conn.run_sync(lambda sync: inspect(sync).get_table_names())
        if "servers" not in tables:
            raise CaseError(f"The database at {file or url} has no tables yet: letterwatch migrate makes them.")
        yield db
    finally:
        await db.close()


def sqlite_file(url: str) -> Path | None:
    """Where a database address leads, if to a file."""
    made = make_url(url)
    in_file = made.get_backend_name() == "sqlite" and made.database and made.database != ":memory:"
    return Path(made.database) if in_file and made.database else None
