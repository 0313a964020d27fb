"""What is asked about a draft letter, in words: one sentence or two for each kind of question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.record.deadlines.dates import written
from bot.record.deadlines.deadline import Deadline
from bot.record.places import Jurisdiction
from bot.record.questions import Question, QuestionKind, Reading
from bot.words.prose import listed, numbers

__all__ = ["question_text", "reading_label", "reading_labels", "reading_text"]

MOST_SHOWN = 6  # places that a sentence names; the others are counted

# Names in braces are those that `_values` gives.
SENTENCES: Final[dict[QuestionKind, str]] = {
    QuestionKind.SEVERAL_SENDERS: "The text names several senders: {readings}. Who sent the letter?",
    QuestionKind.NO_SENDER: "No sender was recognised. Who sent the letter?",
    QuestionKind.AUTHORITY_UNKNOWN: "The sender of the letter is not known.",
    QuestionKind.NO_LETTER_DATE: "The text does not say on which day the letters were sent. What day was it?",
    QuestionKind.LETTER_DATE_UNKNOWN: "The date of the letter is not known.",
    QuestionKind.SEVERAL_LETTER_DATES: "The text gives several days on which letters were sent: {readings}. "
    "Which is the date of this letter?",
    QuestionKind.LETTER_DATE_AMBIGUOUS: "“{quote}” can be read as {alternatives}. On which day were the letters sent?",
    QuestionKind.LETTER_DATE_IMPOSSIBLE: "“{quote}” names a day that does not exist. On which day were the letters sent?",
    QuestionKind.LETTER_DATE_CONTRADICTS_ITSELF: "“{quote}” contradicts itself: {day} was a {weekday}. Which day was meant?",
    QuestionKind.LETTER_DATE_OF_RECEIPT: "“{quote}” is when the letter was received. On which day was it sent?",
    QuestionKind.LETTER_DATE_IN_QUOTATION: "“{quote}” is in a quotation, and the text does not say from which day. "
    "When were the letters sent?",
    QuestionKind.LETTER_DATE_RELATIVE: "The text says the letters were sent “{quote}”, but has no date of its own. "
    "What day was it?",
    QuestionKind.LETTER_DATE_WITHOUT_YEAR: "The text says the letters were sent “{quote}”, but not in which year. "
    "What day was it?",
    QuestionKind.LETTER_DATE_WITHOUT_WEEK: "The text says the letters were sent “{quote}”, but not in which week. "
    "What day was it?",
    QuestionKind.LETTER_DATE_IMPRECISE: "The file gives “{quote}” as the date of the letter, which is not a single day. "
    "Enter the date on the letter.",
    QuestionKind.LETTER_DATE_IN_FUTURE: "The letter's date, {day}, is in the future (today is {today}). Correct it.",
    QuestionKind.NO_DEADLINE: "No response deadline was recognised. Is there one?",
    QuestionKind.SEVERAL_DEADLINES: "The text gives more than one day for a response: {readings}. Which is the deadline?",
    QuestionKind.DEADLINE_AMBIGUOUS: "“{quote}” can be read as {alternatives}. Which is meant?",
    QuestionKind.DEADLINE_IMPOSSIBLE: "“{quote}” names a day that does not exist. Which day is the deadline?",
    QuestionKind.DEADLINE_CONTRADICTS_ITSELF: "“{quote}” contradicts itself: {day} is a {weekday}. Which day is the deadline?",
    QuestionKind.DEADLINE_WITHOUT_YEAR: "“{quote}” has no year, and no date in the text settles it. Which day is the deadline?",
    QuestionKind.DEADLINE_WITHOUT_WEEK: "“{quote}” does not say in which week, and no date in the text settles it. "
    "Which day is the deadline?",
    QuestionKind.DEADLINE_YEAR_UNSURE: "“{quote}” has no year. Which day is the deadline?",
    QuestionKind.DEADLINE_FAR_OFF: "“{quote}” has no year, and the next such day is {day}. Which day is the deadline?",
    QuestionKind.DEADLINE_BEFORE_SENT: "“{quote}” is before the letter was sent ({sent}). Which day is the deadline?",
    QuestionKind.DEADLINE_LAST_DAY: "“{quote}”: is the last day {choices}?",
    QuestionKind.DEADLINE_MIDNIGHT: "“{quote}”: is that midnight at the end of {day}, or at its beginning?",
    QuestionKind.DEADLINE_WITHOUT_TIME: "“{quote}” names no time of day. At what time is the answer due, "
    "and in which time zone?",
    QuestionKind.DEADLINE_CONDITIONAL: "“{quote}” says more than one thing. Which day is the deadline?",
    QuestionKind.DEADLINE_REFUSED: "“{quote}”: {reason} Which day is the deadline?",
    QuestionKind.DEADLINE_VAGUE: "The text gives the deadline as “{quote}”. Which day is that?",
    QuestionKind.COUNTED_FROM_RECEIPT: "“{quote}”: the day of receipt is not known. Which day is the deadline?",
    QuestionKind.COUNTED_FROM_UNSTATED_DAY: "“{quote}”: the text does not say from which day to count. "
    "Which day is the deadline?",
    QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR: "“{quote}”: the text does not say which holidays to skip. "
    "Which day is the deadline?",
    QuestionKind.COUNTED_FROM_UNKNOWN_LETTER_DATE: "“{quote}” is counted from the date of the letter, which is not known. "
    "Which day is the deadline?",
    QuestionKind.PERIOD_REFUSED: "“{quote}”: {reason}",
    QuestionKind.DEADLINE_COUNTED_FROM_OLD_DATE: "The deadline, {day}, was counted from another date of the letter. "
    "Enter it again.",
    QuestionKind.DEADLINE_BEFORE_LETTER: "The deadline, {day}, is before the letter's date, {sent}: correct one of them.",
    QuestionKind.NO_RECIPIENT_NAMED: "No recipient was recognised. Who received the letter?",
    QuestionKind.NO_RECIPIENT: "No recipient was found. Add the recipients.",
    QuestionKind.RECIPIENTS_TO_TICK: "No recipient is certain. The text names {enumerated}. Who received the letter?",
    QuestionKind.PLACE_AMBIGUOUS: "“{name}” may be {shown}.{because} Which is meant?",
    QuestionKind.PLACE_UNKNOWN: "“{name}” is not a known place.{nearest} Which place is meant?",
    QuestionKind.MORE_NAMES_UNSETTLED: "{count} more {name_is} not settled: {enumerated}.",
    QuestionKind.SENT_AND_CLEARED: "The text names {names} both as written to and as cleared. Which is right?",
    QuestionKind.SOME_RECIPIENTS_NAMED: "The text names only some of the recipients; {found} found. Who else is there?",
    QuestionKind.STATES_READ_AS_HEADINGS: "Read as a heading above places in that state: {names}. {are_they} too?",
    QuestionKind.SEVERAL_COUNTS: "The text gives several numbers of recipients ({counts}); {found} found.",
    QuestionKind.COUNT_DIFFERS: "The text says {count}; {found} found.",
    QuestionKind.COUNT_OF_SOME_DIFFERS: "The text says {count} and names only some of them; {found} found.",
    QuestionKind.RECIPIENT_UNSETTLED: "{name}: {doubt}",
    QuestionKind.MORE_RECIPIENTS_UNSETTLED: "{count} more {recipient_is} not settled.",
    QuestionKind.OWN_DEADLINE_BEFORE_LETTER: "{name}: its own deadline, {day}, is before the letter's date, {sent}: "
    "correct the letter's date, or delete the line and enter it again.",
    QuestionKind.SAME_PLACE_OTHER_DEADLINE: "{name} is the same place as {second_name}, with another deadline: "
    "delete the line that is wrong.",
    QuestionKind.NO_TITLE: "The letter has no title yet.",
    QuestionKind.NO_SOURCE: "The source is missing: give its address or the title of the document.",
    QuestionKind.PAGES_NOT_READ: "{pages} of {count} {are_pictures} without text and {were_not} read. "
    "{do_they} name recipients or a deadline?",
    QuestionKind.TEXT_TOO_LONG: "The text is very long. Apart from its lists, only the first {count} characters were read.",
    QuestionKind.LETTER_NOT_UNDERSTOOD: "The text mentions a letter and {name}, but the details were not recognised. "
    "Who wrote to whom, and when?",
    QuestionKind.TWO_LETTERS: "The text reports two letters: one demands documents ({names}), the other does not "
    "({other_names}). Record one letter at a time.",
    QuestionKind.SEVERAL_LETTERS: "The text reports several letters, and one is recorded at a time: choose which.",
    QuestionKind.LETTER_MAY_BE_RECORDED: "This may be a recorded letter of the same authority and day: {titles}. "
    "Add the recipients to it, or record another letter.",
    QuestionKind.LETTER_NAMED_BY_FILE: "The file names the letter “{readings}”: choose it.",
    QuestionKind.NO_LETTER_NAMED_BY_FILE: "The file names no letter: choose the one it belongs to, or enter a new one.",
}


def question_text(question: Question) -> str:
    """The question as people read it: plain text, without markdown."""
    return SENTENCES[question.kind].format_map(_values(question))


def reading_label(reading: Reading) -> str:
    """What a question may mean, short enough for a button: 23 February 2018, 17:00; Denver, CO (city and county)."""
    value = reading.value
    if isinstance(value, Deadline):
        return f"{written(value.date)}, {value.time:%H:%M}" if value.time else written(value.date)
    if isinstance(value, date):
        return written(value)
    return value.full_label if isinstance(value, Jurisdiction) else value


def reading_labels(readings: Sequence[Reading]) -> list[str]:
    """The labels of the readings of one question; deadlines of the same time in two zones have their zones beside them."""
    labels = [reading_label(reading) for reading in readings]
    same = len(set(labels)) < len(labels)
    return [
        f"{label} ({reading.value.zone.key})"
        if isinstance(reading.value, Deadline) and reading.value.time and (same or reading.value.zone.key == "UTC")
        else label
        for label, reading in zip(labels, readings, strict=True)
    ]


def reading_text(reading: Reading) -> str:
    """The same with the words it was read from, where each reading has its own: 23 February 2018 (“by Feb. 23”)."""
    return f"{reading_label(reading)} (“{reading.quote}”)" if reading.quote else reading_label(reading)


def _values(question: Question) -> dict[str, str]:
    """What a sentence may hold. Only what the question has: a sentence that needs more is a KeyError, and so a bug."""
    labels = reading_labels(question.readings)
    values = {
        "quote": question.quote,
        "reason": question.reason,
        "because": f" {question.reason}" if question.reason else "",
        "doubt": question.reason or "which place is meant is not clear.",
        "nearest": f" Did you mean {listed(labels, 'or')}?" if labels else "",
    }
    if labels:
        values |= {
            "readings": ", ".join(map(reading_text, question.readings)),
            "choices": " or ".join(labels),
            "alternatives": " or as ".join(labels),
            "shown": _first_of(labels, question.count or len(labels)),
        }
    if names := question.names:
        values |= {
            "name": names[0],
            "second_name": names[-1],
            "names": listed(names),
            "titles": listed([f"“{name}”" for name in names], "or"),
            "other_names": listed(question.other_names),
        }
        values["are_they"] = "Are they recipients" if len(names) > 1 else "Is it a recipient"
        values["enumerated"] = ", ".join(names) + (" and others" if len(names) < (question.count or 0) else "")
    if counts := question.counts:
        values |= {"counts": listed([str(count) for count in counts]), "pages": numbers("Page", counts)}
        single = ("is a picture", "was not", "Does it")
        several = ("are pictures", "were not", "Do they")
        values |= zip(("are_pictures", "were_not", "do_they"), single if len(counts) == 1 else several, strict=True)
    for name, number in {"count": question.count, "found": question.found}.items():
        values |= {} if number is None else {name: f"{number:,}"}
    values["name_is"], values["recipient_is"] = (
        ("name is", "recipient is") if question.count == 1 else ("names are", "recipients are")
    )
    for name, day in {"day": question.day, "sent": question.sent, "today": question.today}.items():
        values |= {} if day is None else {name: written(day)}
    values |= {"weekday": f"{question.day:%A}"} if question.day else {}
    return values


def _first_of(labels: list[str], count: int) -> str:
    """The first places by name, and how many more there are."""
    more = count - len(labels[:MOST_SHOWN])
    return f"{', '.join(labels[:MOST_SHOWN])} or one of {more} more" if more > 0 else listed(labels, "or")
