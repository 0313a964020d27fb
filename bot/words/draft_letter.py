"""The first page of a preview: the letter itself, what is open about it, and which letter it will be recorded as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record.deadlines.deadline import Deadline
from bot.record.questions import Part, QuestionKind
from bot.words.card import Block, Button, Buttons, Text
from bot.words.deadlines import advice, rule_text, step_lines
from bot.words.draft_preview import ALL, OpenQuestion, Preview, QuotedValue, T, kind_text, quoted
from bot.words.import_report import hidden_rows
from bot.words.prose import clipped, day, days_left, due, happened, listed, plural, safe, source
from bot.words.questions import question_text, reading_labels

#: Characters of the heading, and of the line above the recipients.
MOST_HEAD = 1_200
#: Questions in a list.
MOST_QUESTIONS = 8
#: Questions with buttons for their answers, and answers of each.
MOST_PICKED = 2
MOST_PICKS = 3
#: Letters with a button each.
MOST_KINDS = 4
#: Threats with a line of their own.
MOST_THREATS = 8
#: Other letters that are named.
MOST_OTHERS = 3

EDIT_LETTER = "Edit letter"
EDIT_DETAILS = "Edit threats, source…"
EDIT_RECIPIENTS = "Edit recipients"
TICK_PLACES = "Tick named places"
#: The button of the form in which a question is answered, by its kind or the part it is about. The others have buttons or
#: a row of their own.
FORMS = {
    Part.AUTHORITY: EDIT_LETTER,
    Part.LETTER_DATE: EDIT_LETTER,
    Part.DEADLINE: EDIT_LETTER,
    QuestionKind.NO_TITLE: EDIT_LETTER,
    QuestionKind.NO_SOURCE: EDIT_DETAILS,
    QuestionKind.NO_RECIPIENT: EDIT_RECIPIENTS,
    QuestionKind.RECIPIENTS_TO_TICK: TICK_PLACES,
}
#: Questions to which places that are not ticked may be the answer.
MORE_RECIPIENTS = (
    QuestionKind.LETTER_NOT_UNDERSTOOD,
    QuestionKind.SOME_RECIPIENTS_NAMED,
    QuestionKind.SEVERAL_COUNTS,
    QuestionKind.COUNT_DIFFERS,
    QuestionKind.COUNT_OF_SOME_DIFFERS,
)
FILE_NAME_ONLY = f"The file's name will be shown as the source. To give a title or an address: {EDIT_DETAILS}"


def letter_blocks(preview: Preview, room: int) -> Iterator[Block]:
    """In at most `room` characters, with the heading and the line above the recipients."""
    questions = list(_question_blocks(preview))
    target = Text(clipped("\n".join(_target(preview)), 600))
    left = room - MOST_HEAD - sum(len(block.markdown) for block in (*questions, target) if isinstance(block, Text))
    yield Text(_heading(preview))
    yield from questions
    yield Text(clipped("\n".join(_facts(preview)), left))
    yield Buttons(
        (
            Button(EDIT_LETTER, preview.action("letter", 0)),
            Button(EDIT_DETAILS, preview.action("more", 0)),
        )
    )
    yield target
    if buttons := tuple(_target_buttons(preview)):
        yield Buttons(buttons)


def _heading(preview: Preview) -> str:
    title = preview.title or (preview.letter.title if preview.letter else "") or _untitled(preview)
    read = f"Read from {source(preview.source)}" if preview.source else "Read from the pasted text"
    if preview.source and preview.read_from:
        read = f"Read from {safe(clipped(preview.read_from, 100))}, which gives as its source: {source(preview.source)}"
    remark = f"\n-# {FILE_NAME_ONLY}" if preview.source and preview.source_is_file else ""
    if hidden := hidden_rows(preview.hidden_rows, skipped=bool(preview.hidden_skipped)):
        remark += f"\n-# {hidden}"
    return f"## Draft: {safe(clipped(title, 150))}\n**Nothing is recorded yet.** {read}{remark}"


def _untitled(preview: Preview) -> str:
    return f"letter from {preview.authority.value}" if preview.authority else "letter without a title"


# What is open


def _question_blocks(preview: Preview) -> Iterator[Block]:
    """The questions, with buttons for the answers that are known."""
    if preview.to_settle:
        yield Text(_question_list("To settle before this can be recorded", preview.to_settle, 800, preview.unticked > 0))
    if preview.to_check:
        yield Text(_question_list("Please check", preview.to_check, 600, preview.unticked > 0))
    choosable = [question for question in (*preview.to_settle, *preview.to_check) if question.choices]
    for question in choosable[:MOST_PICKED]:
        shown = question.choices[:MOST_PICKS]
        yield Buttons(
            tuple(
                Button(clipped(label, 80), preview.action("pick", 0, mark))
                for label, (mark, _) in zip(reading_labels([reading for _, reading in shown]), shown, strict=True)
            )
        )
    if preview.kinds:
        only = [
            Button(clipped(f"Only “{kind_text(kind)}” ({count})", 80), preview.action("only", 0, kind))
            for kind, count in preview.kinds[:MOST_KINDS]
        ]
        yield Buttons((*only, Button("All in one letter", preview.action("only", 0, ALL))))


def _question_list(title: str, questions: Sequence[OpenQuestion], limit: int, can_tick: bool) -> str:
    """`can_tick`: places are offered that are not ticked yet."""
    lines = [f"**{title}**"]
    for question in questions[:MOST_QUESTIONS]:
        text = question_text(question.question)
        form = "" if question.choices else _form(question, can_tick)
        lines.append(f"- {safe(clipped(text, 300))}{f' (**{form}**)' if form else ''}")
        lines += [f"-# {quoted(question.quote)}"] if question.quote and question.quote not in text else []
    lines += [f"- and {len(questions) - MOST_QUESTIONS} more"] if len(questions) > MOST_QUESTIONS else []
    return clipped("\n".join(lines), limit)


def _form(question: OpenQuestion, can_tick: bool) -> str:
    kind = question.question.kind
    if can_tick and kind in MORE_RECIPIENTS:
        return TICK_PLACES
    return FORMS.get(kind, FORMS.get(kind.about, ""))


# The letter


def _facts(preview: Preview) -> Iterator[str]:
    yield from _fact("From", safe(preview.authority.value) if preview.authority else "", preview.authority)
    yield from _fact("Dated", day(preview.sent.value) if preview.sent else "", preview.sent)
    yield from _deadline(preview)
    demand = safe(clipped(preview.demand.value, 450)) if preview.demand else ""
    is_quotation = preview.demand is not None and preview.demand.words == preview.demand.value
    yield from _fact("Demand", f"“{demand}”" if is_quotation else demand, preview.demand, unknown="not found in the text")
    yield from _legal_basis(preview.legal_basis)
    yield from _threats(preview.threatened)


def _fact(name: str, shown: str, value: QuotedValue[T] | None, unknown: str = "not known") -> Iterator[str]:
    if value is None:
        yield f"{name}: *{unknown}*"
        return
    yield f"{name}: {shown}"
    if value.words and (value.words != value.value or value.before or value.after):
        yield f"-# {value.quoted}" + (f"; the date in the text is “{safe(value.seen_from)}”" if value.seen_from else "")
    if value.doubt:
        yield f"-# Check this: {safe(value.doubt)}"


def _deadline(preview: Preview) -> Iterator[str]:
    recorded = preview.letter.deadline if preview.letter else None
    if preview.deadline is None:
        yield _without_deadline(preview, recorded)
        yield from without_own_deadline(preview.without_own_deadline, has_deadline=recorded is not None)
        return
    deadline = preview.deadline.value
    left = deadline.days_left(preview.now)
    when = days_left(left)
    if deadline.has_passed(preview.now):
        when = f"passed {plural(-left, 'day')} ago" if left else "passed today"
    yield f"Deadline: {due(deadline, strong=True)}, {when}"
    if preview.deadline.words:
        yield f"-# {preview.deadline.quoted}"
    yield from without_own_deadline(preview.without_own_deadline, has_deadline=True)
    yield from _work(deadline)
    for doubt in (*advice(deadline), *filter(None, [preview.deadline.doubt])):
        yield f"-# Check this: {safe(doubt)}"
    if recorded and recorded.last_moment != deadline.last_moment:
        yield f"-# Check this: the letter is recorded with a different deadline, {due(recorded)}."


def _without_deadline(preview: Preview, recorded: Deadline | None) -> str:
    if recorded:
        return f"Deadline: {due(recorded, strong=True)}, as recorded with the letter"
    if any(row.counts and row.deadline for row in preview.rows):
        return "Deadline: none for the letter as a whole. Recipients with their own deadline are marked."
    return "Deadline: **none. There will be no countdown.**"


def without_own_deadline(labels: Sequence[str], *, has_deadline: bool) -> Iterator[str]:
    """Which recipients take the letter's deadline, since the table states none for them."""
    if labels:
        which = "The letter's deadline" if has_deadline else "No deadline, and so no countdown,"
        named = clipped(safe("; ".join(labels)), 300)
        yield f"-# {which} for {plural(len(labels), 'recipient')} without one in the table: {named}"


def _work(deadline: Deadline) -> Iterator[str]:
    if deadline.steps:
        rule = f"{rule_text(deadline)}: " if deadline.start else ""
        calendar = f". Calendar: {deadline.calendar}" if deadline.calendar else ""
        yield f"-# {safe(clipped(rule + '; '.join(step_lines(deadline)), 900))}{safe(calendar)}"


def _legal_basis(values: Sequence[QuotedValue[str]]) -> Iterator[str]:
    if not values:
        return
    parts = []
    for value in values:
        words = f" ({quoted(value.words, 80)})" if _differs(value) else ""
        doubt = f" (check this: {safe(value.doubt)})" if value.doubt else ""
        parts.append(f"{safe(value.value)}{words}{doubt}")
    yield clipped(f"Legal basis: {'; '.join(parts)}", 700)


def _threats(values: Sequence[QuotedValue[str]]) -> Iterator[str]:
    """What it threatens, then the words of each threat."""
    if not values:
        return
    yield f"The letter threatens: {clipped('; '.join(safe(value.value) for value in values), 400)}"
    shown = values[:MOST_THREATS]
    for value in shown:
        if _differs(value):
            yield f"-# {safe(clipped(value.value, 40))}: {quoted(value.words, 170)}"
    for doubt in dict.fromkeys(value.doubt for value in shown if value.doubt):
        yield f"-# Check this: {safe(clipped(doubt, 200))}"


def _differs(value: QuotedValue[str]) -> bool:
    return bool(value.words) and value.words.casefold() != value.value.casefold()


# Which letter it will be recorded as


def _target(preview: Preview) -> Iterator[str]:
    letter = preview.letter
    if letter is None:
        yield "To be recorded as **a new letter**." if not preview.must_choose else "To be recorded as: **please choose**."
        if preview.others:
            named = listed([f"“{safe(other.title)}”" for other in preview.others[:MOST_OTHERS]])
            yield f"-# Already recorded, from the same authority and with the same date: {named}."
        return
    yield (
        f"To be added to **{safe(letter.title)}**, which is already recorded "
        f"({safe(letter.authority)}, {happened(letter.sent)})."
    )
    yield "-# That letter stays as it is: what this text says about its demand, threats and legal basis is not added to it."
    if preview.sent and preview.sent.value != letter.sent.last_day:
        yield f"-# Check this: the date in this text is different, {day(preview.sent.value)}."


def _target_buttons(preview: Preview) -> Iterator[Button]:
    for other in preview.others[:MOST_OTHERS]:
        yield Button(clipped(f"Add to {other.title}", 80), preview.action("into", 0, other.id))
    if preview.letter is not None or preview.must_choose:
        yield Button("Record as another letter", preview.action("into", 0, 0))
