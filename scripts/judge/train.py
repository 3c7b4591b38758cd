"""Trains the judge's cross-encoder: `python -m scripts.judge.train`, in a virtual environment with PyTorch.

Reads build/judge/data (scripts/judge/data.py), follows RECIPE with a fixed seed and writes build/judge/trained.pt.
About two hours on two cores that multiply bfloat16 in tiles (Intel AMX), three on others with AVX-512. A checkpoint is
kept every 50 steps; started again, it goes on from there. `--cards SHARE` trains on a part of the cards, for a
learning curve; `--without NAME` leaves a kind of data out, for an ablation.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from bot.judges.cross_encoder import COVERED, Tokens, Turn
from scripts.judge.model import Packed, Reader, batched, packed, tokenizer_json

DATA = Path("build/judge/data")
OUT = Path("build/judge")
SEED = 0
TOKENS_A_BATCH = 5_000
SORTED_TOGETHER = 1_500
"""Rows sorted by shape at a time, so that batches waste little on padding and are still mixed."""
WARM_UP = 40
"""Steps in which each stage's learning rate rises."""
LEAST_RATE = 0.02
EVIDENCE_WEIGHT = 0.3
POINTER_HASTE = 20
"""How many times the others' rate the pointer learns at: it starts from nothing, and at theirs it stays there."""
EVERY = 50

Row = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """Some passes over some data. `passes` may be broken: .5 takes half of the rows."""

    name: str
    passes: dict[str, float]
    rate: float
    falling: bool
    """Whether the learning rate falls to nothing by the end of the stage."""
    still: int = 0
    """How many of the lowest layers, and with them the words' vectors, stay as they are; saves a fifth of the time."""


RECIPE = (
    Stage("broad", {"points.train": 1.0, "reviews.train": 0.5, "public": 0.3}, 5e-5, falling=False),
    Stage("deep", {"points.train": 1.5, "reviews.train": 0.5}, 5e-5, falling=False),
    Stage("sharp", {"points.train": 1.3, "reviews.train": 0.4, "contrast": 1.0, "public": 0.2}, 5e-5, falling=True),
    Stage(
        "wide",
        {"points.train": 1.2, "reviews.train": 0.4, "contrast": 0.5, "public": 0.2},
        4e-5,
        falling=False,
        still=2,
    ),
    Stage(
        "end",
        {"points.train": 0.25, "reviews.train": 0.15, "contrast": 0.1, "public": 0.02},
        4e-5,
        falling=True,
        still=2,
    ),
)


@dataclass(frozen=True)
class Choice:
    """Which of the data: a share of the cards, some kinds left out, and the weights and stages to begin with."""

    cards: float = 1.0
    without: tuple[str, ...] = ()
    start: str = ""
    stages: tuple[str, ...] = tuple(stage.name for stage in RECIPE)

    def rows(self, name: str) -> list[Row]:
        """The rows of one file, in chance order, the same every time."""
        if name in self.without:
            return []
        rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]
        if name != "public":
            rows = [row for row in rows if _percentile(row["group"]) < 100 * self.cards]
        random.Random(SEED).shuffle(rows)
        return rows

    def stage(self, stage: Stage) -> list[Row]:
        """The rows of a stage. Each file goes on where the stage before left off, so that no row is passed over twice
        before each has been passed over once."""
        chosen: list[Row] = []
        for name, passes in stage.passes.items():
            rows = self.rows(name)
            before = sum(one.passes.get(name, 0.0) for one in RECIPE[: RECIPE.index(stage)])
            first, last = (round(sum_ * len(rows)) for sum_ in (before, before + passes))
            chosen += [rows[n % len(rows)] for n in range(first, last)]
        return chosen


def batches(tokens: Sequence[Packed], chance: random.Random) -> list[list[int]]:
    """Indices in batches of at most TOKENS_A_BATCH with their padding, in chance order."""
    order = list(range(len(tokens)))
    chance.shuffle(order)
    made = []
    for first in range(0, len(order), SORTED_TOGETHER):
        current: list[int] = []
        for index in sorted(order[first : first + SORTED_TOGETHER], key=lambda i: tokens[i].shape):
            if current and _padded([tokens[i] for i in [*current, index]]) > TOKENS_A_BATCH:
                made.append(current)
                current = []
            current.append(index)
        made.append(current)
    chance.shuffle(made)
    return made


def _padded(rows: Sequence[Packed]) -> int:
    width = max(len(ids) for row in rows for ids in row.statements)
    return len(rows) * (max(len(row.ids) for row in rows) + width * max(len(row.statements) for row in rows))


def loss_of(logits: Tensor, pointer: Tensor, rows: Sequence[Row]) -> Tensor:
    """Cross-entropy of the labels, covered against the rest where that is all that is known, and of the evidence."""
    b, p = logits.shape[1:3]
    labels, heads, evidence = (torch.full((b, p), fill) for fill in (-1, 0, -1))
    for i, row in enumerate(rows):
        n = len(row["labels"])
        labels[i, :n], heads[i, :n] = torch.tensor(row["labels"]), torch.tensor(row["heads"])
        evidence[i, :n] = torch.tensor(row["evidence"])
    binary = torch.tensor([row["binary"] for row in rows])[:, None]
    own = logits.gather(0, heads[None, :, :, None].expand(1, -1, -1, logits.shape[3]))[0]
    shares = functional.log_softmax(own, -1)
    four = -shares.gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    covered = shares[..., COVERED].exp().clamp(1e-5, 1 - 1e-5)
    two = torch.where(labels == COVERED, -covered.log(), -(1 - covered).log())
    known = labels >= 0
    loss = torch.where(binary, two, four)[known].sum() / known.sum().clamp(min=1)
    sentences = pointer.shape[2]
    shown = (evidence >= 0) & (evidence < sentences)
    if shown.any():
        counts = torch.tensor([sum(len(said) for _, said in row["turns"]) for row in rows])
        beyond = (torch.arange(sentences)[None] >= counts[:, None])[:, None]
        found = functional.log_softmax(pointer.masked_fill(beyond, -1e4), -1)
        at = evidence.clamp(0, sentences - 1).unsqueeze(-1)
        loss = loss - EVIDENCE_WEIGHT * found.gather(-1, at).squeeze(-1)[shown].mean()
    return loss


def turns_of(row: Row) -> list[Turn]:
    """The turns of a row."""
    return [Turn(prompt, said) for prompt, said in row["turns"]]


def train(out: Path, choice: Choice) -> None:
    """Follow the recipe from the published weights, or from where a checkpoint left off."""
    tokens = Tokens(tokenizer_json().decode("utf-8"))
    torch.manual_seed(SEED)
    reader = Reader()
    reader.load_mpnet()
    if choice.start:
        reader.load_state_dict(torch.load(choice.start))
    stages = [stage for stage in RECIPE if stage.name in choice.stages]
    saved = out.with_suffix(".checkpoint.pt")
    done = torch.load(saved) if saved.exists() else None
    for stage in stages:
        rows = choice.stage(stage)
        identity = [asdict(choice), asdict(stage), hashlib.sha256(json.dumps(rows).encode()).hexdigest()]
        if done and RECIPE.index(stage) < [one.name for one in RECIPE].index(done["stage"]):
            continue
        resumed = done if done and done["stage"] == stage.name else None
        if resumed and resumed["identity"] != identity:
            raise SystemExit(f"{saved} was made with other options or other data. Delete it to begin anew.")
        _run(reader, stage, rows, tokens, saved, identity, resumed)
        torch.save(reader.state_dict(), _after(out, stage))
    torch.save(reader.state_dict(), out)
    saved.unlink(missing_ok=True)
    print(f"written: {out}")


def _run(
    reader: Reader, stage: Stage, rows: Sequence[Row], tokens: Tokens, saved: Path, identity: Any, resumed: Any
) -> None:
    """One stage, with a checkpoint every EVERY steps."""
    number = RECIPE.index(stage)
    ready = [packed(row["question"], turns_of(row), row["statements"], tokens) for row in rows]
    steps = batches(ready, random.Random(SEED + number))
    reader.requires_grad_(True)
    if stage.still:
        for part in (reader.word, reader.place, reader.speaker, reader.norm, reader.layers[: stage.still]):
            part.requires_grad_(False)
    optimizer = _optimizer(reader, stage.rate)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, _schedule(stage, len(steps)))
    first = 0
    if resumed:
        reader.load_state_dict(resumed["reader"])
        optimizer.load_state_dict(resumed["optimizer"])
        rate.load_state_dict(resumed["rate"])
        first = resumed["step"]
    began, mean = time.monotonic(), 0.0
    print(f"{stage.name}: {len(rows)} rows, {len(steps)} steps", flush=True)
    for step in range(first, len(steps)):
        torch.manual_seed(SEED + 100_000 * number + step)
        reader.train()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, pointer = reader(batched([ready[i] for i in steps[step]]))
        loss = loss_of(logits, pointer, [rows[i] for i in steps[step]])
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        rate.step()
        optimizer.zero_grad()
        mean = loss.item() if step == first else 0.97 * mean + 0.03 * loss.item()
        if (step + 1) % EVERY == 0:
            print(f"  step {step + 1}, loss {mean:.3f}, {time.monotonic() - began:.0f} s", flush=True)
            state = {"reader": reader.state_dict(), "optimizer": optimizer.state_dict(), "rate": rate.state_dict()}
            unfinished = saved.with_suffix(".part")
            torch.save({"stage": stage.name, "step": step + 1, "identity": identity, **state}, unfinished)
            unfinished.replace(saved)


def _percentile(group: str) -> int:
    """0 to 99, by hash: the same cards are left in every file."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % 100


def _after(out: Path, stage: Stage) -> Path:
    """Where the weights are kept as they were after a stage."""
    return out.with_suffix(f".{stage.name}.pt")


def _schedule(stage: Stage, steps: int) -> Any:
    def rate(step: int) -> float:
        warm = min(1.0, (step + 1) / WARM_UP)
        return min(warm, max(LEAST_RATE, 1 - step / steps)) if stage.falling else warm

    return rate


def _optimizer(reader: Reader, rate: float) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019), the pointer at a rate of its own."""
    pointer = [*reader.asking.parameters(), *reader.showing.parameters()]
    others = [p for p in reader.parameters() if p.requires_grad and not any(p is one for one in pointer)]
    groups = [
        {"params": [p for p in others if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in others if p.ndim <= 1], "weight_decay": 0.0},
        {"params": pointer, "weight_decay": 0.01, "lr": POINTER_HASTE * rate},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)


def main() -> None:
    """Train, unless what is there is newer than the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT / "trained.pt")
    parser.add_argument("--cards", type=float, default=1.0)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--start", default="", help="weights to start from instead of the published ones")
    parser.add_argument("--stages", nargs="*", default=[stage.name for stage in RECIPE], help="of the recipe")
    options = parser.parse_args()
    if options.out.exists() and options.out.stat().st_mtime > max(file.stat().st_mtime for file in DATA.iterdir()):
        print(f"{options.out} is newer than the data: nothing to train. Delete it to train anew.")
        return
    options.out.parent.mkdir(parents=True, exist_ok=True)
    train(options.out, Choice(options.cards, tuple(options.without), options.start, tuple(options.stages)))


if __name__ == "__main__":
    main()
