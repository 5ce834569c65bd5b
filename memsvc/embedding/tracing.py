"""A loaded model turned into an ONNX graph with its weights beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memsvc.embedding.manifest import GRAPH, WEIGHTS, Table
from memsvc.embedding.sentence_transformer import input_names

if TYPE_CHECKING:
    from onnx import TensorProto
    from sentence_transformers import SentenceTransformer

OPSET = 17
MATRIX, LEAST_ROWS = 2, 1000


def trace(model: SentenceTransformer, graph: Path) -> None:
    """Trace the whole pipeline, pooling included, from token arrays to unit vectors."""
    import torch  # only the exporting child may load it

    names = input_names(model)

    class Pipeline(torch.nn.Module):  # type: ignore[misc]  # torch's types are not read
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            rows = self.model(dict(zip(names, arrays, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(rows, dim=-1)

    example = model.tokenizer(
        ["two texts of unequal length", "short"], padding=True, return_tensors="pt"
    )
    axes = {name: {0: "batch", 1: "sequence"} for name in names}
    with torch.no_grad():
        torch.onnx.export(
            Pipeline().eval(),
            tuple(example[name] for name in names),
            str(graph),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={**axes, "embedding": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,  # torch 2.13's other exporter writes a graph that does not load
        )


def move_weights_out(draft: Path) -> Table | None:
    """Put the graph's weights into a file that can be mapped; returns the word table, if any."""
    import onnx  # 30 MB that running a model does without

    onnx.save_model(
        onnx.load(draft / GRAPH),
        draft / GRAPH,
        save_as_external_data=True,
        location=WEIGHTS,
        size_threshold=1024,
    )
    # onnx writes it for its owner alone, but the service may run as another user.
    (draft / WEIGHTS).chmod(0o644)
    graph = onnx.load(draft / GRAPH, load_external_data=False).graph
    looked_up = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    other = {name for node in graph.node if node.op_type != "Gather" for name in node.input}
    tables = [
        _table(each)
        for each in graph.initializer
        if each.name in looked_up - other and _is_matrix(each, onnx.TensorProto.FLOAT)
    ]
    largest = max(tables, key=lambda table: table.rows, default=None)
    return largest if largest and largest.rows >= LEAST_ROWS else None


def _is_matrix(tensor: TensorProto, data_type: int) -> bool:
    return (
        tensor.data_type == data_type and len(tensor.dims) == MATRIX and bool(tensor.external_data)
    )


def _table(tensor: TensorProto) -> Table:
    place = {entry.key: entry.value for entry in tensor.external_data}
    rows, columns = tensor.dims
    return Table(tensor.name, int(place.get("offset", 0)), rows, columns)
