"""What a sentence about letters is: signed by others, planned, asked of many, or from somebody else."""

from __future__ import annotations

from bot.reader.extract.vocabulary import LETTER
from bot.reader.rules import Rule, words
from bot.reader.state_names import FULL

_PLACES_OF_A_STATE = words("places_of_a_state")
SIGNED = Rule(
    "letter that others signed",
    r"""
    \b(?:co-?)?sign(?:ed|ing|ers?|atories)\b (?= [^.,;]* \bletters?\b )
    | \bletters?\b [^.]{0,40} \bsigned\s+by\s+(?:the\s+)?(?:mayors|governors|attorneys|\d+) | \bjoined\b [^.]{0,40} \bletters?\b
    """,
    ("the mayors who [signed] the letter",),
)
MAIL = Rule("mention of mail", rf"{LETTER.pattern} | \b{words('mentions_of_mail')}\b", ("it [contacted] them",))
NO_SENTENCE = Rule("line of a letterhead", r"^(?:sent|date|from|to|cc|bcc|subject|re)\s*:", ("[To:] the mayor",))
PERHAPS = Rule(
    "letters that may be sent",
    r"""
    \b(?: will | would | may | might | could | plans?\s+to | considering | intends?\s+to | about\s+to | expected\s+to |
      set\s+to ) \s+
    (?:also\s+)? (?:be\s+)? (?:sen[dt]|sending|receive|writ|mail|get|issue)
    """,
    ("it [may also send] letters",),
)
REQUESTED = Rule("asked of a number of places", rf"\b{words('requested')}\s+", ("[told ]23 cities",))
STATE_NEAR = Rule(
    "state of all places",
    rf"""
    \b({FULL})\s+{_PLACES_OF_A_STATE}\b
    | \b{_PLACES_OF_A_STATE}\s+(?:in|across)\s+(?:the\s+state\s+of\s+)?({FULL})(?![\w'])
    """,
    ("three [Wisconsin jurisdictions]",),
)
ANSWER = Rule("an answer", r"\b(?:response|reply|answer|replied|responded)\b", ("in [reply] to",))
FROM_ANOTHER = Rule(
    "letter of a private person",
    r"\bfrom\s+(?:an?|his|her|their)\s+(?!<A>)[a-z]+ (?! [^.;]{0,60}? <A> )",
    ("a letter [from a lawyer]",),
)
OFFICIAL_SENDER = Rule("sender that is an authority", rf"<A> | \b{words('authority_words')}\b", ("the [agency] sent",))
ANY_LETTER = Rule(
    "any letter",
    r"\b(?:letters?|ultimatums?)\b (?! \s+ (?:grades?|carriers?|boxes|writers?|to\s+the\s+editor) )",
    ("its [letter]",),
    ("the letter carriers",),
)
RULES = (SIGNED, MAIL, NO_SENTENCE, PERHAPS, REQUESTED, STATE_NEAR, ANSWER, FROM_ANOTHER, OFFICIAL_SENDER, ANY_LETTER)
