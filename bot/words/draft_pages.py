"""The preview of a draft letter in pages: the letter, then its recipients, with the buttons that change and confirm it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.record.quoting import cut
from bot.words.announcing import NOT_ANNOUNCED
from bot.words.card import Block, Button, Buttons, Card, Divider, Style, Text, Tone
from bot.words.draft_letter import EDIT_RECIPIENTS, TICK_PLACES, letter_blocks
from bot.words.draft_offers import offer_line
from bot.words.draft_preview import Preview, QuotedValue, RecipientRow, Remark, kind_text, quoted
from bot.words.prose import clipped, day, listed, numbers, plural, safe

#: Characters of a page. With the buttons at its foot it stays under Discord's 4,000.
ROOM = 3_600
#: Components of a page. With the card itself, a title, a remark, the page number, NOT_ANNOUNCED and the foot they are 40,
#: as many as Discord takes.
MOST_PARTS = 27
#: Recipients of a page.
MOST_ROWS = 30
#: Characters of a page's recipients in the form that changes them; Discord takes 4,000, with what a person adds.
MOST_FORM = 3_000
#: Buttons under a row that is not settled, and places that it names if they are more.
MOST_CHOICES = 5
MOST_NAMED = 12
#: Places listed as not being recipients.
MOST_CLEARED = 20
FENCE = "```"
REMARKS = {
    Remark.COUNTED_AGAIN: "The deadline was counted again from the letter's new date.",
    Remark.ROW_CHANGED: "This row was changed in the meantime. Here is the current draft.",
    Remark.ANSWERED: "This question was answered in the meantime. Here is the current draft.",
    Remark.OUTDATED: "The draft or the record has changed since this was shown. Nothing was recorded: please check it again.",
}


@dataclass
class PreviewPage:
    """One page while it is filled: its blocks, the recipients it shows, and what still fits."""

    blocks: list[Block] = field(default_factory=list)
    rows: list[RecipientRow] = field(default_factory=list)
    room: int = ROOM
    parts: int = MOST_PARTS
    form: int = MOST_FORM

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks
        self.room -= sum(len(block.markdown) + 1 for block in blocks if isinstance(block, Text))
        self.parts -= sum(1 + (len(block.buttons) if isinstance(block, Buttons) else 0) for block in blocks)

    def fits(self, text: int, parts: int) -> bool:
        return text <= self.room and parts <= self.parts

    def takes(self, row: RecipientRow, text: int, parts: int) -> bool:
        return self.fits(text, parts) and len(self.rows) < MOST_ROWS and len(row.label) + 1 <= self.form

    def note(self, row: RecipientRow) -> None:
        self.rows.append(row)
        self.form -= len(row.label) + 1


def preview_card(preview: Preview, page: int, remark: Remark | None = None) -> Card:
    """One page of the preview, with its buttons; for a page past the end the last one. While nobody has said what becomes of
    the hidden rows of a table, that question."""
    if preview.hidden_rows and preview.hidden_skipped is None:
        return _hidden_rows_card(preview)
    pages = pages_of(preview)
    page = max(0, min(page, len(pages) - 1))
    above = [Text(f"**{REMARKS[remark]}**")] if remark else []
    above += [Text(f"**Draft: {safe(clipped(preview.title, 100))}**")] if page and preview.title else []
    blocks = [*above, *pages[page].blocks]
    if len(pages) > 1:
        blocks.append(Text(f"-# Page {page + 1} of {len(pages)}"))
    blocks += [Text(NOT_ANNOUNCED)] if preview.quietly else []
    tone = Tone.SOON if preview.to_settle else Tone.CALM
    return Card((*_without_repeated_buttons(blocks), *_foot(preview, page, len(pages))), tone)


def _hidden_rows_card(preview: Preview) -> Card:
    """Nothing is read yet: the rows that a filter hides may be meant or not."""
    rows, file = preview.hidden_rows, preview.source.title if preview.source else preview.title
    text = (
        f"**{safe(clipped(file, 100))} has {plural(len(rows), 'hidden row')}**\n"
        f"A filter or a person has hidden {numbers('row', rows)}. Nothing is recorded yet. Do hidden rows count?"
    )
    buttons = (
        Button(f"Include {plural(len(rows), 'hidden row')}", preview.action("hidden", 0, "include")),
        Button("Leave them out" if len(rows) > 1 else "Leave it out", preview.action("hidden", 0, "skip")),
        Button("Drop draft", preview.action("drop", 0), style=Style.DANGER),
    )
    return Card((Text(text), Buttons(buttons)), Tone.SOON)


def _without_repeated_buttons(blocks: Sequence[Block]) -> Iterator[Block]:
    """Two questions or two recipients may be alike, and Discord refuses two buttons with one custom_id."""
    seen: set[str] = set()
    for block in blocks:
        if not isinstance(block, Buttons):
            yield block
            continue
        row = tuple({button.action: button for button in block.buttons if button.action not in seen}.values())
        seen |= {button.action for button in row}
        if row:
            yield Buttons(row)


def pages_of(preview: Preview) -> list[PreviewPage]:
    """The letter, then its recipients: those to check, then the others by state. Last, places that are not recipients."""
    first = PreviewPage()
    first.add(*letter_blocks(preview, ROOM))
    first.add(Divider(), Text(_recipients_line(preview)))
    pages = [first]
    for row in preview.rows:
        if row.is_open:
            _add_open_row(pages, preview, row)
    settled = [row for row in preview.rows if not row.is_open]
    _add_settled_rows(pages, preview, sorted(settled, key=lambda row: (row.state, row.label)))
    if preview.cleared:
        names = [f"- {safe(row.label)}{_quote_of(row)}" for row in preview.cleared[:MOST_CLEARED]]
        text = Text(clipped("\n".join(["**Named, but not recipients**", *names]), 1_500))
        if not pages[-1].fits(len(text.markdown) + 1, 1):
            pages.append(PreviewPage())
        pages[-1].add(text)
    return pages


def rows_of_page(preview: Preview, page: int) -> list[RecipientRow]:
    """The recipients on a page, in its order; for a page past the end those of the last one."""
    pages = pages_of(preview)
    return pages[max(0, min(page, len(pages) - 1))].rows


def dropped_card(title: str) -> Card:
    named = f" “{safe(title)}”" if title else ""
    return Card((Text(f"**The draft{named} was dropped.** Nothing was recorded."),))


def given_back(reason: str, typed: Sequence[tuple[str, str]]) -> list[Card]:
    """Why a form was refused, and what was typed into it, to copy: Discord does not keep it. As many cards as it takes.

    `typed` are (label, text) pairs.
    """
    head = f"{safe(clipped(reason, 1_500))}\nNothing was changed or recorded."
    return with_typed(head, typed, " What you typed, to copy into the form again:")


def typed_cards(typed: Sequence[tuple[str, str]]) -> list[Card]:
    """What was typed into a form, to copy, where something else says what became of it."""
    return with_typed("", typed, "What you typed, to copy:") if any(text.strip() for _, text in typed) else []


def with_typed(head: str, typed: Sequence[tuple[str, str]], before: str) -> list[Card]:
    """`head`, then `before` and what was typed, if anything was: (label, text) pairs. As many cards as it takes."""
    text = "\n\n".join(f"{label}:\n{text}" if len(typed) > 1 else text for label, text in typed if text.strip())
    head += before if text else ""
    pieces = list(_pieces(text, 3_500))
    cards = [Card((Text(f"```\n{piece.replace(FENCE, '~~~')}\n```"),)) for piece in pieces]
    if len(head) + len(pieces[0] if pieces else "") < 3_800 and cards:
        return [Card((Text(head), *cards[0].blocks)), *cards[1:]]
    return [Card((Text(head),)), *cards]


def _pieces(text: str, most: int) -> Iterator[str]:
    """The whole text in pieces of at most so many characters; put together they are the text again."""
    while text:
        end = cut(text, most) or most
        yield text[:end]
        text = text[end:]


# The recipients


def _recipients_line(preview: Preview) -> str:
    rows = preview.rows
    new_places = sum(row.new_place and row.settled for row in rows)
    already, twins = sum(row.case is not None for row in rows), sum(row.twin for row in rows)
    parts = [plural(len(rows), "recipient")]
    parts += [f"{_of(already, rows)} already recorded"] if already else []
    parts += [f"{twins} named twice"] if twins else []
    parts += [f"{_of(new_places, rows)} new on this server"] if new_places else []
    parts += ["all known here"] if rows and not already and not new_places and all(row.settled for row in rows) else []
    lines = [f"**{', '.join(parts)}**"]
    if preview.stated:
        lines.append(_stated(preview.stated, len(rows), preview.unticked))
    return "\n".join([*lines, *filter(None, [offer_line(preview)])])


def _of(count: int, rows: Sequence[RecipientRow]) -> str:
    return "all" if count == len(rows) > 1 else str(count)


def _stated(stated: QuotedValue[int], recipients: int, unticked: int) -> str:
    words = f" ({quoted(stated.words)})" if stated.words else ""
    if stated.value == recipients:
        return f"-# The text says {stated.value}{words}, which is also the number found."
    found = f"Check this: the text says {stated.value}{words}, but {recipients} {'was' if recipients == 1 else 'were'} found."
    if recipients < stated.value and unticked:
        they = "The others" if recipients else "They"
        return f"{found} {they} may be among the named places that are not ticked (**{TICK_PLACES}**)."
    return found


def _add_open_row(pages: list[PreviewPage], preview: Preview, row: RecipientRow) -> None:
    """A row to check, with a button for each place that may be meant."""
    lines = [f"**{safe(row.label)}**{_quote_of(row)}{_marks(preview, row)}"]
    lines += [f"-# {safe(clipped(row.doubt, 300))}"] if row.doubt else []
    offered = row.candidates if not row.settled else ()
    if len(offered) > MOST_CHOICES:
        lines.append(_many_candidates(row))
        offered = ()
    text = Text("\n".join(lines))
    if not pages[-1].takes(row, len(text.markdown) + 1, 2 + len(offered)):
        pages.append(PreviewPage())
    page = len(pages) - 1
    pages[-1].add(text)
    if offered:
        buttons = [
            Button(clipped(place.full_label, 80), preview.action("take", page, row.mark, mark)) for mark, place in offered
        ]
        pages[-1].add(Buttons(tuple(buttons)))
    pages[-1].note(row)


def _many_candidates(row: RecipientRow) -> str:
    named = listed([safe(place.full_label) for _, place in row.candidates[:MOST_NAMED]], "or")
    more = " or another" if len(row.candidates) > MOST_NAMED else ""
    return f"-# It may be {named}{more}: write the one you mean with {EDIT_RECIPIENTS}."


def _add_settled_rows(pages: list[PreviewPage], preview: Preview, rows: Sequence[RecipientRow]) -> None:
    """A line each, in as few texts as pages."""
    lines: list[str] = []
    for row in rows:
        line = f"- {safe(row.label)}{_quote_of(row)}{_marks(preview, row)}"
        if not pages[-1].takes(row, len(line) + 1, 0 if lines else 1):
            pages[-1].blocks += [Text("\n".join(lines))] if lines else []
            pages.append(PreviewPage())
            lines = []
        pages[-1].parts -= 0 if lines else 1
        pages[-1].room -= len(line) + 1
        pages[-1].note(row)
        lines.append(line)
    if lines:
        pages[-1].blocks.append(Text("\n".join(lines)))


def _marks(preview: Preview, row: RecipientRow) -> str:
    """What matters beside a name: already recorded, new here, by another name here, its own deadline."""
    marks = []
    if row.case is not None:
        marks.append(f"already recorded as #{row.case}")
    elif row.twin:
        marks.append("named twice, recorded once")
    if row.known:
        marks.append(f"known here as {safe(row.known)}")
    if row.new_place and not preview.all_new_places:
        marks.append("new place")
    if row.deadline:
        marks.append(f"own deadline {day(row.deadline.date)}")
    if row.asked:
        marks.append(kind_text(row.asked))
    return f" — {'; '.join(marks)}" if marks else ""


def _quote_of(row: RecipientRow) -> str:
    return f" {quoted(row.quote, 80)}" if row.quote else ""


# The buttons at the foot


def _foot(preview: Preview, page: int, pages: int) -> Iterator[Block]:
    turning = []
    if pages > 1:
        turning = [
            Button("Back", preview.action("page", page - 1, "back"), disabled=page == 0),
            Button("More", preview.action("page", page + 1, "more"), disabled=page == pages - 1),
        ]
    tick = Button(TICK_PLACES, preview.action("offer", 0), style=Style.SECONDARY if preview.rows else Style.PRIMARY)
    yield Buttons((*turning, Button(EDIT_RECIPIENTS, preview.action("rows", page)), *([tick] if preview.offered else [])))
    yield Buttons((_confirm(preview, page), Button("Drop draft", preview.action("drop", page), style=Style.DANGER)))


def _confirm(preview: Preview, page: int) -> Button:
    action = preview.action("confirm", page, preview.digest)
    if preview.to_settle:
        label = f"Record: {plural(len(preview.to_settle), 'thing')} to settle first"
        return Button(label, action, style=Style.PRIMARY, disabled=True)
    if not preview.new:
        return Button("Nothing to record: all are already recorded", action, style=Style.PRIMARY, disabled=True)
    counted = preview.deadline or (preview.letter and preview.letter.deadline)
    without = 0 if counted else sum(row.counts and row.deadline is None for row in preview.rows)
    how_many = f", {without:,}" if 0 < without < preview.new else ""
    label = f"Record {plural(preview.new, 'recipient')}{how_many}{' without a deadline' if without else ''}"
    return Button(label, action, style=Style.PRIMARY)
