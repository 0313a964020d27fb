"""The places that a text names and no rule makes recipients: how many there are, and pages on which a person ticks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.words.card import Block, Button, Buttons, Card, Divider, Select, SelectLine, Style, Text, Tone
from bot.words.draft_letter import EDIT_RECIPIENTS
from bot.words.draft_preview import NamedCounts, OfferedPlace, Preview, quoted
from bot.words.prose import clipped, plural, safe

#: Lines of a select, and so places of a page (Discord docs, "String Select").
PAGE = 25
#: Characters of a line of a select, and of what stands below it.
LONGEST_CHOICE = 100
#: Characters of the places of a page with their words. With heading and foot it stays under Discord's 4,000.
ROOM = 3_000
#: Lists of a page with a button, in rows of five. More than 12 do not fit on a page of 25.
MOST_LISTS = 15


def counts_line(counts: NamedCounts) -> str:
    """31 places named: 23 recipients, 2 cleared, 6 not ticked."""
    sorts = (
        (counts.recipients, "recipient" if counts.recipients == 1 else "recipients"),
        (counts.ticked, "ticked by you"),
        (counts.removed, "removed by you"),
        (counts.cleared, "cleared"),
        (counts.unticked, "not ticked"),
        (counts.sender, "the sender's own"),
        (counts.passing, "named in passing"),
    )
    return f"{plural(counts.named, 'place')} named: {', '.join(f'{count:,} {sort}' for count, sort in sorts if count)}"


def offer_line(preview: Preview) -> str:
    """How many places the text names, and which of them are likeliest; "" if nothing was counted."""
    lines = [f"{counts_line(preview.counts)}."] if preview.counts else []
    left = [place for place in preview.offered if not place.ticked]
    if left:
        named = "; ".join(safe(clipped(place.label, 60)) for place in left[:3])
        more = f"; and {len(left) - 3:,} more" if len(left) > 3 else ""
        lines.append(f"-# Not ticked, most likely first: {named}{more}.")
    return "\n".join(lines)


def offer_card(preview: Preview, page: int) -> Card:
    """One page of the places, to tick those that received the letter; for a page past the end the last one. There is at least
    one place.
    """
    pages = (len(preview.offered) + PAGE - 1) // PAGE
    page = max(0, min(page, pages - 1))
    first = page * PAGE
    shown = list(enumerate(preview.offered))[first : first + PAGE]
    places = [place for _, place in shown]
    which = f"Places {first + 1:,} to {first + len(shown):,} of {len(preview.offered):,}"
    which = which if len(shown) > 1 else f"Place {first + 1:,} of {len(preview.offered):,}"
    ticked = sum(place.ticked for place in places)
    select = Select(
        preview.action("tick", page),
        f"{which}: none ticked" if not ticked else which,
        tuple(_choice(index, place) for index, place in shown),
    )
    blocks: list[Block] = [Text(_head(preview)), Divider(), Text(_texts(places)), select]
    blocks += _list_buttons(preview, page, places)
    blocks += [Text(f"-# Page {page + 1:,} of {pages:,}")] if pages > 1 else []
    return Card((*blocks, *_foot(preview, page, pages)), Tone.SOON)


def _head(preview: Preview) -> str:
    count = len(preview.offered) - preview.unticked
    asked = "Who else received the letter?" if len(preview.rows) > count else "Who received the letter?"
    title = f"{safe(clipped(preview.title, 100))}: " if preview.title else ""
    lines = [f"## {asked}", f"{title}**{count:,} of {plural(len(preview.offered), 'place')} ticked.** Nothing is recorded yet."]
    lines.append("-# Most likely first. Whom you tick becomes a recipient of the draft.")
    unlisted = preview.counts.unticked - preview.unticked if preview.counts else 0
    if unlisted > 0:
        lines.append(f"-# {plural(unlisted, 'less likely place')} not listed: add recipients with {EDIT_RECIPIENTS}.")
    return "\n".join(lines)


def _texts(places: Sequence[OfferedPlace]) -> str:
    """Each place of a page with the words around it, those of a list together, with as many of the words as there is room."""
    for limit in (160, 120, 90, 60, 30):
        text = "\n".join(_lines(places, limit))
        if len(text) <= ROOM:
            return text
    return clipped("\n".join(_lines(places, 0)), ROOM)


def _lines(places: Sequence[OfferedPlace], limit: int) -> Iterator[str]:
    """`limit`: characters of the words around a place."""
    seen: set[int] = set()
    for place in places:
        if place.list_number is None:
            yield f"- {_named(place, strong=True)}{_quote(place, limit)}"
        elif place.list_number not in seen:
            seen.add(place.list_number)
            members = [other for other in places if other.list_number == place.list_number]
            yield f"- **List {place.list_number}**{_quote(place, limit)}"
            yield f"  {'; '.join(_named(member) for member in members)}"


def _named(place: OfferedPlace, *, strong: bool = False) -> str:
    label = safe(clipped(place.label, LONGEST_CHOICE))
    return f"{'✓ ' if place.ticked else ''}{f'**{label}**' if strong else label}"


def _quote(place: OfferedPlace, limit: int) -> str:
    return f" {quoted(around(place.words, place.name, limit), limit)}" if limit and place.words else ""


def around(words: str, name: str, limit: int) -> str:
    """At most `limit` characters of the words, with the name in the middle where they are longer.

    Of several such names that in the middle of the words is meant; the first, where they are the beginning of a sentence.
    """
    if len(words) <= limit:
        return words
    middle = (len(words) - len(name)) // 2 if words.startswith("…") else 0
    starts = [match.start() for match in re.finditer(re.escape(name), words)]
    at = min(starts, key=lambda start: abs(start - middle), default=0)
    start = max(0, min(at - (limit - len(name)) // 2, len(words) - limit))
    if start:
        start = words.find(" ", start, at + 1) + 1 or start
    text = words[start:]
    return clipped(f"… {text.removeprefix('… ')}" if start else text, limit)


def _choice(index: int, place: OfferedPlace) -> SelectLine:
    listed = f"List {place.list_number}: " if place.list_number is not None else ""
    words = clipped(listed + around(place.words, place.name, LONGEST_CHOICE - len(listed)), LONGEST_CHOICE)
    return SelectLine(clipped(place.label, LONGEST_CHOICE), str(index), words, place.ticked)


def _list_buttons(preview: Preview, page: int, places: Sequence[OfferedPlace]) -> Iterator[Buttons]:
    """A button for each list of which a place is on the page. It ticks the places of the list on other pages too."""
    numbers = list(dict.fromkeys(place.list_number for place in places if place.list_number is not None))
    buttons = [_list_button(preview, page, number) for number in numbers[:MOST_LISTS]]
    for start in range(0, len(buttons), 5):
        yield Buttons(tuple(buttons[start : start + 5]))


def _list_button(preview: Preview, page: int, number: int) -> Button:
    members = [place for place in preview.offered if place.list_number == number]
    if all(place.ticked for place in members):
        return Button(f"Untick all in list {number}", preview.action("unticklist", page, number))
    return Button(f"Tick all {len(members):,} in list {number}", preview.action("ticklist", page, number))


def _foot(preview: Preview, page: int, pages: int) -> Iterator[Block]:
    if pages > 1:
        yield Buttons(
            (
                Button("Back", preview.action("offer", page - 1, "back"), disabled=page == 0),
                Button("More", preview.action("offer", page + 1, "more"), disabled=page == pages - 1),
            )
        )
    untick = Button("Untick all", preview.action("untick", page), disabled=preview.unticked == len(preview.offered))
    yield Buttons((Button("Done", preview.action("page", 0), style=Style.PRIMARY), untick))
