from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import MiniLM, _batches
from knowledge.errors import DamagedModel

SENTENCES = [
    "I check the comments before I write to a creator.",
    "Engagement matters more than the number of followers.",
    "We rolled the migration back within five minutes.",
    "No.",
    "",
    "First I listened, then I said in my own words what the guest had told me, and only then I offered a refund. " * 9,
]
HOSTILE = {
    "NUL": "a\0b",
    "a lone surrogate": "a\ud800b",
    "emoji": "🎉👩‍👩‍👧" * 40,
    "bidi": "\u202eabc",
    "huge": "word " * 200_000,
    "one long word": "x" * 1_000_000,
    "only spaces": " " * 5_000,
}


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM(threads=1)


def cosine(one, other):
    return float((one * other).sum(axis=-1).min())


def test_no_text_gives_no_rows(minilm):
    assert minilm.encode([]).shape == (0, 384)


def test_vectors_are_float32_rows_of_unit_length(minilm):
    vectors = minilm.encode(SENTENCES)
    assert (vectors.shape, vectors.dtype) == ((6, 384), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_same_texts_give_the_same_bits(minilm):
    assert np.array_equal(minilm.encode(SENTENCES), minilm.encode(SENTENCES))


def test_rows_come_in_the_order_of_the_texts(minilm):
    backwards = minilm.encode(SENTENCES[::-1])[::-1]
    assert cosine(minilm.encode(SENTENCES), backwards) > 1 - 1e-6


def test_a_vector_does_not_depend_on_its_batch_mates(minilm):
    alone = np.concatenate([minilm.encode([text]) for text in SENTENCES])
    assert cosine(minilm.encode(SENTENCES * 7)[:6], alone) > 1 - 1e-6


def test_likeness_in_meaning_beats_likeness_in_words(minilm):
    asked, like, unlike = minilm.encode(
        [
            "How do you choose influencers?",
            "Picking creators whose audience fits the brand",
            "How do you choose a bank?",
        ]
    )
    assert asked @ like > asked @ unlike


def test_only_the_first_256_tokens_count(minilm):
    start = "word " * 254
    assert cosine(minilm.encode([start]), minilm.encode([start + "something else entirely " * 50])) > 1 - 1e-6


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gets_a_finite_vector(minilm, text):
    assert np.isfinite(minilm.encode([text])).all()


@pytest.mark.parametrize(
    ("lengths", "batches"),
    [
        ([], []),
        ([3, 9, 5], [[1, 2, 0]]),
        ([4] * 33, [list(range(32)), [32]]),
        ([256] * 9, [list(range(8)), [8]]),
    ],
    ids=["none", "longest first", "32 sentences at most", "2,048 tokens at most"],
)
def test_batches_hold_texts_of_like_length(lengths, batches):
    assert list(_batches(lengths)) == batches


def test_the_name_holds_the_model_so_that_a_new_model_makes_old_vectors_stale(minilm):
    assert minilm.name.startswith("all-MiniLM-L6-v2-")
    assert (files("knowledge") / "minilm" / "SHA256SUMS").read_text().startswith(minilm.name[-8:])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with as_file(files("knowledge") / "minilm") as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "minilm"))


def flip_a_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


DAMAGES = {
    "one bit": flip_a_bit,
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:1000]),
    "empty": lambda file: file.write_bytes(b""),
    "missing": Path.unlink,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_named_with_its_mend(copy, name, damage):
    damage(copy / name)
    with pytest.raises(DamagedModel, match=rf"{name}.*Reinstall Greenroom"):
        MiniLM(folder=copy)


@pytest.mark.parametrize("sums", [None, b"", b"\xff\xfe", b"one line without its second half\n"])
def test_damaged_checksums_are_a_damaged_model(copy, sums):
    (copy / "SHA256SUMS").unlink() if sums is None else (copy / "SHA256SUMS").write_bytes(sums)
    with pytest.raises(DamagedModel, match="Reinstall Greenroom"):
        MiniLM(folder=copy)


def test_importing_the_encoder_imports_nothing_heavy():
    code = "import sys, knowledge.encoder; print({'onnxruntime', 'tokenizers', 'torch'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
