"""One thing in many cases: the preview, in which cases can be unticked, and the receipt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.record.bulk import BatchFact, Extension, LeftOut, Planned
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Court, DeadlineSet, Detail, Event
from bot.record.new_events import NewEvent
from bot.words.announcing import NOT_ANNOUNCED
from bot.words.card import Block, Button, Buttons, Card, Select, SelectLine, Style, Text, Tone, with_undo
from bot.words.card import pages as pages_of_lines
from bot.words.events import STEPS, court_and_docket, event_line, what_happened
from bot.words.plain_text import unmarked
from bot.words.prose import clipped, day, happened, listed, plural, safe, source, until, wrapped
from bot.words.status import headline

LINE = 600  # characters of names on one line
MESSAGE = 3_900  # characters of a preview without the number of its page
HEAD = 2_500  # characters above the cases of a preview
TOLD = 1_500  # characters of what happened, in a preview
NAMED = 700  # characters of those left out that are named there
SHOWN = 25  # cases that a receipt names
FEW = 6  # cases left out that are named in the heading
LONGEST_CHOICE = 100  # characters (Discord docs, "Select Option Structure")

ENDED = "ended"
OPEN = "is open, so there is nothing to reopen"
UNDONE = "its recording was undone"
CHANGED = "changed since this was shown"
OVER = (
    "This preview is not kept any more, so nothing was recorded. Use the command again: it shows first what would be recorded."
)
USED = "This was recorded or left already. If /history does not show it, use the command again."
OTHER_CHOICE = "Other cases have been ticked since. Nothing was recorded: look at the newest preview, and press Record there."
NAME_FEWER = "Name fewer of them."


@dataclass(frozen=True)
class BatchPage:
    """What a page of a preview shows."""

    fact: BatchFact
    #: When it happened, and by which source.
    told: NewEvent
    #: Those that can take it, ticked or not; by number.
    planned: Sequence[Planned]
    unticked: Collection[int]
    left_out: Sequence[LeftOut]
    #: Whether the cases are shown in selects, of `page_size` cases.
    picks: bool
    #: Whether nothing is announced.
    quietly: bool
    #: The ids of all that could take it at first: a case stays on its page of selects, also if others are left out since.
    order: Sequence[int]
    page_size: int
    #: The custom_ids of its buttons: record, leave, pick, all, none; `page:` and `tick:` take the number of a page.
    press: Mapping[str, str]

    @property
    def ticked(self) -> list[Planned]:
        return [each for each in self.planned if each.case.id not in self.unticked]


def sent_later(sent: When) -> str:
    return f"its letter was sent later ({happened(sent)})"


def already(detail: Detail) -> str:
    """Why a case is left out that has the same event."""
    if isinstance(detail, Court) and detail.docket:
        return f"has this docket already ({STEPS[detail.step]})"
    return "has this already (same day, same source)"


def shortened(refusal: str) -> str:
    """The first sentence of a refusal, as the reason why a case is left out."""
    return clipped(refusal.split(". ")[0].rstrip("."), 160)


def nothing_to_record(left_out: Sequence[LeftOut]) -> str:
    """Why nothing can be recorded. Plain text."""
    if not left_out:
        return "No case is ticked, so nothing was recorded."
    named = [f"#{case.number} {case.label}: {case.why}" for case in left_out[:FEW]]
    more = f"; and {len(left_out) - FEW:,} more" if len(left_out) > FEW else ""
    return f"None of these cases can take this, so nothing was recorded. {'; '.join(named)}{more}."


def preview_card(shown: BatchPage, page: int) -> Card:
    """One page of a preview, with the buttons that decide; a number past the end gives the last page."""
    cards = _picking_cards(shown) if shown.picks else _listing_cards(shown)
    page = max(0, min(page, len(cards) - 1))
    turning = [
        Button("Back", f"{shown.press['page']}:{page - 1}", disabled=page == 0),
        Button("More", f"{shown.press['page']}:{page + 1}", disabled=page == len(cards) - 1),
    ]
    foot: list[Block] = [Text(f"-# Page {page + 1} of {len(cards)}"), Buttons(tuple(turning))] if len(cards) > 1 else []
    return replace(cards[page], blocks=(*cards[page].blocks, *foot, _deciding(shown, page)))


def _deciding(shown: BatchPage, page: int) -> Buttons:
    count = len(shown.ticked)
    record = Button(f"Record in {plural(count, 'case')}", shown.press["record"], style=Style.PRIMARY, disabled=not count)
    leave = Button("Leave", shown.press["leave"])
    if not shown.picks:
        return Buttons((record, leave, *([Button("Choose cases", shown.press["pick"])] if len(shown.planned) > 1 else [])))
    every = Button("Tick all", f"{shown.press['all']}:{page}", disabled=count == len(shown.planned))
    return Buttons((record, leave, every, Button("Untick all", f"{shown.press['none']}:{page}", disabled=not count)))


def _listing_cards(shown: BatchPage) -> list[Card]:
    """So many cases on a page; then those left out, if they are many."""
    changes = _Changes(shown.ticked)
    starts = range(0, len(changes.in_order), shown.page_size)
    head = _head(shown)
    room = MESSAGE - len(head)
    some = [changes.in_order[start : start + shown.page_size] for start in starts] or [[]]
    lists = [page for few in some for page in pages_of_lines(changes.lines(few), room)]
    if len(shown.left_out) > FEW:
        lists += pages_of_lines(list(_left_out(shown.left_out)), room)
    return [Card((Text(head), *([Text("\n".join(lines))] if lines else [])), Tone.SOON) for lines in lists]


def _picking_cards(shown: BatchPage) -> list[Card]:
    """A select a page, with so many cases; whom nobody unticked is ticked."""
    head, cards = _head(shown), []
    room = (MESSAGE - len(head) - 100) // 2
    for page, few in _pages_of_selects(shown):
        tick = f"{shown.press['tick']}:{page}"
        choices = tuple(_choice(each, each.case.id not in shown.unticked) for each in few)
        start = shown.planned.index(few[0])
        which = f"Cases {start + 1:,} to {start + len(few):,} of {len(shown.planned):,}"
        without = [each.case for each in few if each.case.id in shown.unticked]
        texts = [f"**{which}**: {len(few) - len(without)} ticked"]
        texts += [f"-# Not ticked: {clipped(', '.join(map(_named, without)), room)}"] if without else []
        cards.append(Card((Text(head), Text("\n".join(texts)), Select(tick, f"{which}: none ticked", choices)), Tone.SOON))
    if not cards:
        cards = [Card((Text(head),), Tone.SOON)]
    if len(shown.left_out) > FEW:
        last = cards[-1]
        every = Text(clipped("\n".join(_left_out(shown.left_out)), room))
        cards[-1] = replace(last, blocks=(*last.blocks, every))
    return cards


def _pages_of_selects(shown: BatchPage) -> Iterator[tuple[int, list[Planned]]]:
    """Each page on which cases are left, by its number."""
    planned = {each.case.id: each for each in shown.planned}
    for start in range(0, len(shown.order), shown.page_size):
        few = [planned[case_id] for case_id in shown.order[start : start + shown.page_size] if case_id in planned]
        if few:
            yield start // shown.page_size, few


def _choice(each: Planned, ticked: bool) -> SelectLine:
    label = clipped(f"#{each.case.number} {each.case.place.label}", LONGEST_CHOICE)
    return SelectLine(label, str(each.case.id), clipped(unmarked(_change(each)), LONGEST_CHOICE), ticked)


def _head(shown: BatchPage) -> str:
    count = len(shown.ticked)
    these = "this case" if count == 1 else f"these {count:,} cases"
    lines = [f"## Record “{clipped(_what(shown.fact, shown.told), 150)}” in {these}?"]
    titles = {each.case.letter.title for each in shown.planned}
    lines += [f"-# {safe(titles.pop())}"] if len(titles) == 1 else []
    lines.append(clipped(_told(shown.fact, shown.told), TOLD))
    unticked = len(shown.planned) - count
    lines += [f"{plural(unticked, 'case')} not ticked."] if unticked and len(shown.planned) > shown.page_size else []
    if shown.left_out:
        few = [f"#{case.number} {safe(case.label)} {safe(case.why)}" for case in shown.left_out[:FEW]]
        rest = len(shown.left_out) - FEW
        named = "; ".join(few) + (f"; and {rest:,} more, on the last page" if rest > 0 else "")
        lines.append(f"**{len(shown.left_out):,} left out:** {clipped(named, NAMED)}")
    lines += [NOT_ANNOUNCED] if shown.quietly else []
    return clipped("\n".join(lines), HEAD)


def _what(fact: BatchFact, told: NewEvent) -> str:
    """injunction, N.D. Cal., 3:17-cv-05701. Markdown."""
    match fact:
        case Extension(deadline=deadline):
            return f"new deadline: {safe(deadline)}"
        case Court():
            return ", ".join(filter(None, (STEPS[fact.step], safe(court_and_docket(fact)))))
        case detail:
            return what_happened(_as_event(NewEvent(told.when, detail)))


def _told(fact: BatchFact, told: NewEvent) -> str:
    """When, in which words and by which source."""
    if not isinstance(fact, Extension):
        return event_line(_as_event(told), with_what=_says_more(told))
    by = f" by {safe(fact.granted_by)}" if fact.granted_by else ""
    return f"**{happened(told.when)}**: granted{by}. ({'; '.join(map(source, told.sources))})"


def _says_more(told: NewEvent) -> bool:
    """Whether what happened is not in the heading as a whole."""
    return isinstance(told.detail, Court) and told.detail.stops_clock


def _as_event(new: NewEvent) -> Event:
    return Event(0, new.when, new.when.latest, new.detail, new.text, "", new.certainty, new.sources, new.amount)


class _Changes:
    """How cases change: by letter, with those that change in the same way together, the most first."""

    def __init__(self, planned: Sequence[Planned]) -> None:
        self._change = {each.case.id: _change(each) for each in planned}
        self._alike = Counter(map(self._key, planned))
        letters = {each.case.letter.id: each.case.number for each in reversed(planned)}  # the first number of each
        self._several = len(letters) > 1
        self.in_order = sorted(
            planned, key=lambda each: (letters[each.case.letter.id], -self._alike[self._key(each)], self._key(each))
        )

    def _key(self, each: Planned) -> tuple[int, str]:
        return each.case.letter.id, self._change[each.case.id]

    def lines(self, some: Sequence[Planned]) -> list[str]:
        """Some of them, in this order; each way to change with the number of all that change so."""
        lines: list[str] = []
        before = 0
        for (letter_id, change), members in groupby(some, self._key):
            of_it = [each.case for each in members]
            if self._several and letter_id != before:
                lines.append(f"**{safe(of_it[0].letter.title)}**")
            before = letter_id
            lines += [f"- {change} ({self._alike[letter_id, change]:,})", *wrapped(map(_named, of_it), LINE)]
        return lines


def _change(each: Planned) -> str:
    """How a case stands before and after; of a deadline, the day. Markdown."""
    if isinstance(each.event.detail, DeadlineSet):
        before = _due(each.before.deadline) if each.before.deadline else "no deadline"
        return f"{before} → **{_due(each.event.detail.deadline)}**"
    before, after = safe(headline(each.before)), safe(headline(each.after))
    return before if before == after else f"{before} → **{after}**"


def _due(deadline: Deadline) -> str:
    return f"{day(deadline.date)}, {until(deadline)}"


def _left_out(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """By reason."""
    alike: dict[str, list[str]] = defaultdict(list)
    for case in left_out:
        alike[case.why].append(f"#{case.number} {safe(case.label)}")
    yield f"**Left out: {plural(len(left_out), 'case')}**"
    for why, members in alike.items():
        if len(members) <= FEW:
            yield f"- {listed(members)}: {safe(why)}"
        else:
            yield f"- {safe(why)} ({len(members):,})"
            yield from wrapped(members, LINE)


def _named(case: Case) -> str:
    return f"#{case.number} {safe(case.place.label)}"


def recorded_receipt(fact: BatchFact, planned: Sequence[Planned], left_out: Sequence[LeftOut], operation: str) -> Card:
    """What was recorded, in which cases, and in which not."""
    lines = [f"**Recorded in {plural(len(planned), 'case')}:** {_what(fact, planned[0].event)}", _told(fact, planned[0].event)]
    lines += _left_out(left_out) if left_out else []
    changes = _Changes(planned)
    shown = changes.in_order[:SHOWN]
    lines += changes.lines(shown)
    if len(planned) > len(shown):
        lines.append(f"- and {len(planned) - len(shown):,} more; {_where_all(planned)}")
    return with_undo(lines, operation)


def _where_all(planned: Sequence[Planned]) -> str:
    slugs = {each.case.letter.slug for each in planned}
    return f"/letter show letter:{safe(slugs.pop())} has all" if len(slugs) == 1 else "/letter show has all of a letter"


def nothing_recorded() -> Card:
    return Card((Text("**Nothing was recorded.**"),))
