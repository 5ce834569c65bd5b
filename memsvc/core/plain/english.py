"""The English of forget requests: how an order begins, what it may speak of, how it names it.

What is looked at is small letters in which people stand as `@0`, with `'s` where they own what
follows, and times and sessions are left out.
"""

from __future__ import annotations

import re

_VERB = r"(?P<verb>forget|delete|erase|remove|wipe|purge)"
_COURTESY = (
    r"please|kindly|now|ok(?:ay)?|so|well|also|just|then|thanks|thank you|sorry|immediately|"
    r"permanently|completely|fully|simply|go ahead and|(?:hi|hello|hey|dear)(?: (?:there|team|all|"
    r"assistant|agent|memory))?|as requested|i(?:'d| would) like you to|(?:i|we) (?:want|need|ask|"
    r"order) you to|you (?:must|have to)|(?:under|per|pursuant to|according to|in accordance with|"
    r"based on) (?:the )?(?:gdpr|ccpa|art(?:icle|\.)?)[^,]{0,60}"
)
ORDER = re.compile(
    rf"(?:(?:{_COURTESY})[,:!.]? )*+(?:{_VERB}|(?:i|we) (?:hereby )?(?:request|demand|require|want|"
    r"ask for|order) (?:the )?(?:complete |full |immediate |permanent )?(?:erasure|deletion|"
    r"removal) of)(?![\w'-])[ ,]*(?P<object>.*)",
    re.IGNORECASE,
)
VERBS = re.compile(r"\b(?:forg[eo]t\w*|delet\w+|eras\w+|remov\w+|wip(?:e|ed|ing)|purg\w+)\b", re.I)
NEGATED = re.compile(
    r"\b(?:don'?t|do not|does not|never|not|no need|needn'?t|without|stop|avoid|refrain|shouldn'?t|"
    r"mustn'?t|can'?t|cannot|won'?t|nobody|nothing)\b",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"(?:(?:and|so|but|ok(?:ay)?|hey|hi|please)[, ]+)*(?:what(?!ever)|who|whom|whose|which|when|"
    r"where|why|how|do|does|did|is|are|was|were|can|could|would|will|shall|should|may|might|have|"
    r"has|had)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:if|in case|once|as soon as|whenever|as long as|provided|when|while)\b", re.IGNORECASE
)
EXCEPTION = re.compile(
    r"\b(?:except|excluding|unless|apart from|other than|besides|but|instead of|rather than|only|"
    r"keep|keeping|retain)\b",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:,|;|\band\b|\bthen\b) (?:then )?(?:remember|keep|save|store|send|tell|add|write|update|"
    r"show|give|let|make|inform|notify|forget|delete|erase|remove|replace)\b",
    re.IGNORECASE,
)
IDIOM = re.compile(
    r"(?:about )?(?:it|this|that|them|all that|all this|all about it|everything about it)"
    r"|(?:to|how|why|where|when|whether|who|which|me not)\b.*|not\b.*|",
    re.IGNORECASE,
)
STATEMENT = re.compile(r"that (?!@\d+'s\b)(?P<said>(?:@\d+|[a-z]+).* .*)")
TAIL = re.compile(
    r"[,.!; ]*(?:\b(?:please|now|immediately|right now|right away|at once|permanently|for good|"
    r"for ever|forever|completely|entirely|too|as well|thanks|thank you|asap|"
    r"(?:from|in) (?:your|the|our|its) (?:memory|memories|records?|database|systems?|stor(?:ag)?e))"
    r")?[,.!; ]*\Z",
    re.IGNORECASE,
)

# ---- what is to be forgotten

P = r"@[\dp]+"
PL = rf"{P}(?:(?:'s)?(?:, (?:and |or )?| and | or | as well as ){P})*"
_SPOKEN = r"messages?|statements?|words|answers?|remarks?|utterances?|questions?|requests?|posts?"
_KEPT = (
    r"data|information|info|memor(?:y|ies)|records?|facts?|notes?|details?|things?|stuff|knowledge|"
    r"contents?|history|conversations?|chats?|sessions?|profiles?|traces?|entries"
)
_POINTED = r"mentions?|references?"
_WHICH = (
    r"(?:(?:all|any|every|each|both|of|the|those|these|our|your|its|stored|saved|personal|private|"
    r"remembered) )*+"
)
ALL = (
    rf"(?:(?:absolutely )?(?:everything|anything|whatever|what|all|all that|the things)"
    rf"|{_WHICH}(?:{_KEPT}|{_SPOKEN}|{_POINTED}))"
)
HEAD = re.compile(rf"(?:[a-z]+ ){{0,3}}?{ALL}(?!\w)")
_ADVERBS = r"(?: (?:has|have|had|ever|just|once|already|also|personally))*"
_TELLS = (
    r"told|said|says|tells|wrote|written|shared|mentioned|sent|gave|given|posted|asked|reported|"
    r"typed|uploaded|provided|stated|explained|revealed|disclosed|confided|entered"
)
_TO = r"(?: (?:(?:to|with) )?(?:us|you|me|the agent|the assistant|anyone|everyone|anybody))*"
_ON = (
    r"about|on|regarding|concerning|relating to|related to|that relates to|that concerns?|"
    r"which concerns?|connected (?:to|with)"
)
_WE = r"(?:that |which )?(?:you|we|the agent|the assistant|the system)"
_KNOW = (
    r"know|knows|remember|remembers|stored?|stores|saved?|have|has|learn(?:ed|t)|recorded|hold|"
    r"holds|keep|keeps|kept|collected|noted|got|own"
)
_OTHERS = (
    r"(?:that |which )?(?:others?|other people|people|anyone|anybody|someone|somebody|everyone|we)"
)
_ROLE = r"(?:user|person|customer|client|subject)s? "
_STATE = r"(?: (?:that|which) (?:is|are|was|were|has|have|had)(?: been)?)?"
_HELD = rf"{_STATE}(?: (?:stored|saved|known|kept|recorded|held|remembered|collected|there is))?"
_DETERMINER = rf"(?:(?:the|a|an|her|his|their|its|any|all|my|{P}'s) )*+"
_WORD = (
    r"(?!(?:and|or|from|by|about|to|for|with|on|of|that|which|who|us|you|me|if|but|not|"
    r"except|excluding|unless|since|before|after|until|till|during|between|when|while|because|as|"
    r"than|is|are|was|were|has|have|had|does|did|only|still|then)\b)[^\W_][\w-]*"
)
_NOUNS = rf"{_DETERMINER}(?:{_WORD}|{P})(?: (?:{_WORD}|{P}))*"
TOPIC = rf"(?: (?:{_ON}) (?P<topic>{_NOUNS}(?:(?:, | and | or |, and ){_NOUNS})*))?"

FROM = tuple(
    re.compile(one)
    for one in (
        rf"{ALL}(?: (?:that|which))? (?P<who>{PL}){_ADVERBS} (?:{_TELLS}){_TO}{TOPIC}",
        rf"{ALL}{_STATE}(?: (?:said|told|written|sent|shared|given|mentioned|provided|posted|"
        rf"coming|comes|came|received|originating|typed|entered)|(?: {_WE} (?:got|heard|"
        rf"learn(?:ed|t)|received|know)))?{_TO} (?:from|by) (?:{_ROLE})?(?P<who>{PL})"
        rf"{TOPIC}",
        rf"{_WHICH}(?P<who>{PL})'s {_WHICH}(?:{_SPOKEN}){TOPIC}",
        rf"{_WHICH}(?:{_SPOKEN}) of (?P<who>{PL}){TOPIC}",
    )
)
ABOUT = tuple(
    re.compile(one)
    for one in (
        rf"{ALL} {_OTHERS}{_ADVERBS} (?:{_TELLS}|say|think|thought|tell){_TO} "
        rf"(?:{_ON}) (?P<who>{PL})",
        rf"{ALL}{_STATE} (?:mentioning|naming|referring to|that mentions?|that names?|"
        rf"that refers? to) (?P<who>{PL})",
        rf"{_WHICH}(?:{_POINTED}) (?:of|to) (?P<who>{PL})",
    )
)
BOTH = tuple(
    re.compile(one)
    for one in (
        rf"{_WHICH}(?:people |{_ROLE})?(?P<who>{PL})",
        rf"(?:about )?(?P<who>{PL})",
        rf"{ALL}(?: {_WE}{_ADVERBS} (?:{_KNOW}))?{_HELD} (?:{_ON}|of|for|belonging to|involving|"
        rf"linked to|with) (?:{_ROLE})?(?P<who>{PL})",
        rf"{ALL}{_STATE} (?:from|by)(?: and| or|/) about (?P<who>{PL})",
        rf"{ALL}{_STATE} about (?:and|or) (?:from|by) (?P<who>{PL})",
        rf"{_WHICH}(?P<who>{PL})'s (?:{_WHICH}(?:{_KEPT})|everything)",
        rf"{_WHICH}(?P<who>{PL})'s {_WHICH}(?:{_KEPT}){TOPIC}",
        rf"{ALL}(?: {_WE}{_ADVERBS} (?:{_KNOW}))?{_HELD} (?:{_ON}) "
        rf"(?P<topic>(?P<who>{P})'s {_NOUNS})",
    )
)
OWNED = re.compile(rf"{_WHICH}(?P<who>{P})'s (?P<topic>{_NOUNS})")
NOBODY = re.compile(rf"{ALL}(?: {_WE}{_ADVERBS} (?:{_KNOW}))?{_HELD}{TOPIC}|")

GENERAL = re.compile(rf"\b(?:{_KEPT})\b")
STOP = frozenset(
    """
    the a an her his their its any all my your our and or of is are was were be been has have had
    that which in at to by on for with she he they it i we you there this us me
    """.split()  # noqa: SIM905
)
"""Words of no topic."""

PRONOUNS = frozenset(
    [
        "i",
        "me",
        "my",
        "mine",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "they",
        "them",
        "their",
        "theirs",
    ]
)
OWNING = frozenset(["my", "his", "her", "their", "mine", "hers", "theirs"])
TIME = re.compile(
    r"\b(?:since|before|after|until|till|during|between|ago|yesterday|today|tonight|tomorrow|"
    r"(?:week|month|year|day|hour|minute|decade|weekend)s?|spring|summer|autumn|winter|recent(?:ly)?|"
    r"lately|earlier|last|latest|previous|past|old|older|19\d\d|20\d\d)\b"
)
SESSION = re.compile(
    r"\b(?:the |our |that |this )*(?:session|conversation|chat|thread|dialog(?:ue)?)s?"
    r" (?:(?:with )?(?:the )?(?:id|ids|number|no\.?|called|named) )?#?"
    r"(?P<ids>(?=[\w.:-]*[\d_-])\w[\w.:-]*\w?(?:(?:, (?:and )?| and | or )#?(?=[\w.:-]*[\d_-])"
    r"\w[\w.:-]*)*)",
    re.IGNORECASE,
)
DATED = re.compile(
    r"\b(?:the |our |that |this )*(?:session|conversation|chat|dialog(?:ue)?|talk)s? ?\Z",
    re.IGNORECASE,
)
UNTOLD_SESSION = re.compile(
    r"(?<!@\d)\b(?:(?:the|this|that|our|my|last|latest|current|previous|whole|entire) )+"
    r"(?:session|conversation|chat|thread)\b(?! @| (?:data|history|messages?|records?|notes?))"
)
