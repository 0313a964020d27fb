"""Lists that are answered by a replay where the index of states is damaged: it is an index, and no source."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.desk.session import Session
from bot.record.errors import CaseError
from bot.store import case_states, unreadable
from bot.store.database import DatabaseFailure
from bot.store.unreadable import Unreadable

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
_Read = Callable[Concatenate[Session, P], Coroutine[Any, Any, T]]


async def is_usable(session: Session) -> bool:
    """Whether the index has every case, and nothing of it is known to be damaged."""
    return not is_damaged(session) and await case_states.filled_to(session.conn) is None


def is_damaged(session: Session) -> bool:
    return unreadable.is_noted(session.conn, "index", 1)


def or_replayed(read: _Read[P, T]) -> _Read[P, T]:
    """`read` asks `is_usable`. If it fails although that is so, it is asked once more when the index is noted as damaged.

    `desk.care` then makes the index anew.
    """

    @functools.wraps(read)
    async def answered(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await read(session, *args, **kwargs)
        except (CaseError, DatabaseFailure):
            raise
        except Exception as error:
            if is_damaged(session):
                raise
            log.exception("the index of states is damaged; lists are replayed until it is made anew")
            unreadable.note(session.conn, Unreadable("index", 1, type(error).__name__))
            return await read(session, *args, **kwargs)

    return answered
