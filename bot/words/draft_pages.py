"""The preview of a draft letter in pages: the letter, then its recipients, with the buttons that change and confirm it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.words.card import Block, Button, Buttons, Card, Divider, Style, Text, Tone
from bot.words.draft_letter import letter_blocks
from bot.words.draft_preview import Preview, Row, Said, quoted, told_apart
from bot.words.prose import clipped, day, listed, plural, safe

ROOM = 3_600  # characters of a page, under Discord's 4,000 with its foot
MOST_PARTS = 29  # components of a page; with the card itself, a title, a remark, the page and the foot they are Discord's 40
MOST_ROWS = 30  # recipients of a page
MOST_FORM = 3_000  # characters of a page's recipients in the form that changes them (4,000 with what a person adds)
MOST_CHOICES = 5  # buttons under a row that is not settled
FENCE = "```"


@dataclass
class Page:
    """One page while it is filled: its blocks, and the recipients it shows."""

    blocks: list[Block] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    room: int = ROOM
    parts: int = MOST_PARTS
    form: int = MOST_FORM

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks
        self.room -= sum(len(one.markdown) + 1 for one in blocks if isinstance(one, Text))
        self.parts -= sum(1 + (len(one.buttons) if isinstance(one, Buttons) else 0) for one in blocks)

    def fits(self, text: int, parts: int) -> bool:
        return text <= self.room and parts <= self.parts


def preview_card(preview: Preview, page: int, remark: str = "") -> Card:
    """One page of the preview, with its buttons; a page past the end is the last one. `remark`: what has just changed."""
    pages = pages_of(preview)
    page = max(0, min(page, len(pages) - 1))
    above = [Text(f"**{safe(remark)}**")] if remark else []
    above += [Text(f"**Draft: {safe(clipped(preview.title, 100))}**")] if page and preview.title else []
    blocks = [*above, *pages[page].blocks]
    if len(pages) > 1:
        blocks.append(Text(f"-# Page {page + 1} of {len(pages)}"))
    return Card((*_pressable(blocks), *_foot(preview, page, len(pages))), Tone.SOON if preview.to_settle else Tone.CALM)


def _pressable(blocks: Sequence[Block]) -> Iterator[Block]:
    """Each button once: two questions or two recipients may be alike, and Discord takes no two buttons of one custom_id."""
    seen: set[str] = set()
    for one in blocks:
        if not isinstance(one, Buttons):
            yield one
            continue
        row = tuple({button.action: button for button in one.buttons if button.action not in seen}.values())
        seen |= {button.action for button in row}
        if row:
            yield Buttons(row)


def pages_of(preview: Preview) -> list[Page]:
    """The letter first, then its recipients: those that need a look, then the others by state; at last who is none."""
    first = Page()
    first.add(*letter_blocks(preview, ROOM))
    first.add(Divider(), Text(_recipients_line(preview)))
    pages = [first]
    for row in preview.rows:
        if row.is_open:
            _add_open_row(pages, preview, row)
    settled = [row for row in preview.rows if not row.is_open]
    _add_settled_rows(pages, preview, sorted(settled, key=lambda row: (row.state, row.label)))
    if preview.cleared:
        lines = ["**Named, but not recipients**", *(f"- {safe(row.label)}{_quote_of(row)}" for row in preview.cleared[:20])]
        text = Text(clipped("\n".join(lines), 1_500))
        if not pages[-1].fits(len(text.markdown) + 1, 1):
            pages.append(Page())
        pages[-1].add(text)
    return pages


def rows_of_page(preview: Preview, page: int) -> list[Row]:
    """The recipients that stand on a page, in its order; those of the last one for a page past the end."""
    pages = pages_of(preview)
    return pages[max(0, min(page, len(pages) - 1))].rows


def dropped_card(title: str) -> Card:
    named = f" “{safe(title)}”" if title else ""
    return Card((Text(f"**The draft{named} was dropped.** Nothing was recorded."),))


def given_back(reason: str, typed: Sequence[tuple[str, str]]) -> list[Card]:
    """A refusal of what was typed into a form, and the text itself to copy, since Discord keeps none of it: as many cards as
    it takes. `typed` are (label, text) pairs."""
    kept = "\n\n".join(f"{label}:\n{text}" if len(typed) > 1 else text for label, text in typed if text.strip())
    head = f"{safe(clipped(reason, 1_500))}\nNothing was changed or recorded. What you typed, to copy into the form again:"
    pieces = [kept[start : start + 3_500] for start in range(0, len(kept), 3_500)]
    cards = [Card((Text(f"```\n{piece.replace(FENCE, '~~~')}\n```"),)) for piece in pieces]
    if len(head) + len(pieces[0] if pieces else "") < 3_800 and cards:
        return [Card((Text(head), *cards[0].blocks)), *cards[1:]]
    return [Card((Text(head),)), *cards]


# The recipients


def _recipients_line(preview: Preview) -> str:
    rows = preview.rows
    new_places = sum(row.new_place and row.settled for row in rows)
    told = [f"{plural(len(rows), 'recipient')}"]
    already, twins = sum(row.case is not None for row in rows), sum(row.twin for row in rows)
    told += [f"{_of(already, rows)} recorded already"] if already else []
    told += [f"{twins} named twice"] if twins else []
    told += [f"{_of(new_places, rows)} new on this server"] if new_places else []
    told += ["all known here"] if rows and not already and not new_places and all(row.settled for row in rows) else []
    lines = [f"**{', '.join(told)}**"]
    if preview.stated:
        lines.append(_stated(preview.stated, len(rows)))
    return "\n".join(lines)


def _of(count: int, rows: Sequence[Row]) -> str:
    return "all" if count == len(rows) > 1 else str(count)


def _stated(stated: Said[int], found: int) -> str:
    words = f" ({quoted(stated.words)})" if stated.words else ""
    if stated.value == found:
        return f"-# The text speaks of {stated.value}{words}, as many as were found."
    return f"Look at this: the text speaks of {stated.value}{words}, but {found} were found."


def _add_open_row(pages: list[Page], preview: Preview, row: Row) -> None:
    """A row that needs a look, with a button for each place that may be meant."""
    lines = [f"**{safe(row.label)}**{_quote_of(row)}{_marks(preview, row)}"]
    lines += [f"-# {safe(clipped(row.doubt, 300))}"] if row.doubt else []
    offered = row.candidates if not row.settled else ()
    if len(offered) > MOST_CHOICES:
        more = listed([safe(place.full_label) for _, place in offered[:12]], "or")
        lines.append(
            f"-# It may be {more}{' or another' if len(offered) > 12 else ''}: write the one you mean with Edit recipients."
        )
        offered = ()
    text = Text("\n".join(lines))
    blocks: list[Block] = [text]
    page = len(pages) - 1
    parts = 2 + len(offered)
    if not _takes(pages[-1], row, len(text.markdown) + 1, parts):
        pages.append(Page())
        page += 1
    if offered:
        buttons = [
            Button(clipped(place.full_label, 80), preview.action("take", page, row.mark, mark)) for mark, place in offered
        ]
        blocks.append(Buttons(tuple(buttons)))
    pages[page].add(*blocks)
    _note(pages[page], row)


def _add_settled_rows(pages: list[Page], preview: Preview, rows: Sequence[Row]) -> None:
    """A line each, in as few texts as pages."""
    lines: list[str] = []
    for row in rows:
        line = f"- {safe(row.label)}{_quote_of(row)}{_marks(preview, row)}"
        if not _takes(pages[-1], row, len(line) + 1, 0 if lines else 1):
            pages[-1].blocks += [Text("\n".join(lines))] if lines else []
            pages.append(Page())
            lines = []
        pages[-1].parts -= 0 if lines else 1
        pages[-1].room -= len(line) + 1
        _note(pages[-1], row)
        lines.append(line)
    if lines:
        pages[-1].blocks.append(Text("\n".join(lines)))


def _takes(page: Page, row: Row, text: int, parts: int) -> bool:
    return page.fits(text, parts) and len(page.rows) < MOST_ROWS and len(row.label) + 1 <= page.form


def _note(page: Page, row: Row) -> None:
    page.rows.append(row)
    page.form -= len(row.label) + 1


def _marks(preview: Preview, row: Row) -> str:
    """What matters beside a name: already recorded, new here, by another name here, its own deadline."""
    marks = []
    if row.case is not None:
        marks.append(f"is recorded already as #{row.case}")
    elif row.twin:
        marks.append("named twice, recorded once")
    if row.known:
        marks.append(f"known here as {safe(row.known)}")
    if row.new_place and not preview.all_new_places:
        marks.append("new place")
    if row.deadline:
        marks.append(f"own deadline {day(row.deadline.date)}")
    if row.asked:
        marks.append(safe(clipped(told_apart(row.asked), 80)))
    return f" — {'; '.join(marks)}" if marks else ""


def _quote_of(row: Row) -> str:
    return f" {quoted(row.quote, 80)}" if row.quote else ""


# The buttons at the foot


def _foot(preview: Preview, page: int, pages: int) -> Iterator[Block]:
    turning = []
    if pages > 1:
        turning = [
            Button("Back", preview.action("page", page - 1, "back"), disabled=page == 0),
            Button("More", preview.action("page", page + 1, "more"), disabled=page == pages - 1),
        ]
    yield Buttons((*turning, Button("Edit recipients", preview.action("rows", page))))
    yield Buttons((_confirm(preview, page), Button("Drop draft", preview.action("drop", page), style=Style.DANGER)))


def _confirm(preview: Preview, page: int) -> Button:
    action = preview.action("confirm", page, preview.digest)
    if preview.to_settle:
        label = f"Record: {plural(len(preview.to_settle), 'thing')} to settle first"
        return Button(label, action, style=Style.PRIMARY, disabled=True)
    if not preview.new:
        return Button("Nothing to record: all are recorded already", action, style=Style.PRIMARY, disabled=True)
    counted = preview.deadline or (preview.letter and preview.letter.deadline)
    without = 0 if counted else sum(row.counts and row.deadline is None for row in preview.rows)
    told = f", {without:,}" if 0 < without < preview.new else ""
    label = f"Record {plural(preview.new, 'recipient')}{told}{' without a deadline' if without else ''}"
    return Button(label, action, style=Style.PRIMARY)
