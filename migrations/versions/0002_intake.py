"""What intake and counted deadlines need: drafts, copies of what was read, closures, a calendar, division ids"""

import re
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("servers", sa.Column("calendar", sa.String(length=20), server_default="none", nullable=False))
    op.add_column("jurisdictions", sa.Column("ocd_id", sa.String(length=200), server_default="", nullable=False))
    op.create_table(
        "closures",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_closures_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index(op.f("ix_closures_server_id"), "closures", ["server_id"])
    stands = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_closures_standing", "closures", ["server_id", "day"], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_drafts_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_server_id"), "drafts", ["server_id"])
    op.create_index(op.f("ix_drafts_made_at"), "drafts", ["made_at"])
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_documents_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("server_id", "sha256", name=op.f("uq_documents_server_id_sha256")),
    )
    _index_names_anew()


def _index_names_anew() -> None:
    """`place_names` is made from the names by the program, which has learned more ways of writing them ("Mt." and "Mount")."""
    places = sa.table(
        "jurisdictions", *map(sa.column, ("id", "server_id", "name", "kind", "state")), sa.column("aliases", sa.JSON)
    )
    names = sa.table("place_names", *map(sa.column, ("server_id", "key", "jurisdiction_id")))
    found = op.get_bind().execute(sa.select(places)).all()
    rows = [
        {"server_id": row.server_id, "key": key, "jurisdiction_id": row.id}
        for row in found
        for key in _search_keys(row.name, row.kind, row.state, row.aliases)
    ]
    op.execute(names.delete())
    if rows:
        op.bulk_insert(names, rows)


def downgrade() -> None:
    for table in ("documents", "drafts", "closures"):
        op.drop_table(table)
    with op.batch_alter_table("jurisdictions") as batch:
        batch.drop_column("ocd_id")
    op.drop_column("servers", "calendar")


# From here on: a copy of how the program made keys out of names when this migration was written (in bot/record/places.py and
# place_names.py). It stays as it is when the program learns more; the next change of the keys is a migration of its own.

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "AS": "American Samoa", "GU": "Guam",
    "MP": "Northern Mariana Islands", "PR": "Puerto Rico", "VI": "U.S. Virgin Islands",
}  # fmt: skip
SHORT_STATES = {
    "ala": "AL", "alas": "AK", "ariz": "AZ", "ark": "AR", "cal": "CA", "calif": "CA", "colo": "CO", "conn": "CT", "del": "DE",
    "fla": "FL", "ill": "IL", "ills": "IL", "ind": "IN", "kan": "KS", "kans": "KS", "mass": "MA", "mich": "MI", "minn": "MN",
    "miss": "MS", "mont": "MT", "neb": "NE", "nebr": "NE", "nev": "NV", "nmex": "NM", "ncar": "NC", "ndak": "ND",
    "okla": "OK", "ore": "OR", "oreg": "OR", "penn": "PA", "penna": "PA", "scar": "SC", "sdak": "SD", "tenn": "TN", "tex": "TX",
    "wash": "WA", "wva": "WV", "wis": "WI", "wisc": "WI", "wyo": "WY", "virginislands": "VI", "usvirginislands": "VI",
    "usvi": "VI", "washingtondc": "DC",
}  # fmt: skip
FORMS = (
    "city and county of ", "metropolitan government of ", "city of ", "town of ", "village of ", "borough of ", "township of ",
    "state of ", "commonwealth of ",
)  # fmt: skip


def _search_keys(name: str, kind: str, state: str, aliases: Sequence[str]) -> list[str]:
    """Everything that finds a place: each name alone, with the postal code, and with the state."""
    keys: dict[str, None] = {}
    for bare in filter(None, map(_key, (name, *aliases))):
        in_state = f"{bare} {_key(STATES.get(state, 'No state'))}" if state else bare
        for form in (bare, f"{bare} {state.casefold()}", in_state):
            keys.setdefault(form.strip())
    if kind in ("state", "federal-district"):
        keys.setdefault(state.casefold())
    return list(keys)


def _key(typed: str) -> str:
    if typed.strip().casefold().startswith("ocd-division/"):
        return typed.strip().casefold()
    plain = _fold(_with_postal_code(typed))
    for form in FORMS:
        plain = plain.removeprefix(form)
    if county := re.fullmatch(rf"county of (.+?)(?: ({_STATE}))?", plain):
        return f"{county[1]} county {county[2] or ''}".strip()
    return plain


def _with_postal_code(typed: str) -> str:
    before, mark, last = typed.rpartition(",") if "," in typed else typed.rpartition("(")
    code = _state_code(last) if before.strip() else None
    return f"{before}{mark}{code}" if code and _fold(last) != _fold(STATES[code]) else typed


def _fold(written: str) -> str:
    plain = unicodedata.normalize("NFKD", written).encode("ascii", "ignore").decode()
    plain = plain.casefold().replace("'", "").replace("&", " and ")
    plain = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", plain)
    words = re.findall(r"[a-z0-9]+", plain)
    for at, word in enumerate(words):
        if at < len(words) - 1 and word in ("mt", "ft"):
            words[at] = "mount" if word == "mt" else "fort"
        else:
            words[at] = {"saint": "st", "sainte": "ste", "twp": "township"}.get(word, word)
    return re.sub(r"\bd c\b", "dc", " ".join(words))


def _state_code(written: str) -> str | None:
    plain = re.sub(r"^(the )?(state|commonwealth) of (the )?", "", _fold(written)).replace(" ", "")
    return _CODES.get(plain)


_CODES = {
    **SHORT_STATES,
    **{_fold(name).replace(" ", ""): code for code, name in STATES.items()},
    **{code.casefold(): code for code in STATES},
}
_STATE = "|".join(sorted({_fold(form) for item in STATES.items() for form in item}, key=len, reverse=True))
