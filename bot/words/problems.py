"""What is broken and how to fix it: for people who may not know any letter, so none is named, and no place or person."""

from __future__ import annotations

from dataclasses import replace

from bot.record.problems import Fault, Obstacle, Problem, ProblemKind
from bot.words.card import Card, Text, Tone

SHOW = "`/settings show` lists what waits."
_WHERE = {
    ProblemKind.CHANNEL: ("the channel for alerts", "/settings channel"),
    ProblemKind.FALLBACK: ("the fallback channel", "/settings fallback"),
    ProblemKind.RUNG_CHANNEL: ("the channel of an alert of the ladder", "/settings ladder remove and add"),
}
_ROLES = {
    ProblemKind.ESCALATION_ROLE: ("the role that is pinged when a deadline has passed", "/settings escalation"),
    ProblemKind.RUNG_ROLE: ("the role that an alert of the ladder pings", "/settings ladder remove and add"),
    ProblemKind.DESK_ROLE: ("the role of those who may record facts", "/settings desk"),
}


def obstacle_text(obstacle: Obstacle, channel: str = "the channel", command: str = "/settings channel") -> str:
    """What is wrong with a channel, and what to do. `command` sets another one."""
    match obstacle.fault:
        case Fault.GONE:
            return f"{_capital(channel)} was deleted. Choose another one with {command}."
        case Fault.PERMISSIONS:
            missing = obstacle.detail or "permissions"
            return f"The bot lacks {missing} in {channel}. Give it these permissions in the channel's settings."
        case Fault.KIND:
            return f"{_capital(channel)} takes no plain messages (a forum, for example). Choose a text channel with {command}."
        case Fault.ABSENT:
            return "The bot is no longer on the server. Invite it again."
        case _:
            code = f" (Discord's code {obstacle.detail})" if obstacle.detail else ""
            return (
                f"Discord refuses messages in {channel}{code}. Check the channel's settings and whether the bot is timed out, "
                f"or choose another channel with {command}."
            )


def problem_card(problem: Problem, server_url: str = "") -> Card:
    """One message about it. `server_url`: which server it is about, where it is posted outside of it."""
    heading, lines = _told(problem)
    where = [f"-# Server: {server_url}"] if server_url else []
    return Card((Text("\n".join([f"## {heading}", *lines, *where])),), Tone.SOON)


def problem_remark(problem: Problem) -> str:
    """The same on one line."""
    heading, lines = _told(problem)
    return f"**{heading}.** {lines[0]}"


def problem_line(problem: Problem) -> str:
    """The same for the command line, where a channel or role is only an id."""
    heading, lines = _told(problem)
    return f"{heading}. {lines[0]}".replace("`", "")


def _told(problem: Problem) -> tuple[str, list[str]]:
    match problem.kind:
        case ProblemKind.CHANNEL | ProblemKind.FALLBACK | ProblemKind.RUNG_CHANNEL:
            return _of_channel(problem)
        case ProblemKind.ESCALATION_ROLE | ProblemKind.RUNG_ROLE | ProblemKind.DESK_ROLE:
            return _of_role(problem)
        case ProblemKind.HISTORY:
            text = (
                f"The bot may not read the history of the channel for alerts (<#{problem.about}>), so it cannot see what it "
                "has posted there: after an interruption an alert may be posted twice."
            )
            return "A permission is missing", [text, "Give it Read Message History in the channel's settings."]
        case ProblemKind.REFUSED:
            code = f" (Discord's code {problem.detail})" if problem.detail else ""
            why = f"Discord refuses at least one message of Letterwatch{code}, and not because of its channel."
            return "An alert cannot be posted", [why, f"It is tried again every hour. {SHOW}"]
        case ProblemKind.DISK_FULL:
            return "Nothing can be recorded", [
                "The disk of the machine that runs Letterwatch is full. Its operator has to make room."
            ]
        case ProblemKind.DATABASE:
            return "Nothing can be recorded", ["The database of Letterwatch cannot be written. Its operator has to look at it."]
        case ProblemKind.LADDER:
            return "The alerts of this server can be chosen now", [
                "This server keeps those it had: after a deadline 3 and 7 days, then every 7 days. New servers have fewer: "
                "3, 7, 14 and 30 days after, then once a month.",
                "`/settings ladder preview` compares both by a letter's dates; `/settings ladder reset` takes the new ones.",
            ]
        case ProblemKind.UNREADABLE_CASE:
            what = f"Case #{problem.about}" if problem.about else "Something that is recorded here"
            text = (
                f"{what} cannot be read from the database. It is set aside: no alert of it is posted, and lists leave it out."
            )
            heading = "A case cannot be read" if problem.about else "Something cannot be read"
            return heading, [text, "`/alerts` says which row is damaged. Whoever runs Letterwatch has to repair it."]


def _of_channel(problem: Problem) -> tuple[str, list[str]]:
    channel, command = _WHERE[problem.kind]
    mention = "" if problem.fault is Fault.GONE else f" (<#{problem.about}>)"
    text = obstacle_text(Obstacle(problem.fault or Fault.REFUSED, problem.detail), channel + mention, f"`{command}`")
    if problem.kind is ProblemKind.FALLBACK:
        return "The fallback channel cannot be used", [text]
    if problem.kind is ProblemKind.RUNG_CHANNEL:
        return "An alert cannot be posted in its own channel", [
            text,
            "Until then it goes to the fallback channel, or to the channel for alerts if there is none.",
        ]
    then = f"What waits is sent at once when that is done. {SHOW}"
    return "Alerts cannot be posted", [text, then]


def _of_role(problem: Problem) -> tuple[str, list[str]]:
    role, command = _ROLES[problem.kind]
    if problem.fault is Fault.UNMENTIONABLE:
        text = (
            f"<@&{problem.about}>, {role}, cannot be mentioned by the bot. Make the role mentionable in the server's settings."
        )
    else:
        text = f"{_capital(role)} was deleted. Choose another one with `{command}`."
    if problem.kind is ProblemKind.DESK_ROLE:
        return "A role is missing", [text, "Until then only people with Manage Server can record facts."]
    return "Nobody can be pinged", [text, "Until then alerts are posted as always, and ping nobody."]


def unpinged(card: Card, fault: Fault) -> Card:
    """A loud alert whose role cannot be mentioned: it pings nobody, and says so below its headline."""
    why = "was deleted" if fault is Fault.GONE else "cannot be mentioned by the bot"
    note = Text(f"-# Nobody could be pinged: the role that was chosen with /settings escalation {why}.")
    return replace(card, blocks=(card.blocks[0], note, *card.blocks[1:]), ping_role=None)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
