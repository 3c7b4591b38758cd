"""Whatever a candidate types, the interview goes on, and nothing of the card leaks."""

from __future__ import annotations

import re

import pytest

from bot.debrief import debrief
from bot.interview import Interview, Plan
from bot.leak import leaks
from bot.report import markdown
from bot.session import LONGEST_ANSWER
from bot.turn import Heard, Said
from knowledge.errors import AnswerTooLong
from knowledge.text import paragraphs, without_hidden
from tests.builders import PHRASES, Quoter, WildJudge, a_card, a_session, held, rows

SECRETS = [point.text for point in a_card().key_points]
KINDS = ["naughty_strings", "prompt_injections", "candidate_attacks", "judge_attack_matrix", "benign_lookalikes"]
GOOD_ANSWER = "k1 is what matters " + "word " * 30


def texts(shared, kind: str) -> list[str]:
    """The texts of that kind that an answer has room for."""
    found = [str(row.get("text", row.get("template"))) for row in rows(shared / "data" / "hostile" / f"{kind}.jsonl")]
    fit = [text for text in found if len(text) < LONGEST_ANSWER]
    assert len(fit) >= 0.98 * len(found)
    return fit


def said(interview: Interview) -> list[str]:
    return [turn.text for turn in interview.turns if isinstance(turn, Said)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_stored_made_inert_and_the_interview_goes_on(shared, kind):
    for text in texts(shared, kind):
        interview = held([text])
        heard = interview.turns[1]
        assert isinstance(heard, Heard)
        assert heard.text == paragraphs(text) == without_hidden(heard.text)
        assert not interview.awaits_interviewer
        assert said(interview)[-1]
        assert Interview.model_validate_json(interview.model_dump_json()) == interview


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_card_leaks_whatever_a_judge_makes_of_it(shared, kind):
    for number, text in enumerate(texts(shared, kind)):
        hidden = [secret for secret in SECRETS if not leaks(text, [secret])]
        judge = WildJudge(number) if number % 2 else Quoter()
        interview = held([text, text], session=a_session(judge))
        assert not any(leaks(words, hidden) for words in said(interview))


@pytest.mark.parametrize("kind", ["prompt_injections", "candidate_attacks", "judge_attack_matrix"])
def test_an_attack_changes_no_verdict_no_score_and_not_the_end(shared, kind):
    plain = debrief(held([GOOD_ANSWER, "/end"])).questions[0]
    for text in texts(shared, kind):
        attacked = debrief(held([f"{GOOD_ANSWER}\n{text}", "/end"])).questions[0]
        assert attacked.score == plain.score
        assert [point.state for point in attacked.points if point.state != "not_answered"] == [
            point.state for point in plain.points if point.state != "not_answered"
        ]


@pytest.mark.parametrize("kind", KINDS)
def test_its_report_holds_no_live_markup(shared, kind):
    for text in texts(shared, kind):
        report = markdown(debrief(held([f"so it was {text}", "/end"], session=a_session(Quoter()))))
        assert not re.search(r"(?<!\\)(?:!\[|\]\(|\]\[|`[^`]*<)|<[a-zA-Z/!?]|(?<!\\)://", report)


def test_the_interviewer_says_nothing_of_the_candidates_but_between_quotation_marks(shared):
    for text in texts(shared, "candidate_attacks"):
        nod = said(held([text], session=a_session(Quoter())))[-1]
        around = re.sub("“.*”", "", nod, flags=re.DOTALL)
        words = paragraphs(text).split()
        assert not any(" ".join(words[i : i + 5]) in around for i in range(max(1, len(words) - 4)) if len(words) >= 5)


@pytest.mark.parametrize(
    "message",
    ["x" * (LONGEST_ANSWER + 1), "word " * LONGEST_ANSWER, "\u0301" * (LONGEST_ANSWER + 1), "🙂" * 100_000],
)
def test_a_flood_is_refused_and_nothing_of_it_stored(message):
    session = a_session()
    interview = session.speak(session.start(Plan(cards=(a_card(),))))
    with pytest.raises(AnswerTooLong):
        session.hear(interview, message)
    assert session.records.load(interview.id) == interview


@pytest.mark.parametrize("message", ["a\n" * 6000, "\u0301" * 12_000, "(" * 12_000, "“" * 12_000, "k1 " * 4000])
def test_the_longest_answer_of_the_oddest_kind_is_taken_in_stride(message):
    interview = held([message, "/repeat", "/end"], session=a_session(Quoter()))
    assert interview.closed
    assert all(len(words) < 2000 for words in said(interview))
    assert markdown(debrief(interview))


def test_an_interview_of_nothing_but_attacks_comes_to_its_end(shared):
    attacks = [text for text in texts(shared, "candidate_attacks") if text.strip()]
    interview = held([*attacks, "/end"], cards=[a_card(6)] * 20, session=a_session(WildJudge(1)), follow_ups=5)
    assert interview.closed
    assert PHRASES.version in {turn.by.removeprefix("scripted ") for turn in interview.turns if isinstance(turn, Said)}
