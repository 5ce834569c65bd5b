"""Loading models that read two texts together, from disk alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memsvc.errors import ModelMissing

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# On two cores 8 pairs a run are the fastest for texts of any length (measured with 6 layers of
# 384): fewer leave cores idle, more are padded further.
PAIRS_ON_CPU = 8
PAIRS_ON_ACCELERATOR = 32

DECIMALS = 4
"""What is kept of a number: the rest differs with the pairs that shared a run."""

HEAD = "ForSequenceClassification"


def pairs_a_run(device: str) -> int:
    """How many pairs go through a model at once on the device."""
    return PAIRS_ON_CPU if device == "cpu" else PAIRS_ON_ACCELERATOR


def load_pair_model(model: str, device: str, purpose: str, suitable: str) -> CrossEncoder:
    """The model in float32, ready to run; nothing is downloaded.

    `purpose` names what it is to be, `suitable` says which models are. Raises ModelMissing, also
    for a model that was not made to judge pairs.
    """
    try:
        from sentence_transformers import CrossEncoder  # it loads torch

        loaded = CrossEncoder(_folder(model), device=device, local_files_only=True)
    except Exception as error:  # a device that is not there is an AssertionError
        raise ModelMissing(
            f"sentence-transformers cannot load the {purpose} {model} on {device} "
            f"({type(error).__name__}); give a folder or a model in the local Hugging Face cache: "
            f"nothing is downloaded at start"
        ) from error
    # Any other model is loaded, too, with a head of random weights.
    made_as = loaded.config.architectures or ["unknown"]
    if not made_as[0].endswith(HEAD):
        raise ModelMissing(f"{model} does not judge pairs of texts ({made_as[0]}); {suitable}")
    return loaded.float().eval()


def _folder(model: str) -> str:
    """Where the model lies; raises an error for one that is not on disk."""
    from huggingface_hub import snapshot_download

    folder = Path(model).expanduser()
    if folder.is_dir():
        return str(folder)
    # Given a name, transformers asks the hub for safetensors where only other weights are cached.
    return str(snapshot_download(model, local_files_only=True))
