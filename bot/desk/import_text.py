"""Recording a text whose places a person has picked: what `/import` does with a draft, without a draft that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.desk import draft_keeping, draft_matching, import_twins
from bot.desk.draft_edits import titled
from bot.desk.draft_matching import MatchedDraft
from bot.desk.draft_pending import NEW_LETTER, PendingDraft
from bot.desk.draft_questions import unsettled
from bot.desk.draft_recording import DraftPlan, planned_draft, record_planned
from bot.desk.drafts import LetterEdit, with_letter_edit
from bot.desk.session import Session, WriteSession
from bot.reader.document import Document
from bot.reader.draft import Draft
from bot.record.errors import CaseError
from bot.record.import_report import ImportReport, ItemKind
from bot.record.questions import Part, Question, QuestionKind
from bot.store import cases
from bot.words.prose import listed
from bot.words.questions import question_text

SENDER = "Say who sent it with --authority NAME."
SENT = "Say when it was sent with --sent DATE, or with --date which day “today” is in the text."
DEADLINE = "Correct the deadline with --deadline WHEN, or the date with --sent DATE."
FULL_NAME = "Name the place that is meant in full, like --pick 'Middlesex County, NJ (county)'."
MOST_NAMED = 5  # places that an open one may be
IN_DISCORD = "What the text does not say can be filled in with /import in Discord."
#: What can be answered with options.
ANSWERED = {
    QuestionKind.LETTER_MAY_BE_RECORDED,
    QuestionKind.RECIPIENT_UNSETTLED,
    QuestionKind.MORE_RECIPIENTS_UNSETTLED,
    QuestionKind.RECIPIENTS_TO_TICK,
}
ANSWERED_PARTS = {Part.AUTHORITY, Part.LETTER_DATE, Part.DEADLINE}


@dataclass(frozen=True)
class TextOptions:
    """How a text is to be recorded."""

    #: The short name of the recorded letter that it is about.
    letter: str = ""
    #: What the text does not say of it.
    edit: LetterEdit = field(default_factory=LetterEdit)
    #: It is another letter than any recorded one.
    new_letter: bool = False
    #: Nothing is announced.
    quiet: bool = False


@dataclass(frozen=True)
class TextDecision:
    """What is to be recorded of a text, decided by what the server had recorded then."""

    matched: MatchedDraft
    #: None if every recipient is recorded already.
    plan: DraftPlan | None
    #: As it is recorded.
    draft: Draft


@dataclass(frozen=True)
class TextImport:
    """What became of a text."""

    report: ImportReport
    draft: Draft


async def decide_text(session: Session, document: Document, draft: Draft, options: TextOptions) -> TextDecision:
    """What `record_decided` is to record. Nothing is announced on a server that has no letter yet.

    CaseError names what has to be settled first, or says that there is no recorded letter of the short name that was given.
    """
    recorded = await cases.letters_of(session.conn, session.server.id)
    letter = import_twins.chosen(recorded, options.letter) if options.letter else None
    draft, _ = await with_letter_edit(session, await draft_keeping.prepared(session, draft), options.edit, letter)
    draft = titled(draft)
    pending = PendingDraft(
        draft,
        document.name,
        document.media_type,
        document.read_at,
        NEW_LETTER if options.new_letter else letter.id if letter else None,
        quietly=options.quiet or not recorded,
    )
    matched = await draft_matching.match(session, pending)
    if questions := unsettled(pending, matched, session.server.zone, session.now):
        raise CaseError("\n".join(["Nothing was recorded. Settle this first:", *_asked(questions, draft)]))
    plan = await planned_draft(session, pending, matched, document.content) if matched.new else None
    return TextDecision(matched, plan, draft)


def _asked(questions: Sequence[Question], draft: Draft) -> list[str]:
    """The questions, then how they can be answered on the command line, or that they cannot."""
    kinds = {question.kind for question in questions}
    lines = [f"- {question_text(question)}{_candidates(question, draft)}" for question in questions]
    lines += [import_twins.ANSWERS] if QuestionKind.LETTER_MAY_BE_RECORDED in kinds else []
    lines += [FULL_NAME] if QuestionKind.RECIPIENT_UNSETTLED in kinds else []
    lines += [SENDER] if any(kind.about is Part.AUTHORITY for kind in kinds) else []
    lines += [SENT] if any(kind.about is Part.LETTER_DATE for kind in kinds) else []
    lines += [DEADLINE] if any(kind.about is Part.DEADLINE for kind in kinds) else []
    is_answered = all(kind in ANSWERED or kind.about in ANSWERED_PARTS for kind in kinds)
    return lines if is_answered else [*lines, IN_DISCORD]


def _candidates(question: Question, draft: Draft) -> str:
    """Which places an open recipient may be."""
    if question.kind is not QuestionKind.RECIPIENT_UNSETTLED:
        return ""
    row = next((row for row in draft.recipients if (row.label,) == question.names), None)
    labels = [place.full_label for place in row.candidates] if row else []
    if len(labels) > MOST_NAMED:
        labels = [*labels[:MOST_NAMED], f"one of {len(labels) - MOST_NAMED:,} others"]
    return f" It may be {listed(labels, 'or')}." if labels else ""


async def record_decided(session: WriteSession, decision: TextDecision) -> TextImport:
    """Record and announce what was decided. Nothing may have been recorded since."""
    report, rows = ImportReport(), decision.matched.rows
    known = {row.place.id for row in rows if row.place}
    report.same[ItemKind.PLACE] = len(known)
    report.same[ItemKind.CASE] = len({row.case.id for row in rows if row.case})
    if decision.plan is None:
        report.same[ItemKind.LETTER] = 1
        return TextImport(report, decision.draft)
    recorded = await record_planned(session, decision.matched, decision.plan)
    (report.new if recorded.new_letter else report.same)[ItemKind.LETTER] = 1
    report.new[ItemKind.CASE] = len(recorded.added)
    report.new[ItemKind.PLACE] = len(recorded.new_places)
    return TextImport(report, decision.draft)
