"""What counts as taken back."""

import numpy as np
import pytest

from bot.judges.cross_encoder import COVERED, MISSING
from bot.judges.retraction import after_retraction, withdrawn

#        missing, partial, covered, contradicted
NOTHING, HALF, SAID, AGAINST = np.eye(4, dtype=np.float32)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (SAID, NOTHING, [0]),
        (SAID, AGAINST, [0]),
        (HALF, NOTHING, [0]),
        (SAID, HALF, []),
        (SAID, SAID, []),
        (NOTHING, NOTHING, []),
        (AGAINST, NOTHING, []),
        (NOTHING, SAID, []),
        (SAID, 0.7 * SAID + 0.3 * NOTHING, []),
        (SAID, 0.5 * SAID + 0.5 * NOTHING, [0]),
    ],
)
def test_what_was_claimed_and_no_longer_is_was_taken_back(before, after, expected):
    assert withdrawn(before[None], after[None]) == expected


def test_only_the_points_that_changed_were_taken_back():
    assert withdrawn(np.stack([SAID, SAID, NOTHING]), np.stack([SAID, NOTHING, NOTHING])) == [1]


def test_a_belief_that_was_taken_back_still_sums_to_one_and_is_mostly_missing():
    left = after_retraction(SAID)
    assert left.sum() == pytest.approx(1)
    assert left[MISSING] > left[COVERED] > 0
