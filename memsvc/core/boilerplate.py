"""What an assistant says when it says nothing: refusals, disclaimers and offers of help.

A text is boilerplate when every sentence of it is; one that tells anything else is none.
"""

from __future__ import annotations

import re

from memsvc.core.quoting import sentences_of

LONGEST = 400
"""Characters; a longer text is taken to tell something."""

_THAT = (
    r"(?:(?:with |to )?(?:that|this|it|such|your request|the request)"
    r"(?: (?:request|question|task|topic|kind of \w+|type of \w+|content|information))?)"
)
_CANNOT = r"(?:can't|cannot|can not|won't|am unable to|am not able to|'m unable to|'m not able to)"
_DISCLAIMS = (
    r"(?:(?:don't|do not|can't|cannot|can not|lack|am unable|am not|'m not|'m unable|"
    r"have no|was not|wasn't|am only|'m only|am just|'m just|was trained|am designed|"
    r"am programmed)\b[^\d]*)"
)
_SENTENCES = [
    # "As an AI language model, I don't have personal opinions."
    r"as an? (?:ai|artificial intelligence)(?: language)?(?: model| assistant)?,? i ?" + _DISCLAIMS,
    r"(?:i am|i'm) (?:just |only )?an? (?:ai|artificial intelligence)"
    r"(?: language)?(?: model| assistant)?"
    r"(?:,? (?:so|and) i ?" + _DISCLAIMS + r")?",
    # "I'm sorry, but I can't help with that."
    r"(?:(?:i am|i'm) (?:very |really |so )?sorry|sorry|i apologi[sz]e|my apologies|unfortunately)?"
    r",? ?(?:but )?i ?" + _CANNOT + r" (?:assist|help)(?: you)?(?: " + _THAT + r")?",
    r"(?:(?:i am|i'm) (?:very |really |so )?sorry|sorry|i apologi[sz]e|my apologies|unfortunately)?"
    r",? ?(?:but )?i ?" + _CANNOT + r" (?:answer|comply|continue|discuss|do|fulfill?|generate|"
    r"create|provide|share|engage in|process|respond to) " + _THAT,
    r"(?:i am|i'm) sorry(?:,? but)? i (?:do not|don't) (?:understand|have (?:access to )?"
    r"(?:that|this) information)",
    r"i apologi[sz]e for (?:any|the) (?:confusion|inconvenience)(?: caused)?",
    r"i (?:do not|don't) have access to (?:real-?time|personal|current|live) "
    r"(?:information|data|events)",
    # "How can I help you today?"
    r"how (?:can|may|could) i (?:help|assist)(?: you)?(?: today| further)?",
    r"(?:is there|do you have|let me know if (?:there is|there's|you have|you need)|"
    r"if there is|if you have|if you need) (?:any(?:thing)? ?(?:else|other|more|further)?"
    r"(?: questions?| help| assistance)?)"
    r"(?: that)?(?: (?:i can|you need|you would like|you'd like)(?: to)?"
    r"(?: help| assist| ask)?(?: you)?(?: with)?)?(?:,? (?:please )?(?:feel free to ask|"
    r"let me know|just ask))?(?: today)?",
    r"(?:please )?(?:feel free to (?:ask|reach out)|let me know)(?: if you (?:have|need) "
    r"any(?:thing)?(?: else| other| more| further)?(?: questions?| help| assistance)?)?",
    r"(?:you are|you're) (?:very |most )?welcome",
    r"(?:i am|i'm) (?:here|happy|glad) to (?:help|assist)(?: you)?(?: with anything)?",
]
_BOILERPLATE = re.compile("|".join(f"(?:{one})" for one in _SENTENCES))
_GREETING = re.compile(r"(?:hello|hi|hey|sure|certainly|of course)(?: there)?")
# To cut a text into sentences takes ten times as long as to see that the first is none of these.
_BEGINS = re.compile(rf"(?:{_GREETING.pattern}[^\w'\"]+)*(?:{_BOILERPLATE.pattern})")
_AROUND = " \t\r\n.!?\u2026*_\"'"


def is_boilerplate(text: str) -> bool:
    """Whether an assistant's text holds nothing but refusals, disclaimers and offers of help."""
    if len(text) > LONGEST:
        return False
    plain = " ".join(text.replace("\u2019", "'").casefold().split())
    if not _BEGINS.match(plain.lstrip(_AROUND)):
        return False
    said = [one for part in sentences_of(plain) if (one := part.strip(_AROUND))]
    empty = [one for one in said if not _GREETING.fullmatch(one)]
    return bool(empty) and all(map(_BOILERPLATE.fullmatch, empty))
