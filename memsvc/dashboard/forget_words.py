"""What a reading of a request in plain words comes to, said for people."""

from __future__ import annotations

from memsvc.core.plain_request import LONGEST

DOUBTS = {
    "several_people": "A name or identity may mean several people.",
    "unknown_person": "Somebody is named who is not known here.",
    "name_alone": "A person is named by a name alone, which others may bear.",
    "no_person": "It does not say whom it is about.",
    "pronoun": "It says “me” or “her”: nobody knows who that is.",
    "no_time_found": "It speaks of a time that could not be read.",
    "several_times": "It speaks of several times.",
    "future_time": "It speaks of a time that has not come.",
    "name_or_time": "A word may be a name or a time.",
    "which_session": "It speaks of a conversation, and does not say which.",
    "exception": "It makes an exception.",
    "condition": "It makes a condition.",
    "negation": "It says what is not to be done.",
    "more_said": "It asks for something else besides.",
    "quoted_text": "It quotes a text.",
    "statement": "It tells something rather than asking for it.",
    "loose_words": "Words of it belong to no part that was read.",
    "unread_words": "Words of it were not read.",
}
"""What a reading was not sure of, in words."""

REASONS = {
    "empty": "there are no words in it",
    "too_long": f"it is longer than {LONGEST:,} characters",
    "question": "it asks a question, and orders nothing",
    "negated": "it says what is not to be forgotten",
    "condition": "it orders something on a condition alone",
    "idiom": "it is a turn of phrase rather than an order",
    "quoted": "the order in it is one that it quotes",
    "no_order": "nothing in it orders that something be forgotten",
    "several_orders": "it gives several orders at once",
    "not_memory": "what it wants gone is nothing that memories hold",
}
"""Why a request was not understood."""
NOT_READ = "the rules could not read it"
