"""Which migrations there are, and running those that a database lacks."""

from __future__ import annotations

import re
from importlib.resources import as_file, files

from sqlalchemy import Connection, Select, column, inspect, select, table

from bot.record.errors import CaseError

HEAD = "head"
_ADVICE = "Nothing was changed. Install the newer version again, or use a copy of the database from before its update."
_FILE = re.compile(r"(\d{4})_\w+\.py")  # "0005_news_of_places.py" is revision 0005
_REVISION: Select[str] = select(column("version_num")).select_from(table("alembic_version"))  # Alembic's own table


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Run the migrations up to that one. CaseError if the tables are newer than this program."""
    if to == HEAD and is_current(connection):
        return
    check_known(connection)
    from alembic import command  # not at each start: it takes a tenth of the time and of the memory
    from alembic.config import Config

    with as_file(files("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def check_known(connection: Connection) -> str | None:
    """The revision of the tables, None if there are none. CaseError if they are newer than this program."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(_REVISION).scalar()
    if revision is not None:
        refuse_newer(revision, "The database", _ADVICE)
    return revision


def refuse_newer(revision: str, what: str, advice: str) -> None:
    """CaseError if the tables are newer than this program; `what` names the database."""
    if revision not in known():
        raise CaseError(
            f"{what} was made by a newer version of Letterwatch: its tables are at revision {revision}, and this version "
            f"knows them up to {known()[-1]}. {advice}"
        )


def is_current(connection: Connection) -> bool:
    """Whether the tables are at the newest revision. CaseError if they are newer than this program."""
    return check_known(connection) == known()[-1]


def known() -> list[str]:
    """The revisions, oldest first, by the names of their files."""
    names = (_FILE.fullmatch(file.name) for file in files("migrations").joinpath("versions").iterdir())
    return sorted(name[1] for name in names if name)
