"""The model that reads an answer and statements about it together: what does the answer say of each statement?

A transformer over one sequence: the question, what the candidate said, and behind it the statements. The words of the
answer see each other; the words of a statement see the answer and themselves, in every layer, with the same weights
(the prefix mask of UniLM, Dong et al. 2019). So the answer is read once for all statements, and each statement is
judged as if it were alone. Without a network, without randomness, and with activations rounded row by row, so that
what this model says of a statement does not depend on the statements beside it.

`scripts/judge/` trains it; docs/judge.md is its model card. onnxruntime and tokenizers are imported when a
`CrossEncoder` is made, not before. Shapes: P statements, S sentences, C = 4 classes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from threading import Lock
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedModel
from knowledge.model_files import ModelFiles

Array = NDArray[np.float32]
Ids = NDArray[np.int64]

Head = Literal["point", "lone", "minefield", "motivation"]
HEADS: tuple[Head, ...] = ("point", "lone", "minefield", "motivation")
"""What the statements are: key points of a card, points without a card around them, minefields, motivations."""
MISSING, PARTIAL, COVERED, CONTRADICTED = range(4)
CLASSES = ("missing", "partial", "covered", "contradicted")
MINEFIELD_CLASSES = ("clear", "hit")
MOTIVATION_CLASSES = ("not_shown", "partly", "shown")

ANSWER_TOKENS = 384
PROMPT_TOKENS = 48
STATEMENT_TOKENS = 64
OVERLAP, OVERLAP_TOKENS = 2, 60
"""Sentences that two readings of a long answer have in common at most, and their tokens."""
STATEMENTS_A_PASS = 16
CHARACTERS = 4_000
"""Of one sentence or statement; more could not fill more tokens than are read."""
START, END, PADDING = 0, 2, 1
INTERVIEWER, CANDIDATE = 0, 1


class Turn(NamedTuple):
    """What was asked before a reply ("" for the question itself), and the sentences of the reply."""

    prompt: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Reading:
    """What the answer says of each statement."""

    shares: Array
    """(P, C): calibrated, each row sums to 1. Of a minefield only the first two count, of a motivation three."""
    evidence: Array
    """(P, S): how far each sentence decided it; each row sums to 1."""


@dataclass(frozen=True)
class Calibration:
    """Scale and shift of a head's logits, fitted on cards that were not trained on (Platt 1999, Guo et al. 2017)."""

    scale: float
    shift: Array


class Thresholds(NamedTuple):
    """Least beliefs for a verdict on a key point. Between `unsure` and `covered` the judge does not commit itself."""

    covered: float
    contradicted: float
    partial: float
    unsure: float


def verdict(belief: Array, limits: Thresholds) -> Literal["covered", "contradicted", "partial", "unsure"] | None:
    """The verdict on a point from its belief (C,); None is "missing"."""
    if belief[CONTRADICTED] >= limits.contradicted and belief[CONTRADICTED] >= belief[COVERED]:
        return "contradicted"
    if belief[COVERED] >= limits.covered:
        return "covered"
    if belief[PARTIAL] >= limits.partial and belief[COVERED] < limits.unsure:
        return "partial"
    return "unsure" if belief[COVERED] >= limits.unsure else None


class CrossEncoder:
    """The shipped model.

    Args:
        threads: how many cores one call may use; min(2, cores) where not given.
        folder: where the model's files are; the shipped ones where not given.

    Raises:
        DamagedModel: a file is missing or not the one that SHA256SUMS names.
    """

    def __init__(self, *, threads: int | None = None, folder: Traversable | None = None) -> None:
        given = ModelFiles(folder or files("bot.judges") / "model", "judge")
        tokenizer = given.read("tokenizer.json")
        self.name = f"cross-encoder-{given.sums['model.onnx'][:8]}"
        self.calibration, self.thresholds, self.least = _settings(given.read("calibration.json"))

        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or min(2, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        # Waiting threads sleep: several processes on two cores would only take the cores from one another.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        with given.path("model.onnx") as model:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokens = Tokens(tokenizer.decode("utf-8"))

    def read(self, question: str, turns: Sequence[Turn], statements: Sequence[tuple[str, Head]]) -> Reading:
        """What the sentences of `turns`, together, say of each statement; with each, what it is.

        A long answer is read in overlapping parts; of each statement the part that says most of it counts.
        """
        count = sum(len(turn.sentences) for turn in turns)
        shares = np.zeros((len(statements), len(CLASSES)), np.float32)
        shares[:, MISSING] = 1.0
        evidence = np.full((len(statements), count), 1 / max(1, count), np.float32)
        if not count:
            return Reading(shares, evidence)
        best = np.full(len(statements), -np.inf)
        ids = [framed(statement, self._tokens) for statement, _ in statements]
        for part in parts(question, turns, self._tokens):
            for first in range(0, len(statements), STATEMENTS_A_PASS):
                rows = slice(first, first + STATEMENTS_A_PASS)
                logits, pointer = self._run(part, ids[rows])
                said = self._shares(logits, [head for _, head in statements[rows]])
                better = np.flatnonzero(1 - said[:, MISSING] > best[rows])
                at = first + better
                best[at], shares[at] = 1 - said[better, MISSING], said[better]
                evidence[at] = 0.0
                evidence[np.ix_(at, np.array(part.sentences))] = softmax(pointer[better])
        return Reading(shares, evidence)

    def _shares(self, logits: Array, heads: Sequence[Head]) -> Array:
        """(4 heads, P, C) to the calibrated shares of each statement's own head, (P, C)."""
        own = logits[[HEADS.index(head) for head in heads], np.arange(len(heads))]
        scale = np.array([[self.calibration[head].scale] for head in heads], np.float32)
        return softmax(own * scale + np.stack([self.calibration[head].shift for head in heads]))

    def _run(self, part: Part, points: Sequence[list[int]]) -> tuple[Array, Array]:
        """Logits (4 heads, P, C) and pointer (P, S) of one part."""
        width = max(map(len, points))
        statements = np.full((len(points), width), PADDING, np.int64)
        for row, ids in enumerate(points):
            statements[row, : len(ids)] = ids
        answer, speakers = part.whole
        spans = np.zeros((len(part.sentences), len(answer)), np.float32)
        for row, (start, end) in enumerate(part.spans):
            spans[row, start:end] = 1 / max(1, end - start)
        given = {
            "ids": np.array(answer, np.int64),
            "speakers": np.array(speakers, np.int64),
            "statements": statements,
            "lengths": np.array([len(ids) for ids in points], np.int64),
            "spans": spans,
        }
        logits, pointer = self._session.run(None, given)
        return logits, pointer


class Tokens:
    """Texts to token ids, none of them special, whatever is typed. Takes the JSON of a `tokenizers.Tokenizer`."""

    def __init__(self, tokenizer: str) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(tokenizer)
        # "</s>" in a text is five characters and not the end of it.
        self._tokenizer.encode_special_tokens = True

    def __call__(self, text: str, most: int, *, last: bool = False) -> list[int]:
        """The first `most` ids, or the last ones."""
        # Lone surrogates have no UTF-8 form, and the tokenizer would refuse the whole text for one of them.
        inert = (text[-CHARACTERS:] if last else text[:CHARACTERS]).encode("utf-8", "ignore").decode("utf-8")
        ids: list[int] = self._tokenizer.encode(inert, add_special_tokens=False).ids
        return ids[-most:] if last else ids[:most]


class Part:
    """A stretch of an answer as tokens: who said each, and where each sentence lies."""

    def __init__(self, asked: list[int]) -> None:
        self.ids = [START, *asked, END]
        self.speakers = [INTERVIEWER] * len(self.ids)
        self.sentences: list[int] = []
        self.spans: list[tuple[int, int]] = []
        self.turn = -1

    @property
    def whole(self) -> tuple[list[int], list[int]]:
        """Ids and speakers, closed with an END."""
        return [*self.ids, END], [*self.speakers, CANDIDATE]

    def add(self, turn: int, prompt: list[int], number: int, ids: list[int]) -> None:
        """Append sentence `number`, and what was asked before it where it opens a turn."""
        if turn != self.turn:
            if self.turn >= 0:
                self._append([END], CANDIDATE)
            if prompt:
                self._append([*prompt, END], INTERVIEWER)
            self.turn = turn
        self.sentences.append(number)
        self.spans.append((len(self.ids), len(self.ids) + len(ids)))
        self._append(ids, CANDIDATE)

    def _append(self, ids: list[int], speaker: int) -> None:
        self.ids += ids
        self.speakers += [speaker] * len(ids)


def parts(question: str, turns: Sequence[Turn], tokens: Tokens) -> Iterator[Part]:
    """The answer in parts of at most ANSWER_TOKENS tokens, cut between sentences; nothing where nothing was said."""
    asked = tokens(question, PROMPT_TOKENS)
    prompts = [tokens(turn.prompt, PROMPT_TOKENS, last=True) if turn.prompt else [] for turn in turns]
    room = ANSWER_TOKENS - 2 * PROMPT_TOKENS - 8
    said = [(turn, tokens(sentence, room)) for turn, one in enumerate(turns) for sentence in one.sentences]
    first = 0
    while first < len(said):
        part = Part(asked)
        for number in range(first, len(said)):
            turn, ids = said[number]
            prompt = prompts[turn] if turn != part.turn else []
            if part.sentences and len(part.ids) + len(prompt) + len(ids) + 3 > ANSWER_TOKENS:
                break
            part.add(turn, prompt, number, ids)
        yield part
        after = part.sentences[-1] + 1
        if after >= len(said):
            return
        again = 0
        while again < OVERLAP and sum(len(ids) for _, ids in said[after - again - 1 : after]) <= OVERLAP_TOKENS:
            again += 1
        first = max(after - again, part.sentences[0] + 1)


def framed(statement: str, tokens: Tokens) -> list[int]:
    """A statement's tokens between the two special ones."""
    return [START, *tokens(statement, STATEMENT_TOKENS), END]


_LOADING = Lock()


def shipped() -> CrossEncoder:
    """The shipped model, loaded once a process, whichever thread comes first. Raises DamagedModel."""
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> CrossEncoder:
    return CrossEncoder()


def softmax(logits: Array) -> Array:
    """Shares over the last axis."""
    scaled = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def _settings(data: bytes) -> tuple[dict[Head, Calibration], Thresholds, dict[Head, float]]:
    """Calibration of each head, thresholds for key points, least shares for a finding on the other parts of a card."""
    try:
        read = json.loads(data)
        calibration = {
            head: Calibration(float(read["heads"][head]["scale"]), np.array(read["heads"][head]["shift"], np.float32))
            for head in HEADS
        }
        limits = {name: float(value) for name, value in read["thresholds"].items()}
        least: dict[Head, float] = {"minefield": limits.pop("minefield"), "motivation": limits.pop("motivation")}
        return calibration, Thresholds(**limits), least
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel("The judge's file calibration.json cannot be read. Reinstall Greenroom.") from error
