"""The terminal with a language model behind it, over real HTTP."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from bot.debrief import debrief
from bot.interview import Plan
from tests.app.test_language_model import DRAFT
from tests.builders import BrokenJudge, ScriptedJudge, a_card, a_session, moves
from tests.model_server import fails, honest, says
from tests.terminal.test_terminal import CARD, folder, greenroom  # noqa: F401  fixtures
from ui.console.conversation import converse
from ui.console.labelling import FAILURES_IN_A_ROW, Labelled, judge_file

KEY = "sk-canary-of-the-terminal"
ANSWER = "k1 comes first and then a part of it is k2~ where the budget is small.\n"


@pytest.fixture
def with_model(greenroom, server):  # noqa: F811
    """Runs a command with a model set up: (exit code, standard output, standard error)."""

    def run(*arguments: str, typed: str = "", **settings: str) -> tuple[int, str, str]:
        settings = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY} | settings
        code, out, err = greenroom(*arguments, typed=typed, **settings)
        assert KEY not in out + err
        return code, out, err

    return run


def test_the_doctor_says_in_one_line_what_the_model_can_do_and_costs(with_model):
    code, out, _ = with_model("doctor", GREENROOM_PRICE_INPUT="1", GREENROOM_PRICE_OUTPUT="4")
    line = next(line for line in out.splitlines() if line.startswith("model"))
    assert code == 0
    assert "openai:gpt-5.4-mini answers in" in line
    assert "streams, fills in forms by a schema" in line
    assert "$0.00" in line


def test_the_doctor_names_what_is_wrong_with_the_model(with_model, server):
    server.usual = fails(401)
    code, out, _ = with_model("doctor")
    assert code == 0
    assert "refused the key" in out


def practice(with_model, typed: str, *more: str, **settings: str) -> dict:
    code, out, _ = with_model("practice", "--cards", CARD, "--questions", "1", "--json", *more, typed=typed, **settings)
    assert code == 0
    return json.loads(out)


def test_a_piped_interview_is_judged_and_worded_by_the_model(with_model, server):
    result = practice(with_model, ANSWER)
    played = result["debrief"]["played"]
    assert any("judge@" in name for name in played["judges"])
    assert any("voice@" in name for name in played["voices"])
    assert played["usage"]["calls"] == len(server.requests) == 3
    states = {point["id"]: point["state"] for point in result["debrief"]["questions"][0]["points"]}
    assert (states["k1"], states["k2"]) == ("covered", "partial")


def test_a_provider_that_is_away_ends_no_piped_interview_and_judges_nothing(with_model, server):
    server.usual = fails(401)
    result = practice(with_model, ANSWER * 2)
    assert result["debrief"]["finished"]
    question = result["debrief"]["questions"][0]
    assert {point["state"] for point in question["points"]} == {"not_judged"}
    assert question["score"] is None
    assert [row["text"] for row in result["transcript"] if row["by"] == "candidate"][:2] == [ANSWER.strip()] * 2


def test_the_embedded_interviewer_can_be_asked_for_and_asks_nobody(with_model, server):
    result = practice(with_model, ANSWER, "--interviewer", "embedded")
    assert result["debrief"]["played"]["usage"]["calls"] == len(server.requests) == 0


def test_a_model_that_is_not_set_up_cannot_be_asked_for(greenroom):  # noqa: F811
    code, _, err = greenroom("practice", "--cards", CARD, "--interviewer", "model")
    assert code == 2
    assert "OPENAI_API_KEY" in err


def test_prompts_are_listed_with_their_versions_and_the_users_own_takes_its_place(with_model, server, folder):  # noqa: F811
    code, out, _ = with_model("prompts")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["judge", "review", "voice", "draft"]
    home = folder / "own prompts"
    (home / "prompts").mkdir(parents=True)
    (home / "prompts" / "draft.yaml").write_text(
        "purpose: Mine.\nvariables: [request, role, function]\n"
        "system: Draft {{ role }}{{ function }}\nuser: '{{ request }}'\n"
    )
    code, out, _ = with_model("prompts", GREENROOM_HOME=str(home))
    assert "Mine." in out.splitlines()[3]
    server.usual = says(json.dumps(DRAFT))
    assert with_model("draft", "How?", "--role", "Nurse", GREENROOM_HOME=str(home))[0] == 0
    assert server.requests[-1]["messages"][0]["content"] == "Draft Nurse"
    (home / "prompts" / "draft.yaml").write_text("purpose: [", encoding="utf-8")
    code, _, err = with_model("prompts", GREENROOM_HOME=str(home))
    assert code == 2
    assert "draft.yaml" in err


def test_a_draft_is_a_card_that_import_reads_with_what_to_mend_beside_it(with_model, server, folder):  # noqa: F811
    server.usual = says(json.dumps(DRAFT))
    path = folder / "draft.yaml"
    code, out, err = with_model("draft", "How do you hand over a shift?", "--role", "Nurse", "--out", str(path))
    assert (code, out) == (0, "")
    assert "drafted by a model, not reviewed" in err
    assert "8 to 12 serve an interview best" in err
    code, out, _ = with_model("import", str(path), "--json", "--dry-run")
    assert code == 0
    assert json.loads(out)["cards"][0]["source"] == "drafted by a model, not reviewed"
    server.usual = says("I would rather not.")
    assert with_model("draft", "How?")[0] == 2


def an_answer(id: str, text: str, **labels: str) -> dict:
    points = {point: {"label": label, "quote": ""} for point, label in labels.items()}
    return {"id": id, "card_id": "tea", "turns": [{"q": "How?", "a": text}], "key_points": points}


@pytest.fixture
def files(tmp_path):
    """A card, three labelled answers, and where the verdicts go."""
    cards, answers, out = tmp_path / "cards.json", tmp_path / "answers.jsonl", tmp_path / "out.jsonl"
    cards.write_text(json.dumps([a_card().model_dump(mode="json")]), encoding="utf-8")
    rows = [
        an_answer("a", "k1 and k2 it is", k1="covered", k2="covered", k3="missing"),
        an_answer("b", "k1~ perhaps", k1="partial", k4="missing"),
        an_answer("c", "k3! for certain", k3="contradicted", k1="covered"),
    ]
    answers.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return cards, answers, out


def arguments(files) -> list[str]:
    cards, answers, out = map(str, files)
    return ["judge", "--judge", "model", "--cards", cards, "--answers", answers, "--out", out]


def test_a_model_is_measured_in_one_command_with_its_cost_said_first(with_model, files):
    code, out, err = with_model(*arguments(files), GREENROOM_PRICE_INPUT="1", GREENROOM_PRICE_OUTPUT="4")
    assert code == 0
    assert err.startswith("About 6 calls")
    assert "$0.0" in err.splitlines()[0]
    assert "3 of 3 answers" in err
    assert [line.split()[-1] for line in out.splitlines()] == ["7", "0.857", "0.9", "0.696", "0.0"]
    assert [json.loads(line)["id"] for line in files[2].read_text("utf-8").splitlines()] == ["a", "b", "c"]


def test_a_run_that_was_stopped_goes_on_where_it_was_and_pays_nothing_twice(with_model, server, files):
    whole = [says(honest), says(honest)]
    server.replies = [*whole, fails(401), fails(401), *whole]
    code, _, err = with_model(*arguments(files))
    assert code == 2
    assert "1 could not be judged; run it again to go on" in err
    rows = [json.loads(line) for line in files[2].read_text("utf-8").splitlines()]
    assert {point["verdict"] for point in rows[1]["key_points"].values()} == {"unsure"}
    asked = len(server.requests)
    code, _, err = with_model(*arguments(files))
    assert code == 0
    assert "1 answers judged, 2 by an earlier run" in err
    assert len(server.requests) == asked + 2
    assert not files[2].with_name("out.jsonl.part").exists()


def test_a_run_stops_when_nothing_can_be_judged_any_more(files):
    class Away(BrokenJudge):
        name = "away"

    cards, answers, out = files
    answers.write_text((answers.read_text("utf-8") + "\n") * 3, encoding="utf-8")
    found = judge_file(Away(), Labelled.read(cards, answers), out)
    assert len(found.problems) == FAILURES_IN_A_ROW
    assert not out.exists()


def test_what_another_judge_has_judged_is_not_taken_over(files):
    class Other(ScriptedJudge):
        name = "other"

    cards, answers, out = files
    labelled = Labelled.read(cards, answers)
    part = out.with_name("out.jsonl.part")
    part.write_text('{"judge": "somebody else"}\n{"key": "x", "row": {}}\n', encoding="utf-8")
    assert judge_file(Other(), labelled, out).resumed == 0
    part.write_text("not JSON at all", encoding="utf-8")
    assert judge_file(Other(), labelled, out).judged == 3


class Typed:
    """Sends its messages in turn, and decides as it was told to where an answer could not be judged."""

    def __init__(self, *said: str, decisions: tuple[str, ...] = ()) -> None:
        self.said, self.decisions = list(said), list(decisions)

    def read(self):
        return (self.said.pop(0), None) if self.said else None

    def decide(self):
        return self.decisions.pop(0)


class Paper:
    """Keeps the asides."""

    def __init__(self) -> None:
        self.asides: list[str] = []

    def interviewer(self, heading: str):
        return nullcontext(lambda text: None)

    def aside(self, text: str) -> None:
        self.asides.append(text)


class Moody(ScriptedJudge):
    """Fails as often as it was told to."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def assess(self, card, exchanges):
        self.failures -= 1
        return BrokenJudge().assess(card, exchanges) if self.failures >= 0 else super().assess(card, exchanges)


@pytest.mark.parametrize(
    ("decisions", "failures", "state"),
    [
        (("again",), 1, "covered"),
        (("again", "again"), 2, "covered"),
        (("on",), 1, "not_judged"),
        (("embedded",), 1, "covered"),
    ],
)
def test_at_the_terminal_the_candidate_decides_about_an_answer_that_could_not_be_judged(decisions, failures, state):
    session = a_session(Moody(failures))
    interview = session.start(a_plan())
    paper = Paper()
    interview, paused = converse(session, interview, Typed("k1 it is", decisions=decisions), paper)
    assert not paused
    assert interview.ledger(0)["k1"].state == state
    assert any("no luck" in aside for aside in paper.asides)
    assert moves(interview)[-1] == "close end"
    assert (interview.interviewer == "embedded") == ("embedded" in decisions)
    assert debrief(interview).finished


def a_plan():
    return Plan(cards=(a_card(),), interviewer="model")


def test_a_note_is_shown_once_while_it_says_the_same():
    session = a_session()
    paper = Paper()
    converse(session, session.start(a_plan()), Typed("k1", "k2", "k3"), paper, lambda interview: "near a cap")
    assert paper.asides.count("near a cap") == 1
