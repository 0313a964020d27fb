"""The preview of a draft letter: what was read, with the words it was read from, before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar

from bot.record.case import Letter
from bot.record.dates import Deadline
from bot.record.events import Source
from bot.record.places import Jurisdiction
from bot.words.card import Block, Button, Buttons, Card, Divider, Style, Text, Tone
from bot.words.prose import clipped, day, days_left, due, happened, listed, plural, safe, source

T = TypeVar("T")

ROOM = 3_600  # characters of a page, under Discord's 4,000 with its foot
MOST_PARTS = 30  # components of a page beside its foot, of Discord's 40
MOST_ROWS = 30  # recipients of a page
MOST_FORM = 3_000  # characters of a page's recipients in the form that changes them (4,000 with what a person adds)
QUOTE = 110  # characters of the text beside what was read from it
MOST_HEAD = 1_200  # characters of the heading, and of the line above the recipients
FENCE = "```"
ALL = "all"
MOST_PICKED = 2  # questions with buttons for their answers
MOST_PICKS = 3  # answers of each
MOST_CHOICES = 5  # buttons under a row that is not settled


@dataclass(frozen=True)
class Said(Generic[T]):
    """A value, the words of the text that it was read from with those around them, and why it should be looked at."""

    value: T
    words: str = ""
    doubt: str = ""
    before: str = ""
    after: str = ""

    @property
    def quoted(self) -> str:
        """The words in bold, in their sentence."""
        words = f"**{safe(clipped(self.words, QUOTE))}**" if self.before or self.after else safe(clipped(self.words, QUOTE))
        return f"“{safe(self.before)}{words}{safe(self.after)}”"


@dataclass(frozen=True)
class Asked:
    """What the text leaves open, with its words, and the answers that can be chosen, each with its mark."""

    about: str
    quote: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """A recipient of the draft. `mark` names it in buttons; `known`: the server's own name for it, where that differs;
    `case`: the number under which it is recorded already; `twin`: named before."""

    label: str
    state: str
    mark: str
    quote: str = ""
    doubt: str = ""
    settled: bool = True
    candidates: tuple[tuple[str, Jurisdiction], ...] = ()
    new_place: bool = False
    known: str = ""
    case: int | None = None
    twin: bool = False
    asked: str = ""
    deadline: Deadline | None = None

    @property
    def is_open(self) -> bool:
        """Whether a person should look at it."""
        return not self.settled or bool(self.doubt)

    @property
    def counts(self) -> bool:
        return self.settled and self.case is None and not self.twin


@dataclass(frozen=True)
class Preview:
    """Everything a preview shows.

    `letter`: the recorded letter it goes into; `others`: letters it could go into instead; `kinds`: where the text tells of
    several letters, what each asks, with its mark and how many it went to. `digest` names exactly this state, so that only
    what was shown is recorded.
    """

    id: int
    digest: str
    now: datetime
    title: str
    source: Source | None
    authority: Said[str] | None
    sent: Said[date] | None
    deadline: Said[Deadline] | None
    demand: Said[str] | None
    legal_basis: tuple[Said[str], ...] = ()
    threatened: tuple[Said[str], ...] = ()
    rows: tuple[Row, ...] = ()
    cleared: tuple[Row, ...] = ()
    stated: Said[int] | None = None
    to_settle: tuple[Asked, ...] = ()
    to_look_at: tuple[Asked, ...] = ()
    letter: Letter | None = None
    others: tuple[Letter, ...] = ()
    kinds: tuple[tuple[str, str, int], ...] = ()

    @property
    def new(self) -> int:
        return sum(row.counts for row in self.rows)

    @cached_property
    def all_new_places(self) -> bool:
        return all(row.new_place for row in self.rows if row.settled)

    def action(self, what: str, page: int, *more: object) -> str:
        """The custom_id of a button of this draft."""
        return ":".join(map(str, ("draft", what, self.id, page, *more)))


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
    blocks = [*([Text(f"**{safe(remark)}**")] if remark else []), *pages[page].blocks]
    if len(pages) > 1:
        blocks.append(Text(f"-# Page {page + 1} of {len(pages)}"))
    return Card((*blocks, *_foot(preview, page, len(pages))), Tone.SOON if preview.to_settle else Tone.CALM)


def pages_of(preview: Preview) -> list[Page]:
    """The letter first, then its recipients: those that need a look, then the others by state; at last who is none."""
    first = Page()
    first.add(*_letter_blocks(preview))
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


# The letter


def _letter_blocks(preview: Preview) -> Iterator[Block]:
    title = preview.title or (preview.letter.title if preview.letter else "") or "a letter without a title"
    read = f"Read from {source(preview.source)}" if preview.source else "Pasted"
    yield Text(f"## Draft: {safe(clipped(title, 150))}\n**Nothing is recorded yet.** {read}")
    asked = []
    if preview.to_settle:
        asked.append(Text(_asked("To settle before this can be recorded", preview.to_settle, 800)))
    if preview.to_look_at:
        asked.append(Text(_asked("Please look at", preview.to_look_at, 600)))
    yield from asked
    for one in [one for one in (*preview.to_settle, *preview.to_look_at) if one.choices][:MOST_PICKED]:
        picks = one.choices[:MOST_PICKS]
        yield Buttons(tuple(Button(clipped(label, 80), preview.action("pick", 0, mark)) for mark, label in picks))
    if preview.kinds:
        only = [
            Button(clipped(f"Only “{kind}” ({count})", 80), preview.action("only", 0, mark))
            for mark, kind, count in preview.kinds[:4]
        ]
        yield Buttons((*only, Button("All in one letter", preview.action("only", 0, ALL))))
    target = Text(clipped("\n".join(_target(preview)), 600))
    left = ROOM - MOST_HEAD - sum(len(text.markdown) for text in (*asked, target))
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


def _facts(preview: Preview) -> Iterator[str]:
    yield from _fact("From", safe(preview.authority.value) if preview.authority else "", preview.authority)
    yield from _fact("Dated", day(preview.sent.value) if preview.sent else "", preview.sent)
    yield from _deadline(preview)
    asked = safe(clipped(preview.demand.value, 450)) if preview.demand else ""
    yield from _fact("Asked", asked, preview.demand, unknown="not found in the text")
    yield from _several("Legal basis", preview.legal_basis)
    yield from _threats(preview.threatened)


def _fact(name: str, shown: str, said: Said[T] | None, unknown: str = "not known") -> Iterator[str]:
    if said is None:
        yield f"{name}: *{unknown}*"
        return
    is_words = said.words == said.value and not said.before and not said.after
    yield f"{name}: “{shown}”" if is_words else f"{name}: {shown}"
    if said.words and not is_words:
        yield f"-# {said.quoted}"
    if said.doubt:
        yield f"-# Look at this: {safe(said.doubt)}"


def _deadline(preview: Preview) -> Iterator[str]:
    said = preview.deadline
    if said is None:
        recorded = preview.letter.deadline if preview.letter else None
        if recorded:
            yield f"Deadline: {due(recorded, strong=True)}, as recorded with the letter"
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
    for step in said.value.steps[:6]:
        yield f"-# {safe(clipped(step, 200))}"
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
        words = f" ({_quoted(one.words, 80)})" if one.words and one.words.casefold() != one.value.casefold() else ""
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
            yield f"-# {safe(clipped(one.value, 40))}: {_quoted(one.words, 170)}"
        if one.doubt:
            yield f"-# Look at this: {safe(clipped(one.doubt, 200))}"


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
        lines.append(f"- {safe(clipped(one.about, 300))}")
        lines += [f"-# {_quoted(one.quote)}"] if one.quote else []
    lines += [f"- and {len(asked) - 8} more"] if len(asked) > 8 else []
    return clipped("\n".join(lines), limit)


# The recipients


def _recipients_line(preview: Preview) -> str:
    rows = preview.rows
    new_places = sum(row.new_place and row.settled for row in rows)
    told = [f"{plural(len(rows), 'recipient')}"]
    already, twins = sum(row.case is not None for row in rows), sum(row.twin for row in rows)
    told += [f"{already} recorded already"] if already else []
    told += [f"{twins} named twice"] if twins else []
    told += [f"{new_places} new on this server"] if new_places else ["all known here"] if rows and not already else []
    lines = [f"**{', '.join(told)}**"]
    if preview.stated:
        lines.append(_stated(preview.stated, len(rows)))
    return "\n".join(lines)


def _stated(stated: Said[int], found: int) -> str:
    words = f" ({_quoted(stated.words)})" if stated.words else ""
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
        lines.append(f"-# It may be {more}{' or another' if len(offered) > 12 else ''}: write the one you mean with Edit rows.")
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
        marks.append(f"asked: {safe(clipped(row.asked, 80))}")
    return f" — {'; '.join(marks)}" if marks else ""


def _quote_of(row: Row) -> str:
    return f" {_quoted(row.quote, 80)}" if row.quote else ""


def _quoted(words: str, limit: int = QUOTE) -> str:
    return f"“{safe(clipped(words, limit))}”"


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
    without = "" if counted else " without a deadline"
    return Button(f"Record {plural(preview.new, 'recipient')}{without}", action, style=Style.PRIMARY)
