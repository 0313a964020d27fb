"""Forms that were just opened, until they are stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk import kept_forms
from bot.desk.kept_forms import KeptForm
from bot.store.database import Database, DatabaseFailure, UnclearCommit


@dataclass(frozen=True)
class _OpenForm:
    server_id: int
    form: KeptForm
    opened_at: datetime
    storing: asyncio.Task[None]


@dataclass
class OpenForms:
    """A form is opened before it is stored: that may have to wait, and Discord does not.

    What cannot be stored can be used until the next restart.
    """

    _open: dict[int, _OpenForm] = field(default_factory=dict)

    def keep(self, db: Database, server_id: int, form: KeptForm, now: datetime, lifetime: timedelta) -> asyncio.Task[None]:
        """Begin to store a form. The task raises nothing."""
        self._open = {id: kept for id, kept in self._open.items() if now - kept.opened_at <= lifetime}
        storing = asyncio.create_task(self._store(db, server_id, form, now, lifetime), name="form")
        self._open[form.id] = _OpenForm(server_id, form, now, storing)
        return storing

    async def unstored(self, form_id: int, server_id: int | None, person_id: int) -> KeptForm | None:
        """A form of that person on that server that could not be stored, once that is known."""
        kept = self._open.get(form_id)
        if kept is None or (kept.server_id, kept.form.person_id) != (server_id, person_id):
            return None
        await asyncio.wait([kept.storing])
        return kept.form if form_id in self._open else None

    def drop(self, form_id: int) -> None:
        """To be called once a form was used."""
        self._open.pop(form_id, None)

    async def _store(self, db: Database, server_id: int, form: KeptForm, now: datetime, lifetime: timedelta) -> None:
        try:
            await kept_forms.keep(db, server_id, form, now, lifetime)
        except (DatabaseFailure, UnclearCommit) as failure:
            db.trouble.note(failure, "a form could not be stored, and can be used until the next restart only")
        else:
            self._open.pop(form.id, None)
