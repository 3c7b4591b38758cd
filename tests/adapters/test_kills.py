"""kill -9 at every step of a turn: no accepted answer is lost, and the interview goes on where it was."""

from __future__ import annotations

import pytest

from bench.kills import STEPS, kill_once, run


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_this_step_loses_nothing(tmp_path, step):
    accepted, lost, goes_on = kill_once(tmp_path, step, 0.0)
    assert accepted >= 1
    assert lost == 0
    assert goes_on


def test_kills_at_any_moment_lose_nothing():
    accepted, lost, stuck = run(6, seed=3)
    assert accepted
    assert (lost, stuck) == (0, 0)
