"""Statements read by their meaning with the bundled model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from memsvc.core.frames import frames_of
from memsvc.core.frames.masking import templates
from memsvc.core.frames.meaning import Meanings, Reading
from memsvc.core.frames.prototypes import PROTOTYPES
from memsvc.core.frames.subject import who
from memsvc.core.memory import Cardinality, Draft
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.protocol import Vectors

Read = Callable[[str], tuple[Reading, ...]]


@pytest.fixture(scope="module")
def read(onnx_backend: OnnxBackend) -> Read:
    meanings = Meanings(_embedded(onnx_backend, [one.text for one in PROTOTYPES]))
    return partial(_read, onnx_backend, meanings)


def _embedded(backend: OnnxBackend, texts: list[str]) -> Vectors:
    pieces = [backend.split(text)[0] for text in texts]
    runs = [backend.run(pieces[at : at + 32], alone=True) for at in range(0, len(pieces), 32)]
    return np.concatenate(runs)


def _read(backend: OnnxBackend, meanings: Meanings, content: str) -> tuple[Reading, ...]:
    draft = Draft(content=content)
    masked = templates(content)
    if not masked:
        return ()
    beside = [one for one in frames_of(draft) if one.cardinality is Cardinality.ONE]
    vectors = _embedded(backend, [one.text for one in masked])
    return meanings.read(masked, vectors, who(draft), beside)


@pytest.mark.parametrize(
    ("content", "frame"),
    [
        ("Ida Moss put the novel Salt on paper.", ("novel salt", "author", "ida moss")),
        ("Every month I send the rent to Mr. Blok.", ("", "landlord", "blok")),
        ("Mira Rode lets me the flat.", ("", "landlord", "mira rode")),
        ("To reach me by phone dial 0151.", ("", "phone number", "0151")),
        ("The photo service takes uploads of at most 25 MB.",
         ("photo service", "open:maximum upload size@data", "25 mb")),
        ("We throw old logs away after 30 days.", ("", "open:logs retained for@time", "30 days")),
        ("The Falcon project must be complete by 3 May.",
         ("falcon project", "open:deadline@day", "3 may")),
    ],
)  # fmt: skip
def test_other_words_give_the_slot_that_plain_words_give(
    read: Read, content: str, frame: tuple[str, str, str]
) -> None:
    assert frame in {told[:3] for reading in read(content) for told in reading}


@pytest.mark.parametrize(
    "content",
    [
        "Mira Rode visited the museum of Varn.",
        "Mira Rode had lunch with Jon Vik.",
        "Ostland signed a treaty with Varn.",
        "I met Jon Vik in Varn.",
        "I paid 34 euros for dinner.",
        "The photo service had an outage on 3 May.",
        "Ostland lost against Varn.",
        "My sister likes Varn.",
        "I bought a kayak in Varn.",
        "Mira Rode admires Jon Vik.",
    ],
)
def test_events_opinions_and_meetings_fill_no_slot(read: Read, content: str) -> None:
    assert not read(content)
