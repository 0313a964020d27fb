"""What keeps alerts from being delivered, or heard, until a person corrects it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a channel or a role."""

    #: It was deleted.
    GONE = "gone"
    #: The bot lacks permissions there; the detail names them.
    PERMISSIONS = "permissions"
    #: It is a forum, or another kind of channel that takes no plain messages.
    KIND = "kind"
    #: The role cannot be mentioned by the bot.
    UNMENTIONABLE = "unmentionable"
    #: Discord refuses posts for a reason that its settings do not show; the detail is Discord's own code.
    REFUSED = "refused"
    #: The bot is not on the server.
    ABSENT = "absent"


@dataclass(frozen=True)
class Obstacle:
    """What keeps the bot from using a channel or a role."""

    fault: Fault
    #: Permissions that are missing, or Discord's code.
    detail: str = ""


class ProblemKind(StrEnum):
    """What is broken."""

    CHANNEL = "channel"
    FALLBACK = "fallback"
    #: The bot may not read the history of the channel for alerts, so one may be posted twice.
    HISTORY = "history"
    ESCALATION_ROLE = "escalation role"
    DESK_ROLE = "desk role"
    #: A rung has a channel of its own, or a role, that cannot be used.
    RUNG_CHANNEL = "rung channel"
    RUNG_ROLE = "rung role"
    #: Discord refuses a message, and not its channel.
    REFUSED = "refused"
    DISK_FULL = "disk full"
    DATABASE = "database"
    UNREADABLE_CASE = "unreadable case"
    #: Nothing is broken: the server keeps the alerts that it had, although new servers have fewer.
    LADDER = "ladder"


#: Kinds that stop no post: the desk reads of them where its alerts are posted.
FOR_THE_DESK = frozenset({ProblemKind.DISK_FULL, ProblemKind.DATABASE, ProblemKind.UNREADABLE_CASE, ProblemKind.LADDER})
#: Told once, and over then.
ONCE = frozenset({ProblemKind.LADDER})


@dataclass(frozen=True)
class Problem:
    """Something of a server that a person has to correct. Kind and `about` together name it."""

    kind: ProblemKind
    #: The id of the channel or role, or the number of the case; 0 if it is about the server.
    about: int = 0
    fault: Fault | None = None
    #: No letter, place or name is ever in it.
    detail: str = ""
