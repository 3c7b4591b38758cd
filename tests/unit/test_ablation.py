"""Figures with intervals: resampled by card, and a judge against itself differs by nothing."""

from __future__ import annotations

import pytest

from bench.ablation import FIGURES, draws, resampled

ROWS = [
    (card, label, verdict, score)
    for card in ("a", "b", "c")
    for label, verdict, score in [
        ("covered", "covered", 0.9),
        ("covered", "unsure", 0.45),
        ("missing", "missing", 0.1),
        ("contradicted", "contradicted", 0.2),
        ("partial", "covered", 0.6),
    ]
]


@pytest.mark.parametrize(
    ("figure", "value"),
    [("ROC-AUC", 5 / 6), ("against contradicted", 1.0), ("kappa", 1 / 6), ("macro-F1", (0.5 + 0 + 1 + 1) / 4)],
)
def test_figures_by_hand(figure, value):
    assert FIGURES[figure](ROWS) == pytest.approx(value)


def test_cards_that_are_alike_leave_no_doubt():
    drawn = draws(["a", "b", "c"])
    assert resampled(ROWS, FIGURES["ROC-AUC"], drawn) == pytest.approx([5 / 6] * len(drawn))


def test_draws_are_the_same_every_time():
    assert draws(["a", "b", "c"]) == draws(["a", "b", "c"])
