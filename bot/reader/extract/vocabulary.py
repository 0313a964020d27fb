"""Patterns that several finders share: places, counts, letters, sending and receiving."""

from __future__ import annotations

import re

from bot.reader.extract.numbers import NUMBER

PLACES = (
    r"(?:jurisdictions?|juridictions?|cities|counties|states|recipients?|localit(?:y|ies)|municipalit(?:y|ies)|governments?"
    r"|places?|communit(?:y|ies)|towns?|"
    r"townships?|villages?|addressees?|entit(?:y|ies)|institutions?|universit(?:y|ies)|colleges?|(?:school\s+)?districts?"
    r"|agencies|departments|offices|mayors|"
    r"governors|sheriffs?|grantees|authorities|commissions|companies|systems|territories|parishes|boroughs|city|county|state)"
)
COUNT = re.compile(
    rf"(?P<vague>\b(?:nearly|almost|about|around|approximately|roughly|some|more\s+than|at\s+least|over|up\s+to|fewer\s+than"
    rf"|less\s+than|dozens|another|other|"
    rf"first|most\s+of\s+the"
    rf"|of\s+the)\s+)?(?<![\w-])(?<!(?-i:[A-Z]{2})\s)(?P<number>{NUMBER})(?:\s+\((?P<again>\d{{1,5}})\))?(?P<more>\s+(?:more"
    rf"|additional|other))?\s+"
    rf"(?P<words>(?:(?:state|city|county)\s+and\s+(?:local|county|city)\s+)?(?:(?!letters?\b|days?\b|hours?\b|years?\b"
    rf"|million|billion|(?:of|to|in|on|for|and|or|the|from|by|at|with"
    rf"|that|were|was|are)\b|{NUMBER}\b)[\w'.-]+\s+){{0,3}}?)(?P<noun>{PLACES})\b",
    re.IGNORECASE,
)
_KIND = (
    r"(?:letters?|(?:document|information|records?|data|documents)\s+(?:requests?|demands?)|requests?|demands?|inquir(?:y"
    r"|ies)|written\s+notices?|notices?|correspondence|missives?)"
)
LETTER = re.compile(
    rf"(?<!award\s)(?<!open\s)(?<!cover\s)(?<!comment\s)(?<!chain\s)(?<!award\s\s)\b{_KIND}\b(?!\s+of\s+(?:intent|support"
    rf"|credit|recommendation|award|appreciation|thanks)|"
    r"\s+(?:grades?|carriers?|boxes|writers?|to\s+the\s+editor))",
    re.IGNORECASE,
)
NO_LETTER = re.compile(
    r"\b(?:award|open|cover|comment|congratulat\w+|thank[- ]you)\s+letters?\b|\bletters?\s+of\s+(?:award|intent|support)",
    re.IGNORECASE,
)
RECEIVED = (
    r"(?:received|receive|receives|receiving|got|gets|getting|(?:were|was|been|being|are|is)\s+(?:also\s+)?(?:sent"
    r"|mailed|issued|served|given)|obtained)"
)
SENT = (
    r"(?:sent|sends|sending|mailed|e-?mailed|issued|issues|issuing|dispatched|delivered|transmitted|fired\s+off|penned"
    r"|addressed"
    r"|directed|wrote|writes|has\s+written|have\s+written|"
    r"written|writing|served|went|go|going|asks?|asked|demanded|demands?|notified)"
)
NEGATED = re.compile(
    r"\b(?:not|n't|never|neither|nor)\s+(?:\w+\s+){0,3}?(?:receiv\w+|gets?|got|gotten|sent|mailed|written|wrote|contacted"
    r"|among|addressed|included|on\s+the)\b"
    r"|(?:didn't|hasn't|haven't|wasn't|weren't|don't|doesn't)\s+(?:\w+\s+){0,2}?(?:receiv\w+|get|got|sent|among|written"
    r"|contacted)"
    r"|\b(?:if|whether)\b[^,.;]{0,70}?\b(?:sen[dt]|sends|wrote|writes?|received?)\b|\b(?:asked|urged?|urging|called\s+on"
    r"|pressed|wants?|petitioned)\b[^.;]{0,60}?\bto\s+"
    r"(?:send|write|issue|mail)\b"
    r"|\bno\s+(?:such\s+)?(?:letters?|requests?|demands?)\b|\bnone\s+of\b|\bdenie[sd]\s+(?:receiving|having)|\bspared\b"
    r"|\bwithout\s+(?:a\s+)?letters?\b|"
    r"\b(?:yet\s+to|has\s+yet|have\s+yet)\s+receive|\bwithdr(?:ew|awn|awing)\b|\brescinded\b(?!\s+(?:the|its|their"
    r"|an?)\s+(?:designation|policy|rule|order|guidance|listing|status))|\bretracted\b",
    re.IGNORECASE,
)
EARLIER = re.compile(
    r"\bpreviously\b|\b(?:earlier|prior|previous|past)\s+(?:letters?|round|list|inquir(?:y|ies)|requests?|batch|mailing"
    r"|demands?)\b|\bhad\s+(?:\w+\s+){0,2}?"
    r"(?:sent|written|contacted|received|gotten|got|mailed|asked|notified)\b|\balready\s+(?:contacted|received|sent|written"
    r"|got)\b|\bin\s+an\s+earlier\b|"
    r"\b(?:first|last)\s+(?:round|batch)\b",
    re.IGNORECASE,
)
PAST_TIME = re.compile(
    r"\b(?:last|the\s+previous)\s+(?:year|month|week|spring|summer|fall|autumn|winter|January|February|March|April|May|June"
    r"|July|August|September|October|"
    r"November|December)\b|\bin\s+(?:(?:late|early|mid)[- ])?(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December)(?:\s+(?:of\s+)?"
    r"(?:19|20)\d\d)?\b(?!\s+\d)|\bin\s+(?:19|20)\d\d\b|\b(?:years?|months?|weeks?)\s+(?:ago|earlier|before)\b"
    r"|\bearlier\s+(?:this|in)\s+\w+",
    re.IGNORECASE,
)
OTHER_SENDER = re.compile(
    r"\b(?:mayors?|aclu|city\s+councils?|council\s?(?:man|woman|member)s?|coalition|residents|lawyers|lawmakers|students"
    r"|unions?|groups?|advocates|naacp|plaintiffs?|"
    r"senators?|representatives?|democrats|republicans|organi[sz]ations?|chamber|newspapers?|business(?:es)?|foundation)\b",
    re.IGNORECASE,
)
INSTITUTION = re.compile(
    r"\b(?:universit(?:y|ies)|college|institute|academy|school|schools|schools?\s+district|unified|police|sheriff's?|(?:fire"
    r"|health|water|housing|transit|transportation|"
    r"port|parks?|sanitation|redevelopment|law|public\s+works|human\s+services|corrections?)\s+(?:department|authority"
    r"|district|agency|commission|board)|department|"
    r"authority|hospitals?|medical\s+center|clinic|library|museum|inc\.?|llc|l\.l\.c\.|corp\.?|corporation|company|co\.|ltd"
    r"|association|foundation|church|"
    r"diocese|jail|airport|transit|utilit(?:y|ies)|board|electric|cooperative|bank|agency|office|bureau|system|court|nation"
    r"|tribe|band\s+of|pueblo\s+of|commission|"
    r"laboratory|council\s+of\s+governments|associates|holdings|group|partners|league|isd|isds|usd)\b",
    re.IGNORECASE,
)
KINDS_OF = re.compile(
    r"(?:the\s+)?(?:(?P<state>__STATE__)\s+)?(?P<kind>cities|towns|counties|states|villages|boroughs|townships|commonwealths"
    r"|parishes|territories)\s+of\s+",
    re.IGNORECASE,
)
TITLES = (
    r"(?:mayors?|vice\s+mayor|govs?\.|governors?|sheriffs?|police\s+chiefs?|chiefs?\s+of\s+police"
    r"|(?:county\s+)?commissioners\s+courts?|county\s+(?:executives?"
    r"|judges?|clerks?|attorneys?|managers?|boards?\s+presidents?|"
    r"president|supervisors?|commissioners?|administrators?)|city\s+(?:attorneys?|managers?|clerks?|administrators?"
    r"|council\s+presidents?)|attorneys?\s+general|"
    r"superintendents?|commissioners?|supervisors?|board\s+presidents?|chair(?:man|woman|person|s)?|presidents?|secretar(?:y"
    r"|ies)\s+of\s+state|executives?|solicitors?|"
    r"officials?|leaders?|authorities|administrators?|chancellors?|city\s+halls?|governments?|councils?"
    r"|boards?\s+of\s+(?:supervisors|commissioners))"
)
AFTER_PLACE = re.compile(  # small words that may follow the last place of a list
    r"\s+(?:on|in|by|last|late|early|this|today|yesterday|over|about|regarding|concerning|with|that|which|who|whose|to|as|at"
    r"|after|before|because|is|are|was|were|"
    r"has|have|had|will|would|may|might|could|should|must|received?|receives|gets?|got|if|from|for|of\s+their|seek|each|both"
    r"|all|since|under|when|where|while|asking|"
    r"warning|also|until|do|does|did|and|or|via|through|but|though|[a-z]+ing|[a-z]+ed|(?:Mon|Tues|Wednes|Thurs|Fri|Satur"
    r"|Sun)day|say|says|said|"
    r"threatens?|demands?|asks?|a\s+letter|letters|the|an?|one|its|similar|identical|counties|respectively|alone|too|among"
    r"|against|plus|along|unless|so|then|in\s+which)\b"
)
