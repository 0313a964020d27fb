"""Which alerts a server posts, and which a letter has of its own: showing and changing them.

A change is shown first. What was shown is named by a digest of the ladder before and after, so that nothing else is recorded
after somebody made another change meanwhile. It is kept as a revision, and a rung that is new holds from then on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.desk.letter_list import recipients_of
from bot.desk.lookups import letter_with_id
from bot.desk.session import Session, WriteSession
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.ladder import DEFAULT_LADDER, Ladder, Rung, standing
from bot.record.ladder_changes import in_place_of, taken_off, with_rung, without_rung, yearly
from bot.record.posting import Posting
from bot.record.problems import ProblemKind
from bot.record.revisions import Subject
from bot.record.standing import deadline_of
from bot.store import cases, codec, ladders, letter_pages, problems, revisions, servers

MOST_LETTERS = 50  # that are looked at for one whose dates are shown
CHANGED = "The ladder was changed in the meantime, so nothing was recorded. Use the command again: it shows the new ladder."


class LadderStep(StrEnum):
    """What is done to a ladder."""

    ADD = "add"
    REMOVE = "remove"
    RESET = "reset"
    YEARLY = "yearly"


@dataclass(frozen=True)
class WantedLadder:
    """A change of a ladder that somebody wants."""

    step: LadderStep
    #: None for the server's own.
    letter_id: int | None = None
    #: Added or removed.
    rung: Rung | None = None


@dataclass(frozen=True)
class SampleDates:
    """A letter by whose deadline the moments of a ladder are shown."""

    letter: Letter
    deadline: Deadline


@dataclass(frozen=True)
class LadderPreview:
    """A ladder, and what it would become."""

    #: None for the server's.
    letter: Letter | None
    before: Ladder
    after: Ladder
    posting: Posting
    now: datetime
    #: None if no letter has a deadline.
    sample: SampleDates | None
    #: Whether the letter follows the server's ladder now, and would then.
    followed: bool = False
    follows: bool = False

    @property
    def changes(self) -> bool:
        return standing(self.before) != standing(self.after) or self.followed != self.follows

    @property
    def digest(self) -> str:
        """Names what is shown."""
        return _digest(self.before, self.after, self.followed)


@dataclass(frozen=True)
class LadderChange:
    """A change that was recorded."""

    letter: Letter | None
    before: Ladder
    after: Ladder
    operation: str
    #: Whether the letter follows the server's ladder now.
    follows: bool = False


async def shown_ladder(session: Session, letter_id: int | None) -> LadderPreview:
    """The ladder as it is; beside it the default one, in its place."""
    return await preview(session, WantedLadder(LadderStep.RESET, letter_id))


async def preview(session: Session, wanted: WantedLadder) -> LadderPreview:
    """What a change would change. CaseError if it cannot be made."""
    letter = await _letter(session, wanted)
    before, after = _before(session, letter), _after(session, letter, wanted)
    follows = letter is not None and wanted.step is LadderStep.RESET
    sample = await _sample(session, letter)
    followed = letter is not None and letter.ladder is None
    return LadderPreview(letter, before, after, session.server.posting, session.now, sample, followed, follows)


async def record_change(session: WriteSession, wanted: WantedLadder, digest: str) -> LadderChange:
    """Change the ladder as `preview` showed it; CaseError if the change would be another one now."""
    letter = await _letter(session, wanted)
    followed = letter is not None and letter.ladder is None
    if _digest(_before(session, letter), _after(session, letter, wanted), followed) != digest:
        raise CaseError(CHANGED)
    return await record_wanted(session, wanted)


async def record_wanted(session: WriteSession, wanted: WantedLadder) -> LadderChange:
    """Change a ladder, and have its cases looked at again. CaseError if it cannot be changed so."""
    letter = await _letter(session, wanted)
    before = _before(session, letter)
    after = _after(session, letter, wanted)
    if letter is None:
        await _set_servers(session, after)
        return LadderChange(None, before, after, session.audit.operation)
    follows = wanted.step is LadderStep.RESET
    await _set_letters(session, letter, None if follows else after)
    return LadderChange(letter, before, after, session.audit.operation, follows)


async def put_back(session: WriteSession, letter_id: int, fields: Mapping[str, Any]) -> None:
    """Undo a change (`record.revisions`): the ladder is as it was, but a rung that comes back with it holds from now on."""
    if not letter_id:
        was = codec.ladder_of(fields["ladder"]) or DEFAULT_LADDER
        after = in_place_of(session.server.ladder, standing(was), session.now)
        await servers.change(session.conn, session.server.id, session.now, ladder=after)
        return
    letter = await letter_with_id(session, letter_id)
    own = codec.ladder_of(fields["ladder"]) if isinstance(fields["ladder"], list) else None
    await ladders.change(session.conn, letter, _stored(session, letter, own), session.now)


async def _letter(session: Session, wanted: WantedLadder) -> Letter | None:
    return None if wanted.letter_id is None else await letter_with_id(session, wanted.letter_id)


def _before(session: Session, letter: Letter | None) -> Ladder:
    return session.server.ladder if letter is None else session.server.ladder_of(letter)


def _after(session: Session, letter: Letter | None, wanted: WantedLadder) -> Ladder:
    before = _before(session, letter)
    match wanted.step:
        case LadderStep.YEARLY:
            return yearly(before, session.now)
        case LadderStep.RESET:
            return in_place_of(before, standing(session.server.ladder) if letter else DEFAULT_LADDER, session.now)
    assert wanted.rung is not None
    if wanted.step is LadderStep.ADD:
        return with_rung(before, wanted.rung, session.now)
    return without_rung(before, wanted.rung, session.now)


async def _set_servers(session: WriteSession, after: Ladder) -> None:
    before = {"ladder": ladders.stored(session.server.ladder)}
    if standing(session.server.ladder) != standing(after):
        await servers.change(session.conn, session.server.id, session.now, ladder=after)
        await problems.end(session.conn, session.server.id, ProblemKind.LADDER, 0, session.now)
        await revisions.append(session.conn, session.audit, Subject.LADDER, 0, before, {"ladder": ladders.stored(after)})


async def _set_letters(session: WriteSession, letter: Letter, own: Ladder | None) -> None:
    before, after = ladders.stored_of(letter), _stored(session, letter, own)
    if before != after:
        await ladders.change(session.conn, letter, after, session.now)
        await revisions.append(session.conn, session.audit, Subject.LADDER, letter.id, {"ladder": before}, {"ladder": after})


def _stored(session: Session, letter: Letter, own: Ladder | None) -> Any:
    """A letter's ladder as it is kept: rungs that it did not have until now hold from now on."""
    before = session.server.ladder_of(letter)
    if own is not None:
        return ladders.stored(in_place_of(before, standing(own), session.now))
    if letter.ladder is None:
        return ladders.stored_of(letter)
    servers_own = standing(session.server.ladder)
    held = {rung.name: rung.since for rung in standing(before)}
    since = {rung.name: held.get(rung.name, session.now) for rung in session.server.ladder}
    return ladders.following(
        {name: moment for name, moment in since.items() if moment is not None}, taken_off(before, servers_own, session.now)
    )


async def _sample(session: Session, letter: Letter | None) -> SampleDates | None:
    """The letter itself, or the newest one that has no ladder of its own; one with a deadline."""
    if letter is not None:
        return next(await _dated(session, [letter]), None)
    keys = await letter_pages.keys(session.conn, session.server.id, MOST_LETTERS)
    known = await cases.letters_by_id(session.conn, [letter_id for _, letter_id in keys])
    newest = [known[letter_id] for _, letter_id in keys if letter_id in known and known[letter_id].ladder is None]
    return next(await _dated(session, newest), None)


async def _dated(session: Session, letters: Sequence[Letter]) -> Iterator[SampleDates]:
    """Each with its deadline; where it has none itself, with the one of most of its recipients."""
    without = [letter.id for letter in letters if letter.deadline is None]
    of_cases: dict[int, tuple[int, Deadline]] = {}
    for letter_id, standings in (await recipients_of(session, without)).items() if without else ():
        for standing_alike, count in standings:
            deadline = deadline_of(standing_alike)
            if deadline and count > of_cases.get(letter_id, (0, deadline))[0]:
                of_cases[letter_id] = (count, deadline)
    dated = ((letter, letter.deadline or of_cases.get(letter.id, (0, None))[1]) for letter in letters)
    return (SampleDates(letter, deadline) for letter, deadline in dated if deadline)


def _digest(before: Ladder, after: Ladder, followed: bool) -> str:
    """The moments since which rungs of `after` hold are left out: that of a new one is when it is recorded."""
    becomes = [(rung.name, rung.channel_id, rung.role_id, rung.loud) for rung in standing(after)]
    return hashlib.sha256(f"{followed}{codec.LADDER.dump_json(before).decode()}{becomes}".encode()).hexdigest()[:8]
