"""The bench scores every pair once, whatever shape its answers and key points have."""

from __future__ import annotations

import json

import pytest

from bench.figures import calibration_error, roc_auc
from bench.judge import judge_pairs, read_pairs
from bot.agreement import f1, kappa
from knowledge.errors import BadInput

numpy = pytest.importorskip("numpy")

SHAPES = [
    [{"key_point": "A plain statement about tea"}],
    [{"key_point": "A plain statement"}, {"key_point": "A plain statement"}],
    [{"key_point": f"Label {n}: some text number {n}"} for n in range(6)],
    [{"key_point": f"Label {n}: " + "long " * 900} for n in range(5)],
    [{"key_point": "Label: "}] * 5,
    [{"key_point": "x", "alt_key_points": ["y", "tea is brewed"]}],
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("answer", ["Tea is brewed with hot water for three minutes.", "", ":", "\u202e\0"])
def test_every_pair_gets_one_score(embedded_judge, shape, answer):
    pairs = [{"id": f"{n}", "question": "How?", "answer": answer, **pair} for n, pair in enumerate(shape)]
    rows = list(judge_pairs(embedded_judge, pairs))
    assert sorted(row["id"] for row in rows) == [pair["id"] for pair in pairs]
    assert all(0 <= row["score"] <= 1 for row in rows)
    assert {row["label"] for row in rows} <= {"covered", "partial", "missing", "contradicted"}


@pytest.mark.parametrize("line", ["{", '{"id": "a"}', "[]"])
def test_a_file_that_holds_no_pairs_is_refused(tmp_path, line):
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps({"id": "a", "answer": "b", "key_point": "c"}) + "\n" + line, encoding="utf-8")
    with pytest.raises(BadInput):
        read_pairs(path)


def test_figures_by_hand():
    truth = numpy.array([True, True, False, False])
    assert roc_auc(truth, numpy.array([0.9, 0.5, 0.5, 0.1])) == 0.875
    assert kappa([True, True, False, False], [True, False, False, False]) == 0.5
    assert f1([True, True, False], [True, False, True]) == 0.5
    assert round(calibration_error(truth, numpy.array([1.0, 1.0, 0.0, 0.0])), 6) == 0
