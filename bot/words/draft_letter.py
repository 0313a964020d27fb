"""The first page of a preview: the letter itself, what is open about it, and where it will be recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.words.card import Block, Button, Buttons, Text
from bot.words.deadlines import advice, rule_text, step_lines
from bot.words.draft_preview import ALL, Asked, Preview, Said, T, quoted, told_apart
from bot.words.prose import clipped, day, days_left, due, happened, listed, plural, safe, source

MOST_HEAD = 1_200  # characters of the heading, and of the line above the recipients
MOST_PICKED = 2  # questions with buttons for their answers
MOST_PICKS = 3  # answers of each
MOST_KINDS = 4  # letters told apart, with a button each
ONLY_NAMED = "The file's name will stand as the source. To give a title or an address: Edit threats, source…"


def letter_blocks(preview: Preview, room: int) -> Iterator[Block]:
    """In at most `room` characters, what stands above the recipients included."""
    title = preview.title or (preview.letter.title if preview.letter else "") or _untitled(preview)
    read = f"Read from {source(preview.source)}" if preview.source else "Read from the pasted text"
    if preview.source and preview.read_from:
        read = f"Read from {safe(clipped(preview.read_from, 100))}, which names as the source: {source(preview.source)}"
    named = f"\n-# {ONLY_NAMED}" if preview.source_is_file else ""
    still_open = list(_open_blocks(preview))
    target = Text(clipped("\n".join(_target(preview)), 600))
    left = room - MOST_HEAD - sum(len(one.markdown) for one in (*still_open, target) if isinstance(one, Text))
    yield Text(f"## Draft: {safe(clipped(title, 150))}\n**Nothing is recorded yet.** {read}{named}")
    yield from still_open
    yield Text(clipped("\n".join(_facts(preview)), left))
    yield Buttons(
        (
            Button("Edit letter", preview.action("letter", 0)),
            Button("Edit threats, source…", preview.action("more", 0)),
        )
    )
    yield target
    if buttons := tuple(_target_buttons(preview)):
        yield Buttons(buttons)


def _untitled(preview: Preview) -> str:
    return f"letter from {preview.authority.value}" if preview.authority else "a letter without a title"


def _open_blocks(preview: Preview) -> Iterator[Block]:
    """What is not settled, with buttons for the answers that are known."""
    if preview.to_settle:
        yield Text(_asked("To settle before this can be recorded", preview.to_settle, 800))
    if preview.to_look_at:
        yield Text(_asked("Please look at", preview.to_look_at, 600))
    for one in [one for one in (*preview.to_settle, *preview.to_look_at) if one.choices][:MOST_PICKED]:
        picks = one.choices[:MOST_PICKS]
        yield Buttons(tuple(Button(clipped(label, 80), preview.action("pick", 0, mark)) for mark, label in picks))
    if preview.kinds:
        kinds = preview.kinds[:MOST_KINDS]
        only = [
            Button(clipped(f"Only “{told_apart(kind)}” ({count})", 80), preview.action("only", 0, mark))
            for mark, kind, count in kinds
        ]
        yield Buttons((*only, Button("All in one letter", preview.action("only", 0, ALL))))


def _facts(preview: Preview) -> Iterator[str]:
    yield from _fact("From", safe(preview.authority.value) if preview.authority else "", preview.authority)
    yield from _fact("Dated", day(preview.sent.value) if preview.sent else "", preview.sent)
    yield from _deadline(preview)
    asked = safe(clipped(preview.demand.value, 450)) if preview.demand else ""
    asked = f"“{asked}”" if preview.demand and preview.demand.words == preview.demand.value else asked
    yield from _fact("Asked", asked, preview.demand, unknown="not found in the text")
    yield from _several("Legal basis", preview.legal_basis)
    yield from _threats(preview.threatened)


def _fact(name: str, shown: str, said: Said[T] | None, unknown: str = "not known") -> Iterator[str]:
    if said is None:
        yield f"{name}: *{unknown}*"
        return
    yield f"{name}: {shown}"
    if said.words and (said.words != said.value or said.before or said.after):
        yield f"-# {said.quoted}" + (f"; the text names “{safe(said.seen_from)}”" if said.seen_from else "")
    if said.doubt:
        yield f"-# Look at this: {safe(said.doubt)}"


def _deadline(preview: Preview) -> Iterator[str]:
    said = preview.deadline
    if said is None:
        recorded = preview.letter.deadline if preview.letter else None
        if recorded:
            yield f"Deadline: {due(recorded, strong=True)}, as recorded with the letter"
        elif any(row.counts and row.deadline for row in preview.rows):
            yield "Deadline: none for all. Recipients that have their own are marked."
        else:
            yield "Deadline: **none. Nothing will be counted down.**"
        return
    left = said.value.days_left(preview.now)
    when = days_left(left)
    if said.value.has_passed(preview.now):
        when = f"passed {plural(-left, 'day')} ago" if left else "passed today"
    yield f"Deadline: {due(said.value, strong=True)}, {when}"
    if said.words:
        yield f"-# {said.quoted}"
    if said.value.steps:
        rule = f"{rule_text(said.value)}: " if said.value.start else ""
        calendar = f". Calendar: {said.value.calendar}" if said.value.calendar else ""
        yield f"-# {safe(clipped(rule + '; '.join(step_lines(said.value)), 900))}{safe(calendar)}"
    for known in advice(said.value):
        yield f"-# Look at this: {safe(known)}"
    if said.doubt:
        yield f"-# Look at this: {safe(said.doubt)}"
    recorded = preview.letter.deadline if preview.letter else None
    if recorded and recorded.last_moment != said.value.last_moment:
        yield f"-# Look at this: the letter is recorded with another deadline, {due(recorded)}."


def _several(name: str, said: Sequence[Said[str]]) -> Iterator[str]:
    if not said:
        return
    told = []
    for one in said:
        words = f" ({quoted(one.words, 80)})" if one.words and one.words.casefold() != one.value.casefold() else ""
        doubt = f" (look at this: {safe(one.doubt)})" if one.doubt else ""
        told.append(f"{safe(one.value)}{words}{doubt}")
    yield clipped(f"{name}: {'; '.join(told)}", 700)


def _threats(said: Sequence[Said[str]]) -> Iterator[str]:
    """What it threatens, then the words of each."""
    if not said:
        return
    yield f"The letter threatens: {clipped('; '.join(safe(one.value) for one in said), 400)}"
    for one in said[:8]:
        if one.words and one.words.casefold() != one.value.casefold():
            yield f"-# {safe(clipped(one.value, 40))}: {quoted(one.words, 170)}"
    for doubt in dict.fromkeys(one.doubt for one in said[:8] if one.doubt):
        yield f"-# Look at this: {safe(clipped(doubt, 200))}"


def _target(preview: Preview) -> Iterator[str]:
    """Which letter it will be recorded in."""
    if preview.letter is None:
        yield "To be recorded as **a new letter**."
        if preview.others:
            named = listed([f"“{safe(one.title)}”" for one in preview.others[:3]])
            yield f"-# Recorded already, from the same authority and of the same day: {named}."
        return
    letter = preview.letter
    known = f"{safe(letter.authority)}, {happened(letter.sent)}"
    yield f"To be recorded in **{safe(letter.title)}**, which is recorded already ({known})."
    yield "-# That letter stays as it is: what the text says of its demand, threats and legal basis is not added to it."
    if preview.sent and preview.sent.value != letter.sent.last_day:
        yield f"-# Look at this: the text bears another date, {day(preview.sent.value)}."


def _target_buttons(preview: Preview) -> Iterator[Button]:
    for other in preview.others[:3]:
        yield Button(clipped(f"Use {other.title}", 80), preview.action("into", 0, other.id))
    if preview.letter is not None:
        yield Button("Make a new letter instead", preview.action("into", 0, 0))


def _asked(title: str, asked: Sequence[Asked], limit: int) -> str:
    lines = [f"**{title}**"]
    for one in asked[:8]:
        where = f" (**{one.where}**)" if one.where and not one.choices else ""
        lines.append(f"- {safe(clipped(one.about, 300))}{where}")
        lines += [f"-# {quoted(one.quote)}"] if one.quote and one.quote not in one.about else []
    lines += [f"- and {len(asked) - 8} more"] if len(asked) > 8 else []
    return clipped("\n".join(lines), limit)
