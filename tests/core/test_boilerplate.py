"""What an assistant says when it says nothing, and what only begins like it."""

from __future__ import annotations

import pytest

from memsvc.core.boilerplate import LONGEST, is_boilerplate


@pytest.mark.parametrize(
    "text",
    [
        "As an AI language model, I don't have personal opinions.",
        "As an AI, I cannot browse the internet.",
        "As an artificial intelligence, I do not have feelings or a body.",
        "I'm just an AI, so I don't have a favourite colour.",
        "I'm sorry, but I can't assist with that.",
        "I\u2019m sorry, but I can\u2019t help with that request.",
        "Sorry, I cannot help you with that.",
        "I apologize, but I am unable to provide that information.",
        "Unfortunately, I can't answer that question.",
        "I don't have access to real-time data.",
        "How can I help you today?",
        "Hello! How may I assist you?",
        "Is there anything else I can help you with?",
        "You're welcome! Let me know if you need anything else.",
        "I'm sorry, but I can't help with that. Is there anything else I can help you with today?",
        "  *I CANNOT ASSIST WITH THAT*  ",
    ],
)
def test_nothing_is_told(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't make it on Friday.",
        "I'm sorry, but I can't find any flights to Lisbon on Friday.",
        "I can't help you move on Saturday.",
        "I cannot help.txt open",
        "As an AI researcher, I work with large models.",
        "As an AI language model, I can tell you that the order was shipped.",
        "As an AI, I cannot tell why order 4711 was late.",
        "As an AI language model, I don't have opinions. However, Lisbon is in Portugal.",
        "Sorry I am late, the tram did not come.",
        "You're welcome to stay with us in Porto.",
        "How can I help my daughter with maths?",
        "Let me know if you find the blue scarf.",
        "ok",
        "",
        "...",
    ],
)
def test_something_is_told(text: str) -> None:
    assert not is_boilerplate(text)


def test_a_long_text_tells_something() -> None:
    phrase = "I can't help with that. "

    assert is_boilerplate(phrase * (LONGEST // len(phrase)))
    assert not is_boilerplate(phrase * (LONGEST // len(phrase) + 1))
