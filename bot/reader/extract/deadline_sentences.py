"""Tells which sentences may name a response deadline, and whose it may be instead."""

from __future__ import annotations

import re

from bot.reader.rules import Rule, words

REPLY = Rule(
    "words about an answer",
    rf"""\b(?:{words("reply_words")}|(?:turn|hand)(?:ed|ing)?\ (?:\w+\ ){{0,3}}?over|call(?:s|ed|ing)?\ (?:for|on)
    |(?:has|have|had|given)\ (?:until|\w+\ (?:\w+\ )?days)|letters?\ (?:say|ask|state|give|want|demand|require|set)\w*)\b""",
    ("must [respond] by", "to [turn the papers over]", "[has until] Friday", "the [letters set] a day"),
)
WEAK = Rule(  # said of many things
    "words about an answer or something else",
    rf"\b{words('weak_reply_words')}\b",
    ("must [submit] it by", "is to [report] by"),
)
TAKEN_BACK = Rule(
    "deadline taken back, or of another letter",
    r"""\b(?:withdr[ae]w\w*|dropp(?:ed|ing)|lift(?:ed|s|ing)|suspend\w*|rescind\w*|scrapp\w+|cancel\w*|waived?)\b
    [^;]{0,60}?\bdeadline\b|\bdeadline\b[^;]{0,60}?\b(?:withdrawn|dropped|lifted|suspended|rescinded|scrapped|cancel\w*|waived
    |no\ longer\ applies)\b|\bin\ (?:another|a\ separate|a\ different)\ (?:letter|request|notice)\b""",
    ("asked [in another letter] to reply", "[withdrew the Feb. 23 deadline]", "The Feb. 23 [deadline no longer applies]"),
)
DEMANDERS = Rule(  # a day to answer may be set by them
    "others who demand answers",
    r"""\b(?:newspapers?|reporters?|journalists?|ACLU|unions?|Democrats|Republicans|House|Senate|lawmakers|legislators|Sen\.
    |Rep\.|senators?|state\ officials|advocates|activists|mayors\ (?:wrote|asked|demanded))(?!\w)""",
    ("The [newspaper] wants an answer",),
)
OTHERS = Rule(  # a day with a weak word alone may be theirs: it is asked about, unless the text is the letter
    "others who act",
    r"""\b(?:councils?|aldermen|board|staff|aides?|residents?|citizens|readers?|(?:city|county)\ attorney|[Ss]en\.|[Rr]ep\.
    |senators?|lawmakers?|legislators?|congress(?:man|woman)?|comments?|photos?|petitions?|budget|editor|public)(?!\w)""",
    ("asked her [staff] to report", "send [comments]"),
)
RULES = (REPLY, WEAK, TAKEN_BACK, DEMANDERS, OTHERS)


def may_be_of_others(sentence: str, sender: str) -> bool:
    """Whether the deadline that a sentence names may be one that others set, or that others have to keep."""
    if DEMANDERS.regex.search(sentence) and not re.search(r"\b(?:House|Senate|Committee|Union|Sen\.|Rep\.)", sender):
        return True
    return bool(OTHERS.regex.search(sentence)) and not REPLY.regex.search(sentence)
