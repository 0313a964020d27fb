"""What the command line says of the index of states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.words.prose import listed, plural

HOW_TO_MEND = "letterwatch reindex makes it anew. Alerts do not depend on it."
FILLED_BY = "the running bot goes on with that, and lists read the record itself until then."


def wrong_line(server_id: int, number: int, columns: Sequence[tuple[str, object, object]]) -> str:
    """A case of which the index says something else than its events: each column with what is stored and what it should be."""
    differing = "; ".join(f"{name} is {_value(stored)}, not {_value(right)}" for name, stored, right in columns)
    return f"Server {server_id}, case #{number}: {differing or 'its rows are missing, or too many'}."


def checked(total: int, wrong: int, is_counted: bool, to_fill: int) -> Iterator[str]:
    """`wrong`: about how many cases; `is_counted`: whether it counts those that are alike rightly; `to_fill`: cases that were
    not checked, since it is still being filled."""
    cases = plural(total - to_fill, "case")
    faults = [f"is wrong about {wrong:,} of {cases}"] if wrong else []
    faults += [] if is_counted else ["counts cases wrongly"]
    if faults:
        yield f"The index of states {listed(faults)}. {HOW_TO_MEND}"
    elif total > to_fill or not total:
        yield f"The index of states agrees with the record: {cases} checked."
    if to_fill:
        yield f"The index is not filled yet for {plural(to_fill, 'case')}: {FILLED_BY}"


def made_anew(total: int, wrong: int) -> str:
    return f"{plural(total, 'case')} checked; the index of states was wrong about {wrong:,}, and is right now."


def filled(count: int) -> Iterator[str]:
    if count:
        yield f"The index of states was filled for {plural(count, 'case')}."


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else "empty"
