"""Cross-encoders small enough to be made in a test: random weights, a few dozen words."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

TEXT = (
    "a about and ana at bakes bread cat city dog does down fell garden he her in is likes lives "
    "lisbon may moved of on rain ran river sat she the to told what when where who with . ?"
)
WORDS = TEXT.split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WINDOW = 24


def make_cross_encoder(
    folder: Path, *, labels: int = 1, names: Sequence[str] = (), head: bool = True
) -> Path:
    """Save a BERT of one layer with a window of `WINDOW` tokens; without `head` it judges nothing.

    `names` are those of its labels. Its weights are large enough for the numbers of two pairs to
    differ.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of torch and transformers are not ours
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizer

    vocabulary = {word: place for place, word in enumerate([*SPECIAL, *WORDS])}
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW,
        num_labels=labels,
        initializer_range=0.7,
    )
    if names:
        config.id2label = dict(enumerate(names))
        config.label2id = {name: place for place, name in enumerate(names)}
    with torch.random.fork_rng():
        torch.manual_seed(11)
        model = (BertForSequenceClassification if head else BertModel)(config)
    model.save_pretrained(folder)
    BertTokenizer(vocab=vocabulary, model_max_length=WINDOW).save_pretrained(folder)
    return folder
