"""The trained cross-encoder as ONNX in build/judge/model/: `python -m scripts.judge.export`, where PyTorch is.

Matrices and embeddings become int8 with a scale per output channel or word; what is multiplied with them is rounded at
run time to 8 bits with a scale per token, so that no token's value depends on what is judged beside it. Weights keep to
7 bits: products of 8-bit numbers saturate in the 16-bit sums of processors without VNNI, and two machines would then
disagree. Writes model.onnx, tokenizer.json and NOTICE; scripts/judge/calibrate.py writes the rest, and ships it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from bot.judges.cross_encoder import END, START
from scripts.judge.model import FIRST_PLACE, Reader, tokenizer_json

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "judge" / "model"
WEIGHT_STEPS, WORD_STEPS = 63, 127
CONTRIBUTED = "com.microsoft"
"""ONNX Runtime's own operators: one that multiplies integers and scales them in one pass saves a fifth of a turn."""
SMALLEST_TABLE = 400
"""Rows from which an embedding is worth rounding."""
NOTICE = """all-mpnet-base-v2, (c) the sentence-transformers authors, https://huggingface.co/sentence-transformers/all-mpnet-base-v2
Licensed under the Apache License, Version 2.0.

Changes made by Greenroom (scripts/judge/): the first eight of twelve layers were kept, trained on as docs/judge.md
says, given four heads, converted to ONNX and rounded to int8. The tokenizer's padding and truncation were removed.
"""


class OneAnswer(nn.Module):
    """The reader for one answer without padding, as the judge calls it."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(
        self, ids: Tensor, speakers: Tensor, statements: Tensor, lengths: Tensor, spans: Tensor
    ) -> tuple[Tensor, Tensor]:
        """ids, speakers (A,), statements (P, W), lengths (P,), spans (S, A) to logits (4, P, C), pointer (P, S)."""
        reader = self.reader
        a = ids.shape[0]
        p, w = statements.shape
        inside = torch.arange(w)
        places = torch.cat([torch.arange(a), (a + inside)[None].expand(p, w).reshape(-1)])
        who = torch.cat([speakers, torch.full((1,), 2).expand(p * w)])
        x = reader.word(torch.cat([ids, statements.reshape(-1)])) + reader.place(places + FIRST_PLACE)
        x = reader.norm(x + reader.speaker(who))[None]
        answer, statement = self._scores(lengths, a, w)
        for layer in reader.layers[:-1]:
            x = layer(x, answer, statement, a, p)
        first = reader.layers[-1].first(x, statement, a, p)
        return torch.cat([head(first) for head in reader.heads]), reader.point(first, spans[None] @ x[:, :a])[0]

    def _scores(self, lengths: Tensor, a: int, w: int) -> tuple[Tensor, Tensor]:
        reader = self.reader
        return reader.scores(torch.arange(a)[-1:] + 1, lengths[None], a, w)


def rounded(weights: np.ndarray, axis: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 and the scale of each channel along the other axis."""
    scale = np.abs(weights).max(axis=axis, keepdims=True) / steps
    scale[scale == 0] = 1
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


class Rounding:
    """Rewrites a graph's large matrices and tables as int8."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.graph = graph
        self.weights = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.gone: set[str] = set()
        self.rows: dict[str, tuple[str, str]] = {}
        """A tensor that is multiplied, and its rounded form with the scales of its rows."""
        for name, value in (("unit", 1.0), ("step", 1 / 127), ("least", 1e-6)):
            self._constant(name, np.array(value, np.float32))
        self._constant("middle", np.array(128, np.uint8))
        self._constant("flat", np.array([-1], np.int64))

    def run(self) -> None:
        """Rewrite."""
        nodes: list[onnx.NodeProto] = []
        for node in self.graph.node:
            if node.op_type == "MatMul" and self._is_table(node.input[1], 2):
                nodes += self._product(node)
            elif node.op_type == "Gather" and self._is_table(node.input[0], SMALLEST_TABLE):
                nodes += self._lookup(node)
            else:
                nodes.append(node)
        del self.graph.node[:]
        self.graph.node.extend(nodes)
        kept = [i for i in self.graph.initializer if i.name not in self.gone]
        del self.graph.initializer[:]
        self.graph.initializer.extend(kept)

    def _is_table(self, name: str, least: int) -> bool:
        weights = self.weights.get(name)
        return weights is not None and weights.ndim == 2 and weights.shape[0] >= least

    def _constant(self, name: str, value: np.ndarray) -> str:
        self.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def _product(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        x, name, (out,) = node.input[0], node.input[1], node.output
        whole, scale = rounded(self.weights[name], 0, WEIGHT_STEPS)
        self.gone.add(name)
        nodes = [] if x in self.rows else self._rows(x)
        bits, per_row = self.rows[x]
        one, width = self._constant(f"{out}.w", whole), self._constant(f"{out}.scale", scale[0])
        product = [bits, one, "unit", width, "middle"]
        return [
            *nodes,
            helper.make_node("MatMulIntegerToFloat", product, [f"{out}.scaled"], domain=CONTRIBUTED),
            helper.make_node("Mul", [f"{out}.scaled", per_row], [out]),
        ]

    def _rows(self, x: str) -> list[onnx.NodeProto]:
        self.rows[x] = f"{x}.bits", f"{x}.steps"
        return [
            helper.make_node("Abs", [x], [f"{x}.size"]),
            helper.make_node("ReduceMax", [f"{x}.size"], [f"{x}.top"], axes=[-1], keepdims=1),
            helper.make_node("Max", [f"{x}.top", "least"], [f"{x}.most"]),
            helper.make_node("Mul", [f"{x}.most", "step"], [f"{x}.steps"]),
            helper.make_node("Reshape", [f"{x}.steps", "flat"], [f"{x}.scales"]),
            helper.make_node("Shape", [f"{x}.scales"], [f"{x}.count"]),
            helper.make_node("Expand", ["middle", f"{x}.count"], [f"{x}.middles"]),
            helper.make_node("QuantizeLinear", [x, f"{x}.scales", f"{x}.middles"], [f"{x}.bits"], axis=1),
        ]

    def _lookup(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        name, which, (out,) = node.input[0], node.input[1], node.output
        whole, scale = rounded(self.weights[name], 1, WORD_STEPS)
        self.gone.add(name)
        return [
            helper.make_node("Gather", [self._constant(f"{out}.w", whole), which], [f"{out}.whole"], axis=0),
            helper.make_node("Gather", [self._constant(f"{out}.scale", scale), which], [f"{out}.steps"], axis=0),
            helper.make_node("Cast", [f"{out}.whole"], [f"{out}.float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{out}.float", f"{out}.steps"], [out]),
        ]


@torch.no_grad()
def export(trained: Path, folder: Path) -> None:
    """Write the model and its tokenizer."""
    reader = Reader()
    reader.load_state_dict(torch.load(trained))
    example = (
        torch.tensor([START, 2000, 2001, 2002, END]),
        torch.tensor([0, 1, 1, 1, 1]),
        torch.tensor([[START, 300, 400, END], [START, 300, END, 1]]),
        torch.tensor([4, 3]),
        torch.full((2, 5), 0.2),
    )
    axes = {"ids": {0: "A"}, "speakers": {0: "A"}, "statements": {0: "P", 1: "W"}, "lengths": {0: "P"}}
    exact = folder / "exact.onnx"
    torch.onnx.export(
        OneAnswer(reader).eval(), example, str(exact), dynamic_axes=axes | {"spans": {0: "S", 1: "A"}},
        input_names=["ids", "speakers", "statements", "lengths", "spans"], output_names=["logits", "pointer"],
        opset_version=17, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(exact))
    Rounding(model.graph).run()
    model.opset_import.append(helper.make_opsetid(CONTRIBUTED, 1))
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / "model.onnx"))
    exact.unlink()
    (folder / "tokenizer.json").write_bytes(tokenizer_json())
    (folder / "NOTICE").write_text(NOTICE, encoding="utf-8")


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", type=Path, default=ROOT / "build" / "judge" / "trained.pt")
    parser.add_argument("--folder", type=Path, default=OUT)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    export(options.trained, options.folder)
    for file in sorted(options.folder.iterdir()):
        print(f"{file.stat().st_size:>12,} bytes  {file.name}")


if __name__ == "__main__":
    main()
