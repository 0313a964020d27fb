"""A longer list of governments makes no name worse: what our own list settles stays settled, what was found stays found.

Every text of `tests/corpus/shapes`, and of `../shared/letters` and `../shared/seeds` where they are, is read with our own list
and with all governments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.reader.document import Document
from bot.reader.draft import Draft, Recipient
from bot.reader.extract.whole_text import draft_of
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.place_names import fold

HERE = Path(__file__).resolve()
SHARED = HERE.parents[4] / "shared"
LIST = SHARED / "data" / "us-governments.csv"
TEXTS = sorted(
    (*(HERE.parents[2] / "corpus" / "shapes").rglob("*.txt"), *SHARED.glob("letters/*.txt"), *SHARED.glob("seeds/*.txt"))
)

pytestmark = pytest.mark.skipif(
    not LIST.is_file(), reason="the list of governments (../shared/data/us-governments.csv) is not here"
)


@dataclass(frozen=True)
class BothReadings:
    ours: Draft
    longer: Draft

    def beside(self, recipient: Recipient, among: Draft) -> list[Recipient]:
        """What the other reading has at the same place of the text."""
        span = recipient.span
        return [
            other
            for other in (*among.recipients, *among.cleared)
            if span and other.span and other.span.start < span.end and span.start < other.span.end
        ]


@pytest.fixture(scope="module")
def readings() -> Iterator[dict[str, BothReadings]]:
    ours = {file.stem: read(file) for file in TEXTS}
    use_governments(LIST)
    yield {file.stem: BothReadings(ours[file.stem], read(file)) for file in TEXTS}
    use_governments(None)


def read(file: Path) -> Draft:
    text = file.read_text(encoding="utf-8")
    document = Document(file.name, "text/plain", text.encode(), datetime(2032, 6, 15, tzinfo=UTC), text)
    return draft_of(document, ZoneInfo("America/New_York"), on=date(2018, 1, 25))


def is_certain(recipient: Recipient) -> bool:
    return recipient.is_settled and not recipient.doubt


def is_asked_for_good_reason(recipient: Recipient) -> bool:
    """Whether it is asked about because several governments of its state have the name."""
    named = [place for place in recipient.candidates if fold(recipient.name) in fold(place.name)]
    return not recipient.is_settled and len({place.ocd_id for place in named if place.state == recipient.state}) > 1


def test_what_is_certain_stays_certain_and_the_same(readings: dict[str, BothReadings]) -> None:
    worse = [
        (name, recipient.label, [other.label for other in there])
        for name, both in readings.items()
        for recipient in (*both.ours.recipients, *both.ours.cleared)
        if is_certain(recipient)
        for there in [both.beside(recipient, both.longer)]
        if not any((is_certain(other) and other.label == recipient.label) or is_asked_for_good_reason(other) for other in there)
    ]
    assert worse == []


def test_what_is_found_stays_found_and_nothing_else_is(readings: dict[str, BothReadings]) -> None:
    lost = [
        (name, recipient.label)
        for name, both in readings.items()
        for recipient in (*both.ours.recipients, *both.ours.cleared)
        if not both.beside(recipient, both.longer)
    ]
    invented = [
        (name, recipient.label)
        for name, both in readings.items()
        for recipient in (*both.longer.recipients, *both.longer.cleared)
        if not both.beside(recipient, both.ours)
    ]
    assert (lost, invented) == ([], [])


def test_the_rest_of_a_letter_does_not_depend_on_the_list(readings: dict[str, BothReadings]) -> None:
    differing = [
        (name, part)
        for name, both in readings.items()
        for part in ("authority", "letter_date", "deadline", "stated_count", "threatened", "legal_basis", "demand")
        if getattr(both.ours, part) != getattr(both.longer, part)
    ]
    assert differing == []
