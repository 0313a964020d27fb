"""Letters of a file that may be recorded already under another short name. Nobody but a person can say whether they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.desk.session import Session
from bot.desk.twin_letters import same_authority, same_day, same_title, twins_among
from bot.files import record_events
from bot.files.event_parts import AllOf, AnyEvent
from bot.files.record_file import RecordFile
from bot.files.sheets.letter_groups import CHOSEN, Key, LetterGroup, own_key
from bot.files.sheets.rows import StatedLetter
from bot.record.case import Letter
from bot.record.deadlines.dates import written
from bot.record.errors import CaseError
from bot.store import cases
from bot.words.prose import happened, listed

NEEDED = "title, authority and sent"
ANSWERS = "If it is that letter, add --letter SLUG with its short name. If it is another letter, add --new-letter."


# Record files


async def as_recorded(session: Session, record: RecordFile, slug: str = "", *, new_letters: bool = False) -> RecordFile:
    """The record, in which every letter that may be a recorded one has been settled.

    1. A letter with the short name of a recorded one is that letter. Letters that the file itself tells apart are two.
    2. `slug` names the recorded letter that one of the others is, unless a letter of the file has that short name. It gets
       that short name, in its events too. CaseError if none of them may be that one, or several.
    3. CaseError names those that are left, unless `new_letters`: then they are other letters.
    """
    recorded = await cases.letters_of(session.conn, session.server.id)
    twins = _twins(recorded, record)
    if slug and (letter := chosen(recorded, slug)).slug not in {part.slug for part in record.letters}:
        same = [name for name, alike in twins.items() if letter in alike]
        if len(same) != 1:
            which = f"{listed(same)} may all be that one" if same else "no letter of the file may be that one"
            raise CaseError(f"--letter {slug}: {which}, by authority, day and title.")
        record = _renamed(record, same[0], slug)
        del twins[same[0]]
    if twins and not new_letters:
        lines = [f"- letter {name} may be {_named(alike)}." for name, alike in twins.items()]
        raise CaseError(
            "\n".join(["Nothing was recorded, since a letter of the file may be recorded already:", *lines, ANSWERS])
        )
    return record


def _twins(recorded: Sequence[Letter], record: RecordFile) -> dict[str, list[Letter]]:
    """The letters of the file that may be recorded ones with another short name."""
    known, named = {letter.slug for letter in recorded}, {part.slug for part in record.letters}
    others = [letter for letter in recorded if letter.slug not in named]
    twins = {}
    for part in record.letters:
        sent = record_events.when(record, part.sent, part.timezone)
        if part.slug not in known and (alike := twins_among(others, part.authority, sent, part.title)):
            twins[part.slug] = alike
    return twins


def _renamed(record: RecordFile, old: str, new: str) -> RecordFile:
    """The record with another short name for one of its letters."""
    letters = tuple(part.model_copy(update={"slug": new}) if part.slug == old else part for part in record.letters)
    events = tuple(_of_letter(event, old, new) for event in record.events)
    return record.model_copy(update={"letters": letters, "events": events})


def _of_letter(event: AnyEvent, old: str, new: str) -> AnyEvent:
    update: dict[str, object] = {"letter": new} if event.letter == old else {}
    if isinstance(event.who, AllOf) and event.who.all_of == old:
        update["who"] = event.who.model_copy(update={"all_of": new})
    return event.model_copy(update=update) if update else event


# Spreadsheets


@dataclass
class SheetLetters:
    """Finds the letter of each group of rows: a recorded one, or a new one."""

    session: Session
    #: Those of the server.
    recorded: Sequence[Letter]
    #: The letter of the rows that name none, and of those whose letter may be it.
    chosen: Letter | None = None
    #: Whether letters that may be recorded ones are other letters.
    new_letters: bool = False

    def __post_init__(self) -> None:
        self._known: dict[Key, list[Letter]] = {}
        for letter in self.recorded:
            for key in ((letter.slug,), own_key(letter.authority, letter.sent, letter.title)):
                self._known.setdefault(key, []).append(letter)

    def of_groups(
        self, groups: Iterable[LetterGroup]
    ) -> tuple[list[tuple[Letter | None, LetterGroup]], list[tuple[LetterGroup, str]]]:
        """Each group with its letter, None for a new one; and the others, each with the reason."""
        meant: list[tuple[Letter | None, LetterGroup]] = []
        refused: list[tuple[LetterGroup, str]] = []
        for group in groups:
            try:
                letter = self._recorded(group)
                if letter is None:
                    self._check_new(group, [other for known, other in meant if known is None])
            except CaseError as why:
                refused.append((group, str(why)))
            else:
                meant.append((letter, group))
        return meant, refused

    def _recorded(self, group: LetterGroup) -> Letter | None:
        """The letter of that short name, else of that authority, date and title; None if none can be it.

        CaseError if several are, or one is nearly, and nobody chose.
        """
        if group.key == CHOSEN:
            return self.chosen
        exact = self._known.get(group.key, [])
        if len(exact) == 1:
            return exact[0]
        stated = group.stated
        alike = exact
        if not exact and group.is_whole and stated.sent and not self.new_letters:
            alike = twins_among(self.recorded, stated.authority, stated.sent, stated.title)
        if self.chosen in alike:
            return self.chosen
        if alike:
            raise CaseError(
                f"the letter may be {_named(alike)}. If it is, write that short name in a column “letter”, or add --letter "
                f"SLUG.{'' if exact else ' If it is another letter, add --new-letter.'}"
            )
        return None

    def _check_new(self, group: LetterGroup, others: Iterable[LetterGroup]) -> None:
        """CaseError if no new letter can be made of what the rows say; `others` are the new letters of earlier rows."""
        stated = group.stated
        if group.key == CHOSEN:
            raise CaseError("names no letter. Fill in title, authority and sent, or choose a recorded letter: --letter SLUG.")
        if not group.is_whole or stated.sent is None:
            raise CaseError(f"no letter “{stated.slug}” is recorded here.{_known_as(self.recorded)} A new one needs {NEEDED}.")
        first = (stated.sent.earliest or stated.sent.latest).astimezone(stated.sent.zone).date()
        today = self.session.now.astimezone(stated.sent.zone).date()
        if first > today:
            raise CaseError(f"the letter's date, {stated.sent.text}, is in the future (today is {written(today)}).")
        for other in others:
            if not self.new_letters and _may_be_one(stated, other.stated):
                raise CaseError(
                    f"the letter may be that of row {other.rows[0].number:,}, “{other.stated.title}”. If it is, write its "
                    "authority, date and title alike. If it is another letter, add --new-letter."
                )


def _may_be_one(ours: StatedLetter, theirs: StatedLetter) -> bool:
    if ours.sent is None or theirs.sent is None or (ours.slug and theirs.slug):
        return False
    alike = same_day(ours.sent, theirs.sent) and same_title(ours.title, theirs.title)
    return alike and same_authority(ours.authority, theirs.authority)


def chosen(recorded: Sequence[Letter], slug: str) -> Letter:
    """The recorded letter of that short name; CaseError if there is none."""
    letter = next((letter for letter in recorded if letter.slug == slug), None)
    if letter is None:
        raise CaseError(f"No letter with the short name “{slug}” is recorded here.{_known_as(recorded)}")
    return letter


def _named(letters: Sequence[Letter]) -> str:
    """“Demand” (2018-01-24-demand, U.S. Department of Justice, 24 January 2018), which is recorded"""
    named = [f"“{letter.title}” ({letter.slug}: {letter.authority}, {happened(letter.sent)})" for letter in letters]
    return f"{listed(named, 'or')}, which {'is' if len(named) == 1 else 'are'} recorded"


def _known_as(recorded: Sequence[Letter]) -> str:
    return f" Recorded letters: {', '.join(letter.slug for letter in recorded)}." if recorded else " None is recorded yet."
