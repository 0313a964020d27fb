"""The cues by which a sentence makes a list of places recipients, or cleared.

In the rules a list of places is `<P>`, a state that stands alone `<S>`, an authority `<A>` (`marked_sentence`).
"""

from __future__ import annotations

from bot.reader.extract.numbers import NUMBER
from bot.reader.extract.vocabulary import LETTER, PLACES, RECEIVED
from bot.reader.rules import Rule, words

_P = "(?P<places> <[PS]> )"
_L = LETTER.pattern
_IN_LETTER = (
    rf"\b (?:in|by|according\s+to) \s+ (?: (?:an?|the|its|their|series\s+of|separate|identical|similar|\w+) \s+ ){{0,3}} {_L}"
)
#: What may stand between "letters" and "to": no other statement.
_GAP = rf"(?: (?! \b{words('between_letters_and_to')}\b | [;:!?\n] | (?<![A-Z])[.]\s ) . ){{0,130}}?"
_DAY = r"(?:today|yesterday|on\s+\w+day|\w+day|on\s+[A-Z][a-z]+\.?\s+\d{1,2})"
#: "23 jurisdictions, including", "places in three states:", "each of these jurisdictions, which include".
_SOME = rf"""
    (?P<some>
        (?: (?: {NUMBER} | [\w'-]+ ) [ ,]+ ){{0,7}}? {PLACES}
        (?: \s+ (?:in|across|from) \s+ (?:the\s+state\s+of\s+)? (?: <S> | [a-z]+\s+{PLACES} | [A-Z][\w ]*(?=:) ) )?
        (?: \s* (?:--|—|-\s) [^:;.<]{{0,60}} (?:--|—|\s-\s) )?
        \s* (?: \([^()]{{0,40}}\) \s* )?
        (?: {_DAY} (?: ,\s+ (?:[A-Z]\w+\.?\s+\d{{1,2}}(?:,\s+)?)? \d{{0,4}} )? \s* )?
        (?: ,? \s* (?P<partly> (?:which\s+)?includ(?:ing|es?|ed) | among\s+(?:them|those) | such\s+as | notably ) \s* :? \s*
          | ,? \s* (?: which\s+(?:are|were) | namely | called ) \s* :? \s*
          | [,:] \s* | (?:--|—|-\s) \s* (?P<also_partly> including | among\s+them | such\s+as )? \s* | \( \s* )
        (?:in\s+)?
    )?
"""
_WARNED = rf"\b{words('warned')} (?:\s+that)?"
_SERVED = r"""
    \b(?P<verb> served | issue[sd] | sent | sends ) \s+ (?: (?!to\b)[\w-]+ \s+ ){0,4}?
    (?: (?P<soft> warnings? | directives? | ultimatums? ) | subpoenas? | orders? | investigative\s+demands? ) \b
"""
_BEGINS = r"""
    (?: ^[^\w<]* | [,;:—]\s+ | \s-{1,2}\s+ | \b(?:that|where|but|while|when|as|after|and|representing|so)\s+ |
      ,\s+(?:where|and|but|while)\s+ )
"""

ADDRESSED = (
    Rule("letters to places", rf"{_L} {_GAP} \s (?:to|on|upon) \s+ {_SOME} {_P}", ("sent [letters today to <P>]",)),
    Rule(
        "sent to places",
        rf"""
        {_L} (?: (?!\bcop) [^.;] ){{0,200}}?
        (?P<verb> \b(?:were|was|been|being|are|is)\s+ (?:\w+\s+){{0,2}}? (?:sent|mailed|addressed|directed|issued|delivered)
          | \b(?: went(?:\s+out)? | sent | addressed | going ) )
        \s+ (?: (?:today|yesterday|on\s+\w+|\w+day) \s+ )? to \s+ {_SOME} {_P}
        """,
        ("[Letters were sent to <P>]", "the [demands went to <P>]"),
    ),
    Rule(
        "wrote to places",
        rf"\b(?P<verb> wrote | writes | written | writing ) \b (?: \s+ (?!to\b)[\w.,'-]+ ){{0,6}}? \s+ to \s+ {_SOME} {_P}",
        ("[wrote on Tuesday to five governments: <P>]",),
    ),
    Rule(
        "served on places", rf"{_SERVED} [^;:!?\n]{{0,60}}? \s (?:to|on|upon) \s+ {_SOME} {_P}", ("[served a subpoena on <P>]",)
    ),
)
RECIPIENTS = (
    Rule(
        "received by places",
        rf"{_L} [^.;\n]{{0,80}}? \bw(?:ere|as)\s+(?:\w+\s+)?received\s+by \s+ {_P}",
        ("a [letter was received by <P>]",),
    ),
    Rule(
        "sent places a letter",
        rf"""
        \b(?P<verb> sent | mailed | served | e-?mailed | gave | handed ) \s+ {_P} [\s,]*
        (?:an?|the|its|their|similar|identical|another|two|separate) \s+ (?:[\w'-]+\s+){{0,3}}? {_L}
        """,
        ("[sent <P> a letter]",),
    ),
    Rule(
        "told places in a letter",
        rf"(?P<verb> {_WARNED} ) \s+ {_P} [^.;\n]{{0,200}}? {_IN_LETTER}",
        ("[told <P>, in a letter]",),
    ),
    Rule(
        "told places by a letter",
        rf"{_IN_LETTER} [^;]{{0,250}}? <A> [^.;]{{0,150}}? (?P<verb> {_WARNED} ) \s+ {_P}",
        ("[In a letter, <A> asked <P>]",),
    ),
    Rule(
        "wants it from places",
        rf"""
        (?: (?P<letter> {_L} ) [^.]{{0,150}}? )? <A> [^.;]{{0,60}}?
        (?P<verb> \b(?:demand|seek|request|ask|want)(?:s|ed|ing)? | \bsought ) \b [^.;,\n<]{{1,60}}? \s (?:from|of) \s+ {_P}
        (?(letter) | (?= [^.]* {_L} ) )
        """,
        ("[<A> wants records from <P>], in a letter", "the [letter, in which <A> demanded documents from <P>]"),
    ),
    Rule(
        "places owe an answer",
        rf"""
        {_BEGINS} {_P} [^.;<]{{0,120}}? \bto\s+ (?:answer|respond\s+to|reply\s+to|comply\s+with) \s+
          (?:an?|the|its|their) \s+ {_L}
        \s+ (?:that|which)\b [^.;]{{0,60}}? (?P<verb> \b(?:sent|received|got|wrote)\b )
        """,
        ("[<P>, has until May 3 to answer a letter that it received]",),
    ),
    Rule(
        "places received letters",
        rf"""
        {_BEGINS} {_P} [\s,]* (?: (?:each|both|all|also|have|has|had|recently|on\s+\w+day|today|yesterday|\w+day) \s+ ){{0,3}}
        (?P<verb> {RECEIVED} | had(?=\s+(?:an?\s+)?letters?\b) ) \b [^.;]{{0,80}}? {_L}
        """,
        ("[<P>, received a letter]", "[<P> had letters] on Tuesday from <A>"),
    ),
    Rule(
        "places among those who received letters",
        rf"""
        {_BEGINS} {_P} [\s,]* (?:is|are|was|were|also)? \s*
        (?P<partly> (?:one\s+of|among|part\s+of) \s+ (?:the\s+)? [^.,;]{{0,60}}? (?:that|which|to|who)? \s* |
          (?:which|who) \s+ (?:\w+\s+){{0,2}}? )
        (?P<verb> {RECEIVED} | sent ) \b (?= .* \bletters?\b )
        """,
        ("[<P>, is among the places that <A> sent] letters to", "[<P>, which got] a letter"),
    ),
    Rule(
        "those who received letters include places",
        rf"""
        ^ (?= .* (?P<verb> \b{RECEIVED}\b | \breceiving\b ) ) (?= .* {_L} ) .*? \b (?: {PLACES} | those | letters? ) \b
          [^<]{{0,150}}?
        \b(?P<partly> includ(?:es?|ed|ing) | such\s+as | among\s+(?:them|those) (?:\s+(?:are|were|is|was))? | notably )
          \s* :? \s+ {_P}
        """,
        ("[Those receiving letters include <P>]",),
    ),
)
_COMPLIES = r"""
    \b(?: no\s+evidence | in\s+compliance | not\s+(?:out\s+of|in\s+violation) | complies | comply | cleared | no\s+longer
      | found\s+no )\b
"""
CLEARED = (
    Rule(
        "told places that they comply",
        rf"""
        (?P<verb> \b(?: notified | informed | told | advised | assured | wrote\s+to |
          (?:found|determined|concluded|decided|announced)\s+that ) )
        \s+ {_P} (?= [^.]{{0,200}}? {_COMPLIES} )
        """,
        ("[notified <P>] that there is no evidence", "[found that <P>] is in compliance"),
    ),
    Rule(
        "cleared places",
        rf"""
        (?P<verb> \bcleared | \bno\s+evidence\s+(?:was\s+found\s+)?that
          | \bclosed\s+(?:its|the)\s+(?:inquir(?:y|ies)|reviews?|investigations?)\s+(?:of|into|with) ) \s+ {_P}
        """,
        ("[cleared <P>]", "[no evidence that <P>] restricts"),
    ),
    Rule(
        "places were cleared",
        rf"""
        {_BEGINS} {_P} (?: \s*,\s*(?:which|who)\s[^,.;]{{1,90}}(?=,) )? \s*,?\s*
        (?P<verb> (?:ha[vs]e?|had|were|was|are|is)\s+(?:(?!not\b|never\b)\w+\s+)?(?:been\s+)? (?: cleared |
          found\s+(?:to\s+be\s+)?in\s+compliance | removed\s+from )
          | (?:is|are|were|was)\s+no\s+longer\s+(?:under|a\s+target|on) | ha(?:ve|s)\s+come\s+into\s+compliance
          | (?:is|are|was|were)\s+(?:now\s+)?in\s+compliance\s+with\s+(?:section|8|the\s+(?:law|statute)) [^.]{{0,80}}?
            (?: \b(?:department|agency|DOJ|office) | <A> )\s+(?:said|found|announced) )
        """,
        ("[<P> was cleared]", "[<P>, which answered, is no longer under] review"),
        ("<P> was not cleared",),
    ),
)
IMPLIED = Rule(
    "letter in passing",
    rf"""
    <A> (?:'s?)? \s+ (?:[\w-]+\s+){{0,3}}? (?P<verb> letters? ) \b (?: \s+to\s+ {_P} )?
    | <A> (?: '?s?\s[\w ]{{1,40}}? )? (?: \s+\([^()\n]{{1,30}}\) )? \s+ (?:
      (?:also|has|have|today|yesterday|on\s+\w+day|\w+day)\s+ ){{0,3}}
      (?: notif | inform | warn | told | tell | direct | demand | order ) \w* \b
      (?: (?= .* {_IN_LETTER} ) | (?= \s+ (?:(?:the|all|these|those|that)\s+)? (?:\w+\s+){{0,3}}? {PLACES}\b ) )
    """,
    ("The [<A>'s letter to <P>]", "[<A> notifies] four jurisdictions"),
)
UNMET = Rule(
    "places are to comply",
    r"""
    (?: \b(?: must | should | would | will | not(?!\s+out) | never | fail(?:s|ed)? | unless | until | whether | if | how
      | that\s+show | prove | to )
      | n't ) \s+ (?:\w+\s+){0,3}? (?:comply|complies|in\s+compliance|no\s+longer)\b
    """,
    ("told that it [must comply]",),
)
FOUND_NOTHING = Rule(
    "nothing was found", r"\b(?:no\s+evidence|not\s+out\s+of\s+compliance|found\s+no|cleared)\b", ("[found no] breach",)
)
MAY_CLEAR = Rule(
    "may be cleared",
    r"\b(?:cleared|compl(?:y|ies|iance)|no\s+(?:longer|evidence)|found\s+no|closed)\b",
    ("is in [compliance]",),
)
IN_LETTER = Rule("in a letter", _IN_LETTER, ("[in separate letters]",))
TO_AUTHORITY = Rule(
    "letter to an authority",
    rf"""
    (?: {_L} {_GAP} \s to \s+ (?: (?:the|an?|of|at|in|for|and|officials?|leaders?|head|director|secretary|chief) \s+ ){{0,4}}
      | \bto\s+(?:the\s+)? ) <A>
    """,
    ("sent a [letter to the head of the <A>]",),
)
_UNNAMED = rf"\s(?:to|on)\s+ (?:[\w'-]+[ ,]+){{0,7}}? {PLACES}\b"
NO_PLACES = Rule(
    "letters were sent",
    rf"""
    (?: \b{PLACES}\b | <[PS]> ) [^.]{{0,60}}? \b{RECEIVED}\b [^.]{{0,40}}? {_L}
    | \b(?:sen[dt]s?|mailed|issued|wrote|delivered|went)\b [^.]{{0,60}}? {_L}
    | {_L} [^.]{{0,40}}? \b(?:sent|mailed|issued|went|dated)\b
    | \b(?:in|by)\s+(?:\w+\s+){{1,3}}? {_L} {_GAP} {_UNNAMED} | \b(?:wrote|writes) (?:\s+\w+)? {_UNNAMED} | {_SERVED}
      [^;:!?\n]{{0,60}}? {_UNNAMED}
    """,
    ("It [sent several letters]",),
)
RULES = (*ADDRESSED, *RECIPIENTS, *CLEARED, IMPLIED, UNMET, FOUND_NOTHING, MAY_CLEAR, IN_LETTER, TO_AUTHORITY, NO_PLACES)
