"""Which kinds of facts a server announces, in words."""

from __future__ import annotations

from bot.record.news_kinds import NewsKind
from bot.record.servers import Server
from bot.words.prose import listed, plural

KINDS = {
    NewsKind.LETTER: "letters and their recipients",
    NewsKind.DEADLINE: "new deadlines",
    NewsKind.ANSWER: "answers",
    NewsKind.STATEMENT: "public statements",
    NewsKind.FINDING: "findings",
    NewsKind.CONSEQUENCE: "consequences",
    NewsKind.COURT: "court steps",
    NewsKind.END: "ends and reopenings",
    NewsKind.NOTE: "notes",
}
CORRECTIONS = "A correction of what the channel was told is always announced."
#: On a preview of what is recorded quietly.
NOT_ANNOUNCED = "-# Nothing is announced, as you asked."
WHETHER = "Say whether that kind is announced: announced “True” or “False”. Nothing was changed."


def announced_kinds(server: Server) -> str:
    """What is announced on that server, as a setting."""
    told = [words for kind, words in KINDS.items() if kind not in server.unannounced]
    if not told or not server.announce:
        return "nothing"
    others = [words for kind, words in KINDS.items() if kind in server.unannounced]
    return f"all but {listed(others)}" if len(others) <= len(told) and others else listed(told) if others else "all"


def collected(server: Server) -> str:
    """How one person's news is collected, as a setting."""
    if not server.collect_seconds:
        return "each at once"
    return f"what one person records within {plural(server.collect_seconds, 'second')}"
