"""The long answers: deadlines by date, a case's history, what will be posted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.corrections import correction_of
from bot.record.events import Corrected, DeadlineSet, Event, effective_events, replacements, undone_with_case
from bot.record.grouping import MOST_SECTIONS, stands_apart
from bot.record.ladder import Due
from bot.record.places import Jurisdiction
from bot.record.plan import NoticeAhead
from bot.record.sources import Source
from bot.words.card import Button, Buttons, Card, Text, Tone
from bot.words.deadline_reasons import button as why_button
from bot.words.errors import several_places, unknown_place
from bot.words.events import event_line, recorded_on, recorder
from bot.words.paging import Passage, Query, packed
from bot.words.prose import clipped, days_left, due, happened, moment, plural, safe, source, stamp
from bot.words.status import NO_CHANNEL, Placed, headline, rung_words

NEWEST = 3  # events of each case behind the History button of a notice
MOST_CHOICES = 25  # buttons, in rows of five
Heading = tuple[date, str, int]  # a day, a time of day and a letter: what deadlines are grouped by


@dataclass(frozen=True)
class ListTotals:
    """What is counted of a whole list, of which one page is shown."""

    cases: int
    #: None where it goes without saying.
    overdue: int | None
    #: By day, time of day and letter.
    of_heading: Mapping[Heading, int]
    #: Whether cases are left out that are not open, as they are where no status was asked for.
    of_open: bool = False


def deadline_cards(cases: Placed, asked: str, totals: ListTotals) -> list[Card]:
    """Cases by the date of their deadline, grouped by letter and date; unknown deadlines come last.

    `asked`: the filters in words ("within 14 days, California"), or empty.
    """
    heading = "## Deadlines" + (f": {safe(asked)}" if asked else "")
    if not cases:
        return [Card((Text(f"{heading}\nNo {'open case' if totals.of_open else 'case'} matches."),))]
    groups: dict[Heading, list[tuple[Case, CaseState]]] = defaultdict(list)
    for case, case_state in cases:
        deadline = case_state.deadline
        time_of_day = f"{deadline.time or 'end'}" if deadline else ""
        groups[(deadline.date if deadline else date.max, time_of_day, case.letter.id)].append((case, case_state))
    sections: list[Passage] = []
    explained: set[int] = set()  # letters: two buttons of one message must not do the same
    for by, group in sorted(groups.items(), key=lambda item: item[0]):
        total = max(totals.of_heading.get(by, 0), len(group))
        sections.append(_deadline_group(group, total, of_case=by[2] in explained))
        explained.add(by[2])
    overdue = totals.overdue if totals.overdue is not None else totals.cases
    return packed(f"{heading}\n{_count(totals)}", sections, Tone.ALARM if overdue else Tone.CALM)


def _count(totals: ListTotals) -> str:
    """49 cases, by date; 43 overdue"""
    overdue = "all overdue" if totals.overdue == totals.cases else f"{totals.overdue:,} overdue" if totals.overdue else ""
    return "; ".join(filter(None, (f"{plural(totals.cases, 'case')}, by date", overdue)))


def history_cards(
    place: Jurisdiction,
    cases: Sequence[Case],
    context: Sequence[Event],
    remark: str = "",
    changes: Sequence[str] = (),
    buttons: tuple[Button, ...] = (),
) -> list[Card]:
    """Everything recorded about a place, letter by letter, oldest first; replaced events are struck out.

    `remark`: stands above all. `changes`: what was changed of the place itself, with `buttons` below.
    """
    head = f"## History of {safe(place.label)}" + (f"\n{remark}" if remark else "")
    sections = [_history(case) for case in sorted(cases, key=lambda case: case.letter.sent.latest)]
    if context:
        sections.append(Passage(tuple(_events(context)), title="**Not tied to a letter**"))
    if changes:
        sections.append(Passage(tuple(changes), buttons, title="**The place itself**"))
    if not sections:
        return [Card((Text(f"{head}\nNothing is recorded."),))]
    return packed(head, sections)


def case_history_cards(case: Case) -> list[Card]:
    """One case, oldest first."""
    return packed(f"## History of #{case.number} {safe(case.place.label)}", [_history(case)])


def notice_history_cards(cases: Sequence[Case]) -> list[Card]:
    """The newest events of several cases, for the History button of a notice."""
    sections: list[Passage] = []
    for case in cases:
        lines = list(_events(case.events, case.letter))
        more = f" (latest {NEWEST} of {len(lines)}; /history shows all)" if len(lines) > NEWEST else ""
        sections.append(Passage(tuple(lines[-NEWEST:]), title=f"**#{case.number} {safe(case.place.label)}**{more}"))
    return packed("## History", sections)


def place_news_history_cards(contexts: Sequence[tuple[Jurisdiction, Sequence[Event]]]) -> list[Card]:
    """What is recorded of some places apart from any letter, for the History button of news about them."""
    sections = [
        Passage(tuple(_events(context)), title=f"**{safe(place.label)}**, not tied to a letter") for place, context in contexts
    ]
    return packed("## History", sections)


def source_cards(title: str, sources: Iterable[Source]) -> list[Card]:
    """Sources, each once; `title` is markdown."""
    lines = [f"- {source(cited)}" for cited in dict.fromkeys(sources)]
    return packed(f"## Sources: {title}", [Passage(tuple(lines or ["No sources are recorded."]))])


def schedule_cards(
    notices: Sequence[NoticeAhead], days: int, zone: ZoneInfo, channel_id: int | None, is_whole: bool = True
) -> list[Card]:
    """What will be posted in the next days: each message with its channel, and a line for each of its letters and rungs. `zone`
    is the server's; `is_whole`: whether these are all of them."""
    heading = f"## Schedule: the next {plural(days, 'day')}"
    notes = () if channel_id else (NO_CHANNEL,)
    if not notices:
        return [Card((Text("\n".join((heading, *notes, "No alerts are due."))),))]
    messages = _messages(_merged(notices))
    lines = [_message_lines(message, zone, channel_id) for message in messages]
    counted = plural(len(messages), "message") if is_whole else "What will be posted"
    about = f"{counted}, if nothing changes; times in {safe(zone.key)}"
    return packed("\n".join((heading, *notes, about)), [Passage(tuple(lines))])


def _merged(notices: Sequence[NoticeAhead]) -> list[NoticeAhead]:
    """What is posted as one notice: cases of a letter whose deadlines differ, and not the rung and its moment."""
    merged: dict[tuple[Due, int], NoticeAhead] = {}
    for notice in notices:
        same = (notice.due, notice.letter.id)
        first = merged.get(same, replace(notice, count=0, cases=()))
        merged[same] = replace(notice, count=first.count + notice.count, cases=first.cases + notice.cases)
    return list(merged.values())


def _messages(notices: Iterable[NoticeAhead]) -> list[list[NoticeAhead]]:
    """As they are posted: what is due in one channel at one moment together, as far as it may be and there is room."""
    by_message: dict[tuple[object, ...], list[NoticeAhead]] = defaultdict(list)
    for notice in notices:
        due = notice.due
        apart = (notice.letter.id, due.rung.name, due.occurrence) if stands_apart(due.rung) else ()
        by_message[due.at, due.rung.channel_id, apart].append(notice)
    starts = ((of, start) for of in by_message.values() for start in range(0, len(of), MOST_SECTIONS))
    return [of[start : start + MOST_SECTIONS] for of, start in starts]


def which_place(typed: str, places: Sequence[tuple[str, Query]], is_known: bool = True) -> Card:
    """One button for each place of that name, given by its full name and what its button asks; of similar names, if no place
    of the name is known."""
    shown = places[:MOST_CHOICES]
    buttons = [Button(clipped(full_label, 80), query.action(0)) for full_label, query in shown]
    rows = [Buttons(tuple(buttons[start : start + 5])) for start in range(0, len(buttons), 5)]
    asked = (several_places if is_known else unknown_place)(typed, [full_label for full_label, _ in shown])
    return Card((Text(safe(asked)), *rows))


def also_named(places: Sequence[Jurisdiction]) -> tuple[str, ...]:
    """A remark on the other places of a name, which have no letter; empty if there are none."""
    names = [f"{safe(place.full_label)}, no letter" for place in places]
    return (f"Also recorded under this name: {'; '.join(names)}.",) if names else ()


def asked_for(within: int | None, status: str | None, state: str | None, letter: Letter | None) -> str:
    """The filters of /deadlines, in words."""
    parts = [
        f"within {plural(within, 'day')}" if within is not None else "",
        status or "",
        state or "",
        letter.title if letter else "",
    ]
    return ", ".join(filter(None, parts))


def _deadline_group(group: Placed, total: int, of_case: bool) -> Passage:
    """`total`: how many cases the list has of that letter and date, on this page and on others. `of_case`: its button explains
    the deadline of its first case, not every deadline of the letter."""
    case, case_state = group[0]
    when = (
        f"{due(case_state.deadline)}, {days_left(case_state.days_left or 0)}"
        if case_state.deadline
        else "No deadline is recorded"
    )
    action = f"why:{case.number}" if of_case else f"lwhy:{case.letter.id}"
    why = (why_button(action),) if case_state.deadline else ()
    count = f": {plural(total, 'case')}" if total > len(group) else ""
    return Passage(tuple(_by_status(group, counted=not count)), why, title=f"**{when}**\n{safe(case.letter.title)}{count}")


def _by_status(group: Placed, counted: bool) -> Iterable[str]:
    """`counted`: with how many have each status, where none of them is on another page."""
    by_status: dict[str, list[Case]] = defaultdict(list)
    for case, case_state in group:
        by_status[headline(case_state)].append(case)
    for words, members in sorted(by_status.items(), key=lambda item: (-len(item[1]), item[0])):
        in_order = sorted(members, key=lambda case: case.place.label) if counted else members  # else as the list goes on
        names = [f"#{case.number} {safe(case.place.label)}" for case in in_order]
        for start in range(0, len(names), 25):
            count = f" ({len(names)})" if counted else ""
            head = f"{safe(words)}{count}" if start == 0 else f"{safe(words)} (more)"
            yield f"- {head}: {'; '.join(names[start : start + 25])}"


def _history(case: Case) -> Passage:
    title = f"**#{case.number} {safe(case.letter.title)}** ({safe(case.letter.authority)}, {happened(case.letter.sent)})"
    conflicts = [f"-# Sources disagree about the letter: {safe(conflict.text)}" for conflict in case.letter.conflicts]
    dated = any(isinstance(event.detail, DeadlineSet) for event in effective_events(case.events))
    why = (why_button(f"why:{case.number}"),) if dated else ()
    correct = Button("Correct", f"fix:case:{case.number}")
    return Passage((*_events(case.events, case.letter), *conflicts), (*why, correct), title=title)


def _events(events: Sequence[Event], letter: Letter | None = None) -> Iterable[str]:
    """By when things happened, oldest first; what does not count any more is struck out and says who corrected it, and when."""
    corrected, with_case = replacements(events), undone_with_case(events)
    for event in sorted(events, key=lambda e: (e.when.latest, e.id)):
        if isinstance(event.detail, Corrected):
            continue
        plain = replace(event, reason="") if event.replaces is not None else event  # what it corrects says why
        line = event_line(plain, letter=letter) + recorder(event)
        if event.id in corrected and (correction := correction_of(events, event)):
            line = f"~~{line}~~ corrected on {recorded_on(correction)}{_reason(correction)}"
        elif undone := with_case.get(event.id):
            line = f"~~{line}~~ undone with its case on {recorded_on(undone)}"
        yield f"- {line}"


def _reason(correction: Event) -> str:
    """Why it was corrected, and what a correction says that states nothing in its place."""
    text = correction.text if isinstance(correction.detail, Corrected) else ""
    said = " ".join(filter(None, (text, correction.reason)))
    return f". {safe(said)}" if said else ""


def _message_lines(message: Sequence[NoticeAhead], zone: ZoneInfo, channel_id: int | None) -> str:
    due = message[0].due
    channel = due.rung.channel_id or channel_id
    where = f" in <#{channel}>" if channel else ""
    head, at = f"- **{moment(due.at.astimezone(zone))}**{where}", f"({stamp(due.at)})"
    if len(message) == 1:
        return f"{head}: {_section_words(message[0])} {at}"
    return "\n".join((f"{head} {at}:", *(f"  - {_section_words(notice)}" for notice in message)))


def _section_words(notice: NoticeAhead) -> str:
    rung = notice.due.rung
    whom = f"pings <@&{rung.role_id}>" if rung.role_id else "pings the escalation role"
    cases = plural(notice.count, "case")
    if len(notice.cases) == notice.count <= 3:
        cases += f" ({'; '.join(safe(case.place.label) for case in notice.cases)})"
    return f"{rung_words(notice.due)} — {safe(notice.letter.title)}: {cases}" + (f", {whom}" if rung.loud else "")
