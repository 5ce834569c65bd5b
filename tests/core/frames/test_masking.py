"""Statements are masked where they plainly state something, and nowhere else."""

from __future__ import annotations

import pytest

from memsvc.core.frames.masking import MOST, templates
from memsvc.core.frames.spot import Kind


def texts(content: str) -> list[str]:
    return [one.text for one in templates(content)]


@pytest.mark.parametrize(
    ("content", "template"),
    [
        ("The mines of Ostland are run from Kelm.", "the mines of X are run from Y"),
        ("I buy my bread at Bakker Jansen.", "X buy my bread at Y"),
        ("Our rent goes to Mr. Blok.", "X's rent goes to Y"),
        ("Ada Lind's flat is in Malmo.", "X's flat is in Y"),
        ("The upload service takes files up to 25 MB.", "X takes files up to Y"),
        ('Everybody hums "Blue Kettle" in Ostland.', "everybody hums X in Y"),
        ("Write to Ada Lind at ada@post.example.", "write to X at Y"),
        ("Backups are thrown away after 30 days.", "backups are thrown away after X"),
        ("On 3 May 2027 the licence of the Kelm mine runs out.", "on X the licence of Y runs out"),
        ("The weekly report goes out on Monday at 9:30.", "X goes out on Y"),
    ],
)
def test_subject_and_value_are_masked_in_the_order_they_stand(content: str, template: str) -> None:
    assert template in texts(content)


@pytest.mark.parametrize(
    "content",
    [
        "Is the government of Ostland in Kelm?",
        "If Ostland is governed from Kelm, we lose.",
        "Ana says that Ostland is governed from Kelm.",
        "Ostland was formerly governed from Kelm.",
        "Ostland is no longer governed from Kelm.",
        "Ostland is not governed from Kelm.",
        "Mira Rode is running for president of Ostland.",
        "Mira Rode will lead Ostland.",
        "Among the founders of Acme is Mira Rode.",
        "Ostland is governed from Kelm. Kelm is a town by the sea.",
        "Ostland is governed from Kelm, " + "a town by the sea, " * 10 + "as many know.",
        "",
    ],
)
def test_what_is_no_plain_statement_is_not_masked(content: str) -> None:
    assert not templates(content)


def test_few_templates_are_made_of_a_statement_with_many_names() -> None:
    content = "Ana Lind, Ben Rode, Cem Kaya and Dana Frost met Eva Holm in Kelm on 3 May 2027."
    assert len(templates(content)) <= MOST


def test_a_class_before_a_name_belongs_to_it_and_may_go() -> None:
    template = templates("Ana Lind wrote the novel Salt.")[0]
    assert template.second is not None
    assert template.second.words == ("the", "novel", "Salt")
    assert template.second.plain == ("Salt",)
    assert template.first.kind is Kind.NAME
