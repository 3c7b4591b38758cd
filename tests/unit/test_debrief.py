"""Every sentence of a debrief traces to the candidate's words or to the card."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.claim import Finding, Review
from bot.debrief import Debrief, QuestionDebrief, debrief
from bot.interview import Interview
from bot.pace import Pace
from bot.score import Score
from bot.turn import Heard
from tests.builders import BrokenJudge, ScriptedJudge, a_card, a_session, held, interviews

LONG = "word " * 30


def told(interview: Interview) -> list[tuple[QuestionDebrief, list[str]]]:
    """Each question's debrief with the answers that the candidate gave to it."""
    return [
        (question, [exchange.answer for exchange in interview.exchanges(number)])
        for number, question in enumerate(debrief(interview).questions)
    ]


def weighing(**weights: float):
    points = (p.model_copy(update={"weight": weights.get(p.id, 1.0)}) for p in a_card().key_points)
    return a_card(key_points=tuple(points))


@given(interviews())
def test_every_quote_stands_in_one_answer_of_the_candidate_to_that_question(interview):
    for question, answers in told(interview):
        quotes = [row.quote for row in (*question.points, *question.motivations, *question.minefields)]
        quotes += [step.quote for step in question.next_steps]
        assert all(not quote or any(quote in answer for answer in answers) for quote in quotes)


@given(interviews())
def test_a_verdict_that_asserts_something_has_the_words_for_it(interview):
    for question, _ in told(interview):
        for point in question.points:
            assert bool(point.quote) or point.state not in ("covered", "partial", "contradicted", "retracted")
            assert not point.quote or point.state not in ("not_asked", "not_answered", "not_judged")


@given(interviews())
def test_there_are_three_next_steps_each_about_a_part_of_the_card(interview):
    for number, (question, _) in enumerate(told(interview)):
        card = interview.plan.cards[number]
        parts = {part.id: part for part in (*card.key_points, *card.motivations, *card.minefields)}
        assert len(question.next_steps) == 3
        assert len({step.about for step in question.next_steps}) == 3
        assert all(parts[step.about].label in step.text for step in question.next_steps)


@given(interviews())
def test_the_stronger_version_is_the_candidates_own_words_in_their_order_then_the_cards(interview):
    for number, (question, answers) in enumerate(told(interview)):
        points = {point.id: point for point in interview.plan.cards[number].key_points}
        sources = [passage.source for passage in question.stronger]
        assert sources == sorted(sources, reverse=True)
        own = [passage.text for passage in question.stronger if passage.source == "you"]
        assert len(set(own)) == len(own)
        assert all(any(text in answer for answer in answers) for text in own)
        places = ["\n".join(answers).find(text) for text in own]
        assert places == sorted(places)
        assert all(p.text == points[p.about].text for p in question.stronger if p.source == "card")
        covered = {point.id for point in question.points if point.state == "covered"}
        assert not covered & {p.about for p in question.stronger if p.source == "card"}


@given(interviews())
def test_not_asked_is_kept_apart_from_not_answered(interview):
    for number, (question, _) in enumerate(told(interview)):
        asked = {move.point for move in interview.follow_ups(number)}
        assert question.follow_ups == len(interview.follow_ups(number))
        for point in question.points:
            assert point.asked == (point.id in asked)
            assert not point.asked or point.state != "not_asked"
            assert point.asked or point.state != "not_answered"


@given(interviews())
def test_a_debrief_is_derived_covers_just_what_was_asked_and_survives_being_written_down(interview):
    result = debrief(interview)
    assert debrief(interview) == result
    assert Debrief.model_validate_json(result.model_dump_json()) == result
    assert [q.card_id for q in result.questions] == [c.id for c in interview.plan.cards[: interview.question + 1]]
    assert result.finished == interview.closed
    for question in result.questions:
        assert [point.id for point in question.points] == [point.id for point in a_card().key_points]
        assert (question.score is None) == all(point.state == "not_judged" for point in question.points)


def test_by_hand():
    result = debrief(held(["k1 k4! " + LONG, "hmm " + LONG], follow_ups=2)).questions[0]
    assert [(point.state, point.quote) for point in result.points] == [
        ("covered", "k1"), ("not_answered", ""), ("not_asked", ""), ("contradicted", "k4!"),
    ]  # fmt: skip
    assert (result.score, result.anchor) == (Score(low=25.0, high=25.0), "Developing")
    assert [(p.source, p.about) for p in result.stronger] == [
        ("you", "k1"), ("card", "k2"), ("card", "k3"), ("card", "k4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("weights", "said", "first"),
    [
        ({}, "k3! k1~ ", [("k3", "k3!"), ("k1", "k1~"), ("k2", "")]),
        ({"k2": 10}, "k3! k1~ ", [("k3", "k3!"), ("k2", ""), ("k1", "k1~")]),
        ({"k1": 10, "k2": 10}, "k1 k2 k3! k4? ", [("k3", "k3!"), ("k4", "k4?"), ("k1", "k1")]),
        ({"k2": 0.5}, "k1 k2 k3 k4~ ", [("k4", "k4~"), ("k1", "k1"), ("k3", "k3")]),
    ],
)
def test_wrong_facts_come_first_among_the_next_steps_then_the_weightiest_gaps_and_praise_last(weights, said, first):
    steps = debrief(held([said + LONG, "/end"], cards=[weighing(**weights)])).questions[0].next_steps
    assert [(step.about, step.quote) for step in steps] == first


class Reviewer(ScriptedJudge):
    """Finds one minefield hit and one motivation not shown."""

    def review(self, card, exchanges) -> Review:
        return Review(
            minefields={
                "f1": Finding(verdict="hit", quote=min(exchanges[0].answer.split(), key=lambda w: not w.endswith("!"))),
                "f2": Finding(verdict="clear"),
            },
            motivations={"m1": Finding(verdict="not_shown"), "m2": Finding(verdict="shown", quote="invented")},
        )


def test_what_was_not_judged_is_the_last_of_the_gaps():
    class Halting(ScriptedJudge):
        def assess(self, card, exchanges):
            return super().assess(card, exchanges).model_copy(update={"failed": ("k1",)})

    question = debrief(held(["k3? k4 " + LONG, "/end"], session=a_session(Halting()), follow_ups=0)).questions[0]
    assert [point.state for point in question.points] == ["not_judged", "not_asked", "unsure", "covered"]
    assert [step.about for step in question.next_steps] == ["k2", "k3", "k1"]


def test_minefields_come_after_wrong_facts_and_before_gaps_and_motivations_before_praise():
    def about(said: str) -> list[str]:
        question = debrief(held([said + LONG, "/end"], session=a_session(Reviewer()))).questions[0]
        return [step.about for step in question.next_steps]

    assert about("k1 k3! ") == ["k3", "f1", "k2"]
    assert about("k1 k2 k3 k4 ") == ["f1", "m1", "k1"]


def test_a_finding_whose_quote_a_reviewer_invented_is_dropped():
    question = debrief(held(["k3! " + LONG, "/end"], session=a_session(Reviewer()))).questions[0]
    assert [(m.verdict, m.quote) for m in question.motivations] == [("not_shown", ""), ("not_judged", "")]
    assert [(m.verdict, m.quote) for m in question.minefields] == [("hit", "k3!"), ("clear", "")]
    assert question.score == Score(low=0.0, high=0.0)


def test_a_quote_run_together_from_two_answers_is_not_shown():
    class Joiner(ScriptedJudge):
        def review(self, card, exchanges) -> Review:
            joined = f"{exchanges[0].answer.split()[-1]} {exchanges[1].answer.split()[0]}"
            return Review(minefields={"f1": Finding(verdict="hit", quote=joined)})

    question = debrief(held(["so it ended", "here it begins", "/end"], session=a_session(Joiner()))).questions[0]
    assert question.minefields[0].quote == ""


def test_what_could_not_be_judged_is_said_to_be_so_scores_nothing_and_leaves_something_to_do():
    question = debrief(held([LONG, "/end"], session=a_session(BrokenJudge()))).questions[0]
    assert {point.state for point in question.points} == {"not_judged"}
    assert {finding.verdict for finding in (*question.minefields, *question.motivations)} == {"not_judged"}
    assert (question.score, question.anchor, question.meaning) == (None, "", "")
    assert len(question.next_steps) == 3


@pytest.mark.parametrize(
    ("said", "skipped"),
    [(["/skip"], True), (["I don't know", "no idea"], True), (["/end"], True), (["k1", "/end"], False), ([], False)],
)
def test_a_question_met_with_no_answer_is_told_as_skipped(said, skipped):
    assert debrief(held(said)).questions[0].skipped is skipped


def test_the_score_of_an_interview_is_the_mean_of_its_questions():
    result = debrief(held(["k1 k2 k3 k4", "/skip"], cards=[a_card(), a_card(id="b")]))
    assert [question.score for question in result.questions] == [Score(low=n, high=n) for n in (100.0, 0.0)]
    assert result.score == Score(low=50.0, high=50.0)


def test_before_the_first_question_there_is_nothing_to_tell():
    session = a_session()
    result = debrief(session.start(held([]).plan))
    assert (result.questions, result.score, result.finished) == ((), None, False)


def test_the_pace_is_that_of_the_answers_alone():
    session = a_session()
    interview = held([], session=session)
    for text, act_pace in (("hello", Pace(seconds=99, words=1)), ("k1 it is", Pace(first_word=1, seconds=4, words=3))):
        interview = session.speak(session.hear(interview, text, act_pace))
    assert [turn.act for turn in interview.turns if isinstance(turn, Heard)] == ["other", "answer"]
    question = debrief(interview).questions[0]
    assert question.pace == Pace(first_word=1, seconds=4, words=3)
    assert question.words_a_minute == 60


def test_the_notice_says_what_this_is_and_is_not():
    notice = debrief(held(["/end"])).notice
    assert all(word in notice for word in ("AI", "practice", "not for selecting or ranking", "wrong"))
