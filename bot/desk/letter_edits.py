"""Changing what is recorded of a letter: its texts, its sources, its default deadline. Each change is kept as a revision.

A change is shown first, and kept among the drafts until the person decides (`letter_edit_keeping`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.desk import default_deadlines
from bot.desk.default_deadlines import DefaultRecipient as DefaultRecipient
from bot.desk.default_deadlines import Found, PlannedDeadlines, Planning
from bot.desk.lookups import letter_with_id
from bot.desk.session import Session, WriteSession
from bot.record.case import Letter
from bot.record.consequences import known_as, spelled_alike
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import Consequence, effective_events
from bot.record.revisions import Revision, Subject
from bot.record.sources import Source
from bot.store import announcements, case_pages, letter_changes, revisions
from bot.store import cases as case_queries
from bot.words import revisions as words
from bot.words.prose import due, listed

#: A change of these is a change of what the letter says: it rests on a source, or on a reason.
STATED = frozenset({"demand", "legal_basis", "threatened", "deadline"})
MOST_NAMED = 8


@dataclass(frozen=True)
class LetterChange:
    """A change of a letter, before it is recorded."""

    before: Letter
    after: Letter
    reason: str = ""
    #: What the change rests on.
    source: Source | None = None
    #: The ids of the recipients that keep their deadline.
    unticked: tuple[int, ...] = ()
    #: Nothing of it is announced.
    quietly: bool = False

    @property
    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is changed, before and after, as it is stored."""
        before, after = letter_changes.fields_of(self.before), letter_changes.fields_of(self.after)
        names = [name for name in before if before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}

    @property
    def new_deadline(self) -> Deadline | None:
        """The new default deadline; None if it is not changed."""
        return self.after.deadline if "deadline" in self.changes[1] else None


@dataclass(frozen=True)
class EditPreview:
    """What a change would do, as it is now."""

    edit: LetterChange
    #: The recipients that have the default deadline, by number. Empty unless that is changed.
    recipients: tuple[DefaultRecipient, ...]
    #: Of what is shown.
    digest: str


@dataclass(frozen=True)
class EditDecision:
    """A change with everything that can be worked out before it is recorded. It is used once."""

    edit: LetterChange
    recipients: tuple[DefaultRecipient, ...]
    planned: list[PlannedDeadlines]


@dataclass(frozen=True)
class EditedLetter:
    """What was recorded."""

    letter: Letter
    revision: Revision
    #: The recipients whose deadline was changed.
    recipients: tuple[DefaultRecipient, ...]


async def check_edit(session: Session, edit: LetterChange) -> LetterChange:
    """The change itself; CaseError if it cannot be recorded, or changes nothing."""
    _, after = edit.changes
    if not after:
        raise CaseError(f"Nothing was changed: that is what is recorded of “{edit.before.title}”. Nothing was recorded.")
    if edit.source is None and not edit.reason and (stated := STATED & after.keys()):
        names = listed([words.FIELDS[name] for name in after if name in stated])
        raise CaseError(
            f"Another {names} needs a source: give it in source (the letter itself, again, if it says so). "
            "For a slip of the pen, say so in reason."
        )
    _check_deadline(edit)
    if "threatened" in after:
        await _check_threats(session, edit)
    return edit


def _check_deadline(edit: LetterChange) -> None:
    new = edit.new_deadline
    if new is None:
        return
    if edit.source is None:
        raise CaseError("Another deadline needs a source: give it in source (the letter itself, again, if it says so).")
    old = edit.before.deadline
    if old and old.last_moment == new.last_moment:
        raise CaseError(f"{due(new)} is already the letter's deadline. Nothing was recorded.")


async def _check_threats(session: Session, edit: LetterChange) -> None:
    """CaseError if a threat would go of which something is recorded: that would read as if it had never been made."""
    gone = [name for name in edit.before.threatened if spelled_alike(edit.after.threatened, name) is None]
    if not gone:
        return
    used: dict[str, list[int]] = {}
    async for few in case_pages.of_letters(session.conn, session.server.id, [edit.before.id]):
        for case in few:
            for event in effective_events(case.events):
                if isinstance(event.detail, Consequence) and (name := known_as(event.detail.name, gone)) in gone:
                    used.setdefault(name, []).append(case.number)
    for name, numbers in used.items():
        raise CaseError(
            f"“{name}” cannot be taken off the threats: what became of it is recorded for {_cases(numbers)}. "
            "Keep it, or correct those entries first."
        )


def _cases(numbers: Sequence[int]) -> str:
    known = list(dict.fromkeys(numbers))
    named = [f"#{number}" for number in known[:MOST_NAMED]]
    return listed([*named, *([f"{len(known) - MOST_NAMED:,} more"] if len(known) > MOST_NAMED else [])])


def source_name(source: Source) -> str:
    """How a source is named where one of several is chosen."""
    return source.title or source.url


def source_named(letter: Letter, typed: str | None, source: Source | None) -> Source | None:
    """The source of a letter whose place another one takes; None if none was named. CaseError if the letter has no such one."""
    if not typed:
        return None
    if source is None:
        raise CaseError("instead_of names the source that goes: give the one that takes its place in source.")
    wanted = typed.strip().casefold()
    named = [each for each in letter.sources if wanted in (source_name(each)[:100].casefold(), each.url.casefold())]
    if not named:
        raise CaseError(f"The letter has no source “{typed}”. It has: {'; '.join(map(source_name, letter.sources))}.")
    return named[0]


def with_source(letter: Letter, source: Source | None, instead_of: Source | None = None) -> tuple[Source, ...]:
    """The sources of a letter after a change that rests on `source`: in the place of another one, or beside the others."""
    if source is None or (source in letter.sources and instead_of is None):
        return letter.sources
    if instead_of is None:
        return (*letter.sources, source)
    return tuple(dict.fromkeys(source if each == instead_of else each for each in letter.sources))


async def preview(session: Session, edit: LetterChange) -> EditPreview:
    """What the change would do now. CaseError if the letter was changed since it was read."""
    await _still(session, edit)
    found = await _found(session, edit)
    digest = await asyncio.to_thread(_digest, edit, found)
    return EditPreview(edit, tuple(await _listed(session, edit, found)), digest)


async def decide_edit(session: Session, edit: LetterChange, digest: str) -> EditDecision:
    """What is to be recorded of a change that was shown. CaseError if it would do something else than was shown."""
    await _still(session, edit)
    await check_edit(session, edit)
    found = await _found(session, edit)
    if await asyncio.to_thread(_digest, edit, found) != digest:
        raise CaseError(words.OUT_OF_DATE)
    unticked = set(edit.unticked)
    ticked = [each for each in found if each.case.case_id not in unticked]
    recipients = await _listed(session, edit, ticked)
    planned: list[PlannedDeadlines] = []
    if (new := edit.new_deadline) is not None:
        planning = Planning(session, edit.before, new, (edit.source,) if edit.source else edit.before.sources)
        planned = await planning.plan(ticked, recipients)
    return EditDecision(edit, tuple(recipients), planned)


async def record_edit(session: WriteSession, decision: EditDecision) -> EditedLetter:
    """Record a change that was decided, with the deadlines that move, and announce it. Nothing may have been recorded since."""
    edit = decision.edit
    before, after = edit.changes
    await letter_changes.change(session.conn, session.server.id, edit.before.id, after)
    sources = (edit.source,) if edit.source else ()
    revision = await revisions.append(
        *(session.conn, session.audit, Subject.LETTER, edit.before.id, before, after), why=edit.reason, sources=sources
    )
    await announce(session, edit.before.id, revision, quietly=edit.quietly)
    await default_deadlines.record(session, decision.planned, quietly=edit.quietly)
    return EditedLetter(await letter_with_id(session, edit.before.id), revision, decision.recipients)


async def announce(session: WriteSession, letter_id: int | None, revision: Revision, *, quietly: bool = False) -> None:
    """Announce a change, unless nothing is to be."""
    if not (quietly or session.quietly):
        told = (session.conn, session.server.id, letter_id, [revision.id], session.now, session.audit.by_id)
        await announcements.announce_revisions(*told)


async def _still(session: Session, edit: LetterChange) -> None:
    """CaseError if what is to be changed is not recorded any more as it was when the change was made up."""
    letter = await case_queries.letter_with_id(session.conn, session.server.id, edit.before.id)
    if letter is None:
        raise CaseError(f"The letter “{edit.before.title}” was undone in the meantime. Nothing was recorded.")
    before, _ = edit.changes
    now = letter_changes.fields_of(letter)
    if all(now[name] == before[name] for name in before):
        return
    known = await revisions.of_subject(session.conn, session.server.id, Subject.LETTER, letter.id)
    by = next((each for each in known if each.fields & before.keys()), None)
    raise CaseError(words.changed_meanwhile(letter.title, by))


async def _found(session: Session, edit: LetterChange) -> list[Found]:
    return await default_deadlines.found(session, edit.before) if edit.new_deadline else []


async def _listed(session: Session, edit: LetterChange, found: Sequence[Found]) -> list[DefaultRecipient]:
    return await default_deadlines.listed(session, found, edit.before) if found else []


def _digest(edit: LetterChange, found: Collection[Found]) -> str:
    shown = json.dumps([edit.changes, default_deadlines.fingerprint(found, set(edit.unticked))], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def unticked_but(edit: LetterChange, page: Collection[int], ticked: Collection[int]) -> LetterChange:
    """The change with these recipients of a page ticked, and its others not."""
    left = (set(edit.unticked) - set(page)) | (set(page) - set(ticked))
    return replace(edit, unticked=tuple(sorted(left)))
