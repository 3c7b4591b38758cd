"""The bench of our own time asks the stub what a person's turn asks a provider, and the bare client asks the same."""

from __future__ import annotations

from bench.overhead import QUESTIONS, compare, in_common, prompts_of, share, stub


def test_a_turn_is_two_requests_and_both_sides_are_timed():
    with stub() as url:
        ours, bare = compare(url, 2)
        prompts = prompts_of(url)
    for times in (ours, bare):
        assert len(times.whole) == len(times.from_request) == len(times.from_answer) == 2
        assert all(
            0 < first <= answer <= whole
            for first, answer, whole in zip(times.from_request, times.from_answer, times.whole, strict=True)
        )
    assert {kind: len(pairs) for kind, pairs in prompts.shared.items()} == {
        "judge": prompts.answers,
        "voice": prompts.answers - QUESTIONS,
        "review": QUESTIONS,
    }
    assert prompts.calls == 2 * prompts.answers
    assert 50 < share(prompts.same_question["judge"]) < 100


def test_what_is_shared_is_the_beginning():
    assert in_common("one two", "one too") == 5
    assert in_common("", "a") == 0
    assert share([(1, 2), (2, 4)]) == 50
    assert share([]) == 0
