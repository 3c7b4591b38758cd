"""What a provider does on a bad day, done to a whole interview by a real server: nothing raises, the answer is kept, no
point is marked, and the interview goes on, be it with the model once it is well or with the embedded interviewer."""

from __future__ import annotations

import itertools
import json
import logging
import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse, Response

from bot.bootstrap import Greenroom
from bot.interview import Interview, Plan
from bot.judges.embedded import EmbeddedJudge
from bot.llm.chat import RETRIES, Chat
from bot.llm.waiting import waiting_told
from bot.move import Probe
from bot.ports import Interviewer
from bot.records.sql import SqlRecords
from bot.score import score_of
from bot.session import Session
from bot.settings import DEFAULT_MODEL, Settings
from bot.turn import Heard, Judged, Reviewed, Said
from bot.voices.scripted import ScriptedVoice
from prompts.prompt import load_prompt
from tests.builders import PHRASES, a_card
from tests.model_server import (
    Body,
    ModelServer,
    Reply,
    broken_off,
    chunks,
    fails,
    honest,
    judged,
    kind_of,
    point_ids,
    reviewed,
    says,
    stream,
)

PLAN = Plan(cards=(a_card(),), interviewer="model")
KEY = "sk-canary-5b1f"
ANSWER = "k1 is what I do first of all, and then k2~ for the large party, which was my canary-7c2e in a coal mine"
FOUND = {"k1": "covered", "k2": "partial", "k3": "not_raised", "k4": "not_raised"}
TALKATIVE = f"Sorry, {KEY} was sent with {ANSWER}"
"""A provider's message that says more than anybody should read in a log."""
HALF = chunks("So you warm the pot", None)
WELL = says(honest)


def streams(*events: object, **how: Any) -> Reply:
    return lambda body: stream(events, **how)


def for_ever(event: object) -> Reply:
    """Long after anybody's patience has ended, that is."""
    return lambda body: stream(itertools.chain(HALF[:3], itertools.repeat(event, 150)), pause=0.02)


def declines(body: Body) -> Response:
    return stream([*with_delta(refusal="I would rather"), *with_delta(refusal=" not."), *chunks("", "stop")[1:]])


def with_delta(**delta: Any) -> list[dict[str, Any]]:
    whole = chunks("", None)[0]
    return [{**whole, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}]


@dataclass(frozen=True)
class Fault:
    """One row of the fault table."""

    name: str
    reply: Reply
    kind: str
    """What we call the trouble."""
    requests: int = 1
    """How often a judge asks; a voice asks as often, but for `for_words`."""
    for_words: int = 0
    patience: float = 10.0

    def __str__(self) -> str:
        return self.name


SAYS = {
    "busy": "is busy",
    "down": "fault of its own",
    "key": "OPENAI_API_KEY",
    "unknown model": "GREENROOM_MODEL",
    "quota": "nothing left to spend",
    "too long": "too long for this model",
    "request": "did not accept the request",
    "stalled": "GREENROOM_PATIENCE",
    "cut": "broke off",
    "unreachable": "could not be reached",
    "empty": "was empty",
    "refused": "declined",
    "filtered": "content filter",
    "length": "was cut off",
    "unreadable": "could not be read",
}
"""What a user is told of each kind of trouble."""

FAULTS = [
    Fault("429 for ever", fails(429, message=TALKATIVE), "busy", 3),
    Fault("429 and an hour to wait", fails(429, retry_after="3600"), "busy", 1),
    Fault("no money left", fails(429, "insufficient_quota", message=TALKATIVE), "quota"),
    Fault("402", fails(402), "quota"),
    Fault("503 for ever", fails(503, message=TALKATIVE), "down", 3),
    Fault("503 and an hour to wait", fails(503, retry_after="3600"), "down", 1),
    Fault("500 for ever", fails(500), "down", 3),
    Fault("502 from a proxy", lambda body: Response("<html>Bad gateway</html>", 502), "down", 3),
    Fault("408", fails(408), "down", 3),
    Fault("401", fails(401, message=TALKATIVE), "key"),
    Fault("403", fails(403, message=TALKATIVE), "key"),
    Fault("404", fails(404, "model_not_found", message=TALKATIVE), "unknown model"),
    Fault("405", fails(405, message=TALKATIVE), "request"),
    Fault("400 whatever is sent", fails(400, message=TALKATIVE), "request", 3, for_words=2),
    Fault("422 whatever is sent", fails(422, message=TALKATIVE), "request", 3, for_words=2),
    Fault("context too long, by its code", fails(400, "context_length_exceeded", message=TALKATIVE), "too long"),
    Fault("context too long, in words", fails(400, message="maximum context length is 4096 tokens"), "too long"),
    Fault("413", fails(413), "too long"),
    Fault("silent from the start", streams(hang=3), "stalled", patience=0.15),
    Fault("silent in the middle", streams(*HALF, hang=3), "stalled", patience=0.15),
    Fault("nothing but keepalive comments", for_ever(": keepalive\n\n"), "stalled", patience=0.15),
    Fault("a drip that never ends", for_ever(HALF[2]), "stalled", patience=0.15),
    Fault("disconnected at once", lambda body: stream(broken_off([])), "unreachable", 3),
    Fault("disconnected in the middle", lambda body: stream(broken_off(HALF)), "unreachable", 3),
    Fault("no finish reason", streams(*HALF), "cut", 3),
    Fault("no finish reason and no end", streams(*HALF, done=False), "cut", 3),
    Fault("a corrupt chunk at once", streams('data: {"id": tru\n\n'), "cut", 3),
    Fault("a corrupt chunk in the middle", streams(*HALF, "data: {oops\n\n"), "cut", 3),
    Fault("a chunk of another shape", streams(*HALF, [1, 2]), "cut", 3),
    Fault("an error in the stream", streams(*HALF, {"error": {"message": TALKATIVE}}), "cut", 3),
    Fault("an error that says 200", lambda body: JSONResponse({"error": {"message": TALKATIVE}}), "cut", 3),
    Fault("a web page", lambda body: Response("<html>Log in</html>", media_type="text/html"), "cut", 3),
    Fault("an empty page", lambda body: Response(""), "cut", 3),
    Fault("no choices", streams({**HALF[0], "choices": []}), "cut", 3),
    Fault("an empty reply", says(""), "empty", 2),
    Fault("blanks", says(" \n "), "empty", 2),
    Fault("thoughts and no words", says("<think>k1 is covered"), "empty", 2),
    Fault("refused", declines, "refused"),
    Fault("filtered reply", says("So you warm", "content_filter"), "filtered"),
    Fault("filtered request", fails(400, "content_filter", message=TALKATIVE), "filtered"),
    Fault("too long a reply", says("So you warm the pot and", "length"), "length"),
]
every_fault = pytest.mark.parametrize("fault", FAULTS, ids=str)
one_of_each_kind = pytest.mark.parametrize("fault", {fault.kind: fault for fault in FAULTS}.values(), ids=str)


VOICE = ScriptedVoice(PHRASES)
CLIENTS: dict[object, object] = {}


@dataclass(frozen=True)
class Hurried(Greenroom):
    """The program, with parts that were made for an earlier test, and pauses that are noted and not made."""

    judge: EmbeddedJudge
    records: SqlRecords
    voice: ScriptedVoice = VOICE
    pauses: list[float] = field(default_factory=list)

    def chat(self, name: str, temperature: float = 0.0) -> Chat:
        chat = super().chat(name, temperature)
        of = (chat.spec, self.settings.openai_base_url, self.settings.patience, os.environ.get("ANTHROPIC_BASE_URL"))

        def connect():
            if of not in CLIENTS:
                CLIENTS[of] = chat.connect()
            return CLIENTS[of]

        return replace(chat, connect=connect, sleep=self.pauses.append)

    prompt = staticmethod(cache(load_prompt))


class Screen:
    """Keeps what was shown of each of the interviewer's moves."""

    def __init__(self) -> None:
        self.shown: list[list[str]] = []

    @contextmanager
    def __call__(self, interview, move):
        self.shown.append([])
        yield self.shown[-1].append


@pytest.fixture(scope="module", autouse=True)
def _loaded():
    """A small patience is for the provider, not for the first import of its library."""
    import langchain_openai  # noqa: F401


@pytest.fixture(scope="module")
def one_server():
    made = ModelServer()
    yield made
    made.close()


@pytest.fixture
def server(one_server):
    one_server.reset()
    return one_server


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("records") / "greenroom.db"


@pytest.fixture(scope="module")
def records(database):
    made = SqlRecords(f"sqlite:///{database}")
    yield made
    made.close()


@pytest.fixture
def a_room(tmp_path, server, embedded_judge, records):
    """Makes the program over one home folder, each time as it is after a start."""
    given = {"home": tmp_path, "openai_base_url": server.url, "openai_api_key": SecretStr(KEY)}
    uncapped = {"patience": 10.0, "day_calls": 0, "day_tokens": 0}

    def room(**settings: Any) -> Hurried:
        made = Hurried(Settings(**given | uncapped | settings), embedded_judge, records)
        made.chat(made.settings.model or DEFAULT_MODEL).warm_up()
        return made

    return room


@pytest.fixture(autouse=True)
def _nothing_is_told_of_key_or_answer(tmp_path, database, caplog, capfd):
    """The key is in no file, log or output, and the answer is in no log or output."""
    caplog.set_level(logging.INFO)
    yield
    told = "".join(capfd.readouterr()) + "".join(record.getMessage() for record in caplog.get_records("call"))
    assert KEY not in told
    assert "canary-7c2e" not in told
    for path in (*tmp_path.rglob("*"), *database.parent.iterdir()):
        assert path.is_dir() or KEY.encode() not in path.read_bytes(), path


def answered(session: Session, **how: Any) -> Interview:
    """A new interview in which one answer was heard, and what the interviewer made of it."""
    interview = session.speak(session.start(PLAN))
    return session.speak(session.hear(interview, ANSWER), patient=True, **how)


def states(interview: Interview) -> dict[str, str]:
    return {id: entry.state for id, entry in interview.ledger(0).items()}


def only(kind: str, reply: Reply) -> Reply:
    """`reply` to requests of that kind, and the usual one to others."""
    return lambda body: (reply if kind_of(body) == kind else WELL)(body)


# A healthy provider


def test_a_turn_of_a_healthy_model_takes_one_request_to_judge_and_one_to_speak(a_room, server):
    room = a_room()
    before = room.records.used_today()
    interview = answered(room.session)
    assert [kind_of(body) for body in server.requests] == ["judge", "voice"]
    assert states(interview) == FOUND
    assert interview.in_doubt is None
    assert [turn.by.split(" ")[0] for turn in interview.turns[2:]] == ["openai:gpt-5.4-mini"] * 2
    assert interview.usage.calls == 2
    assert interview.usage.input_tokens > 500
    assert room.records.used_today().tokens - before.tokens == interview.usage.tokens


# The fault table


@every_fault
def test_after_a_fault_while_judging_the_answer_is_kept_nothing_is_scored_and_the_model_may_try_again(
    fault, a_room, server
):
    server.usual = fault.reply
    room = a_room(patience=fault.patience)
    before = room.records.used_today().calls
    interview = answered(room.session)
    assert interview == room.records.load(interview.id)
    assert interview.exchanges(0)[0].answer == ANSWER
    assert set(states(interview).values()) == {"not_judged"}
    assert score_of(interview.card, states(interview)) is None
    assert interview.in_doubt == 1
    assert SAYS[fault.kind] in interview.trouble
    assert len(server.arrived(fault.requests)) == interview.usage.calls == fault.requests <= 1 + RETRIES
    assert room.records.used_today().calls - before == fault.requests

    server.usual = WELL
    later = a_room()
    settled = later.session.judge_again(later.resume(interview.id), 1)
    assert states(settled) == FOUND
    assert (settled.in_doubt, settled.trouble) == (None, "")
    assert isinstance(later.session.speak(settled).turns[-1].move, Probe)


@one_of_each_kind
def test_after_a_fault_while_judging_the_embedded_interviewer_goes_on_in_the_same_interview(
    fault, a_room, server, embedded_judge
):
    server.usual = fault.reply
    session = a_room(patience=fault.patience).session
    doubted = answered(session)
    sent = len(server.arrived(fault.requests))
    interview = session.judge_again(session.switch(doubted, "embedded"), 1)
    assert interview.turns[-1].by == embedded_judge.name
    assert "not_judged" not in states(interview).values()
    interview = session.speak(interview, patient=True)
    interview = session.speak(session.hear(interview, "Subject3 has to be done in the manner3"), patient=True)
    if not interview.closed:
        interview = session.speak(session.hear(interview, "/end"))
    assert interview.closed
    assert (interview.id, interview.turns[: len(doubted.turns)]) == (doubted.id, doubted.turns)
    assert len(server.requests) == sent


@every_fault
def test_after_a_fault_while_speaking_a_scripted_phrase_is_said_and_the_interview_goes_on(fault, a_room, server):
    server.usual = only("voice", fault.reply)
    room, screen = a_room(), Screen()
    voice = a_room(patience=fault.patience).model.voice
    session = replace(room.session, model=Interviewer(room.model.judge, voice))
    interview = answered(session, show=screen)
    said = interview.turns[-1]
    assert isinstance(said, Said)
    assert said.by.startswith("scripted")
    assert said.replaced == fault.kind
    assert said.text.count("?") == 1
    assert screen.shown[-1][-1] == said.text
    assert states(interview) == FOUND
    requests = fault.for_words or fault.requests
    assert len(server.arrived(requests, "voice")) == said.usage.calls == requests <= 1 + RETRIES

    server.usual = WELL
    interview = session.speak(session.hear(interview, "k3 comes after that, for everybody in the room"))
    assert states(interview) == {**FOUND, "k3": "covered"}


def test_a_closed_port_is_no_end_of_an_interview_either(a_room):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        room = a_room(openai_base_url=url)
        interview = answered(room.session)
        assert set(states(interview).values()) == {"not_judged"}
        assert SAYS["unreachable"] in interview.trouble
        assert interview.usage.calls == 1 + RETRIES
        spoken = room.session.speak(interview)
        assert (spoken.turns[-1].replaced, spoken.turns[-1].by[:8]) == ("unreachable", "scripted")
    again = a_room().session.judge_again(a_room().resume(interview.id), 1)
    assert states(again) == FOUND


def test_a_provider_that_is_never_there_does_not_keep_an_interview_from_its_end(a_room, server):
    server.usual = fails(503)
    room = a_room()
    session = room.session
    interview = session.speak(session.start(PLAN))
    for answer in (ANSWER, "k3 it is then, and there is more", "/hint", "/end"):
        interview = session.speak(session.hear(interview, answer))
    assert interview.closed
    assert set(states(interview).values()) == {"not_judged"}
    assert [turn.text for turn in interview.turns if isinstance(turn, Heard)][:2] == [ANSWER, interview.turns[4].text]
    assert len(interview.unsettled) == 2
    assert interview.unreviewable == (0,)

    server.usual = WELL
    settled = a_room().session.settle(interview)
    assert states(settled) == {**FOUND, "k3": "covered"}
    assert (settled.unsettled, settled.unreviewable) == ((), ())
    assert settled.review(0).motivations["m1"].verdict == "shown"


# What passes


@pytest.mark.parametrize(
    ("faults", "pauses"),
    [
        ([fails(429), fails(429)], [0.5, 1.0]),
        ([fails(500)], [0.5]),
        ([fails(429, retry_after="7"), fails(503, retry_after="0.25")], [7.0, 0.25]),
        ([streams(*HALF)], [0.5]),
        ([lambda body: stream(broken_off(HALF))], [0.5]),
        ([streams(*HALF, "data: {oops\n\n"), fails(502)], [0.5, 1.0]),
        ([says("")], [0.0]),
        ([says("I would rather talk.")], [0.0]),
    ],
)
def test_a_fault_that_passes_is_waited_for_and_the_user_is_told(faults, pauses, a_room, server):
    server.replies = list(faults)
    room, told = a_room(), []
    with waiting_told(told.append):
        interview = answered(room.session)
    assert states(interview) == FOUND
    assert room.pauses == pauses
    assert len(told) == len(faults)
    assert all("Waiting" in text for text in told)
    assert interview.assessments(0)[0].usage.calls == 1 + len(faults)


def test_a_wait_that_the_provider_asks_for_is_really_made(server, tmp_path, embedded_judge, records):
    server.replies = [fails(429, retry_after="0.4")]
    key = SecretStr(KEY)
    room = Greenroom(Settings(home=tmp_path, openai_base_url=server.url, openai_api_key=key))
    told: list[str] = []
    with waiting_told(told.append):
        interview = answered(Session(records, embedded_judge, VOICE, room.model))
    assert states(interview) == FOUND
    assert server.times[1] - server.times[0] >= 0.4
    assert len(told) == 1
    assert "is busy" in told[0]
    assert "Waiting" in told[0]
    room.records.close()


# Forms that are none

CONFIDENT = {"quote": "k1", "verdict": "covered", "confidence": 90}
NOT_THE_FORM = {
    "prose": "The candidate covers k1 well.",
    "a list": json.dumps([CONFIDENT, CONFIDENT]),
    "a string": json.dumps("covered"),
    "a number": "7",
    "null": "null",
    "cut JSON": '{"act": "answer", "points": {"k1": {"quote": "k1"',
    "single quotes": "{'act': 'answer', 'points': {}}",
    "no points": json.dumps({"act": "answer"}),
    "points in a list": json.dumps({"act": "answer", "points": [CONFIDENT]}),
    "points that are words": json.dumps({"act": "answer", "points": {"k1": "covered"}}),
    "an act that there is none of": json.dumps({"act": "applaud", "points": {"k1": CONFIDENT}}),
    "a verdict that there is none of": json.dumps({"act": "answer", "points": {"k1": {**CONFIDENT, "verdict": "10"}}}),
    "confidence 700": json.dumps({"act": "answer", "points": {"k1": {**CONFIDENT, "confidence": 700}}}),
    "confidence below nothing": json.dumps({"act": "answer", "points": {"k1": {**CONFIDENT, "confidence": -0.1}}}),
    "confidence NaN": json.dumps({"act": "answer", "points": {"k1": {**CONFIDENT, "confidence": float("nan")}}}),
    "confidence infinite": '{"act": "answer", "points": {"k1": {"quote": "k1", "verdict": "covered", '
    '"confidence": 1e999}}}',
    "a point named twice": '{"act": "answer", "points": {"k1": {"quote": "", "verdict": "missing", "confidence": 1}, '
    '"k1": {"quote": "k1", "verdict": "covered", "confidence": 1}}}',
    "nested for ever": '{"act":' * 5000 + "1" + "}" * 5000,
    "a number without end": '{"act": "answer", "points": {"k1": {"quote": "k1", "verdict": "covered", "confidence": '
    + "1" * 5000
    + "}}}",
    "numbers as a score": json.dumps({"act": "answer", "score": 10, "points": {"k1": 10, "k2": 10}}),
}


@pytest.mark.parametrize("text", NOT_THE_FORM.values(), ids=NOT_THE_FORM)
def test_what_is_not_the_form_is_asked_for_once_more_and_then_not_judged(text, a_room, server):
    server.usual = only("judge", says(text))
    interview = answered(a_room().session)
    assert set(states(interview).values()) == {"not_judged"}
    assert interview.in_doubt == 1
    assert SAYS["unreadable"] in interview.trouble
    first, second = server.requests
    assert second["messages"][1]["content"].startswith(first["messages"][1]["content"])
    assert "not a JSON object" in second["messages"][1]["content"]


@pytest.mark.parametrize("what", ["prose", "a list", "no points", "points that are words", "nested for ever"])
def test_what_is_not_the_form_is_no_review_either(what, a_room, server):
    server.usual = only("review", says(NOT_THE_FORM[what]))
    session = a_room().session
    interview = session.speak(session.hear(answered(session), "/end"))
    assert interview.closed
    assert interview.unreviewable == (0,)
    assert interview.review(0).minefields == interview.review(0).motivations == {}
    assert states(interview) == FOUND


def points_of(body: Body, **changes: Any) -> str:
    form = json.loads(judged(body, {"k1": ("covered", "k1 is what I do first of all")}))
    return json.dumps(form | changes | {"points": form["points"] | changes.get("points", {})})


LENIENT = {
    "thoughts first": lambda body: "<think>{k1} is covered?</think>\n" + points_of(body),
    "a fence and a word": lambda body: f"Here you are:\n```json\n{points_of(body)}\n```\nAnything else?",
    "fields of its own": lambda body: points_of(body, score=10, points={"k1": CONFIDENT | {"mark": "A"}}),
    "points of its own": lambda body: points_of(body, points={"k99": CONFIDENT, "": CONFIDENT}),
    "quotes of nobody": lambda body: points_of(body, points={"k2": CONFIDENT | {"quote": "words that nobody typed"}}),
}


@pytest.mark.parametrize("text", LENIENT.values(), ids=LENIENT)
def test_what_stands_around_or_beside_a_good_form_changes_nothing(text, a_room, server):
    server.usual = only("judge", says(text))
    interview = answered(a_room().session)
    assert states(interview) == {"k1": "covered", "k2": "not_raised", "k3": "not_raised", "k4": "not_raised"}
    assert len(server.arrived(1, "judge")) == 1


def test_a_form_that_leaves_points_out_is_asked_for_once_more_and_then_nothing_is_judged(a_room, server):
    def forgetful(body: Body) -> str:
        form = json.loads(honest(body))
        del form["points"]["k2"], form["points"]["k4"]
        return json.dumps(form)

    server.usual = only("judge", says(forgetful))
    interview = answered(a_room().session)
    assert set(states(interview).values()) == {"not_judged"}
    assert interview.in_doubt is not None
    assert len(server.arrived(2, "judge")) == 2


def test_a_form_without_a_single_point_is_not_judged(a_room, server):
    server.usual = only("judge", says('{"act": "answer", "points": {}}'))
    interview = answered(a_room().session)
    assert set(states(interview).values()) == {"not_judged"}
    assert interview.in_doubt == 1


def test_what_a_model_puts_in_words_that_nobody_sees_is_taken_out_of_them(a_room, server):
    spoken = "And after\u202e that,\ud83d what\x07 do you\u200b do?"
    event = json.dumps(chunks("x")[1]).replace('"x"', json.dumps(spoken))
    server.usual = only("voice", streams(f"data: {event}\n\n", chunks("", "stop")[-1]))
    room = a_room()
    interview = answered(room.session)
    assert interview.turns[-1].text == "And after that, what do you do?"
    assert interview == room.records.load(interview.id)


def test_what_nobody_sees_in_a_form_is_taken_out_of_it_and_can_be_stored(a_room, server):
    step = {"about": "k1", "quote": "", "text": "Say it \ud83d sooner,\u202e and\x1b[31m more loudly."}
    server.usual = only("review", says(lambda body: reviewed(body, steps=[step])))
    room = a_room()
    interview = room.session.speak(room.session.hear(answered(room.session), "/end"))
    assert [step.text for step in interview.review(0).steps] == ["Say it  sooner, and[31m more loudly."]
    assert interview == room.records.load(interview.id)


@pytest.mark.parametrize("count", [-5, 0, None])
def test_a_count_that_cannot_be_right_is_no_count(count, a_room, server):
    wrong = {"prompt_tokens": count, "completion_tokens": count, "total_tokens": count}
    server.usual = lambda body: stream(chunks(honest(body), usage=wrong))
    interview = answered(a_room().session)
    assert states(interview) == FOUND
    assert interview.usage.input_tokens > 500
    assert interview.usage.output_tokens >= 12


def test_a_reply_that_broke_off_was_paid_for_all_the_same(a_room, server):
    server.usual = streams(*HALF)
    interview = answered(a_room().session)
    assert interview.usage.calls == 3
    assert interview.usage.input_tokens > 1500
    assert interview.usage.output_tokens >= 12


# Too long for the model


def knows_at_most(messages: int, kind: str, tag: str) -> Reply:
    """A model that takes so many of a request's earlier messages and no more; its questions are all different."""
    questions = iter(["Where would you begin?", "Who else drinks it?", "How long does that take?"])

    def reply(body: Body) -> Response:
        if kind_of(body) == kind and body["messages"][-1]["content"].count(f"<{tag}>") > messages:
            return fails(400, "context_length_exceeded")(body)
        return (says(next(questions)) if kind_of(body) == "voice" else WELL)(body)

    return reply


def three_answers(session: Session) -> Interview:
    interview = answered(session)
    for text in ("k3~ is what comes then, I should think", "k4~ is the last thing that comes to my mind"):
        interview = session.speak(session.hear(interview, text), patient=True)
    return interview


def test_where_the_whole_is_too_long_a_judge_reads_the_end_of_it(a_room, server):
    server.usual = knows_at_most(1, "judge", "earlier_answer")
    interview = three_answers(a_room().session)
    assert states(interview) == {**FOUND, "k3": "partial", "k4": "partial"}
    assert interview.assessments(0)[-1].usage.calls == 2
    assert len(server.arrived(4, "judge")) == 4


def test_where_the_end_is_too_long_as_well_the_answer_is_not_judged(a_room, server):
    server.usual = knows_at_most(0, "judge", "earlier_answer")
    interview = answered(session := a_room().session)
    interview = session.speak(session.hear(interview, "k3~ is what comes then, I should think"), patient=True)
    assert SAYS["too long"] in interview.trouble
    assert len(server.arrived(2, "judge")) == 2
    server.usual = only("judge", fails(400, "context_length_exceeded"))
    interview = session.speak(session.hear(session.speak(interview), "k4~ and so on and so forth"), patient=True)
    assert SAYS["too long"] in interview.trouble
    assert interview.assessments(0)[-1].usage.calls == 2


def test_where_the_whole_is_too_long_a_voice_reads_the_end_of_it(a_room, server):
    server.usual = knows_at_most(2, "voice", "candidate")
    interview = three_answers(a_room().session)
    assert [turn.replaced for turn in interview.turns if isinstance(turn, Said)] == [""] * 4
    assert interview.turns[-1].usage.calls == 2


# Another model

OTHER = "openai:other"


def by_model(**replies: Reply) -> Reply:
    return lambda body: replies["other" if body["model"] == "other" else "first"](body)


@pytest.mark.parametrize("fault", [fails(503), fails(401), says(""), declines], ids=["503", "401", "empty", "no"])
def test_where_the_first_model_fails_the_fallback_is_asked(fault, a_room, server):
    server.usual = by_model(first=fault, other=WELL)
    interview = answered(a_room(fallback_model=OTHER).session)
    judgement, said = interview.turns[2:]
    assert states(interview) == FOUND
    assert judgement.by.startswith("openai:other judge@")
    assert said.by.startswith("openai:other voice@")
    assert said.replaced == ""
    assert interview.usage.calls == len(server.requests)
    assert [body["model"] for body in server.requests].count("other") == 2


def test_where_the_fallback_fails_too_the_embedded_judge_judges_and_says_so(a_room, server, embedded_judge):
    server.usual = by_model(first=fails(503), other=fails(401))
    interview = answered(a_room(fallback_model=OTHER).session)
    judgement, said = interview.turns[2:]
    assert isinstance(judgement, Judged)
    assert judgement.by == judgement.assessment.by == embedded_judge.name
    assert SAYS["key"] in judgement.assessment.problem
    assert "not_judged" not in states(interview).values()
    assert (interview.in_doubt, interview.unsettled) == (None, ())
    assert judgement.assessment.usage.calls == said.usage.calls == 4
    assert said.by.startswith("scripted")
    assert interview.usage.calls == len(server.requests) == 8


def test_the_embedded_judge_can_be_the_fallback_and_reviews_as_well(a_room, server, embedded_judge):
    server.usual = fails(401)
    session = a_room(fallback_model="embedded").session
    interview = session.speak(session.hear(answered(session), "/end"))
    judgements = [turn for turn in interview.turns if isinstance(turn, Judged | Reviewed)]
    assert [turn.by for turn in judgements] == [embedded_judge.name] * 2
    assert (interview.unsettled, interview.unreviewable) == ((), ())


# What a server can do


def rejects(*named: str) -> Reply:
    """A server that takes no request with any of these in it, and says which it was."""

    def reply(body: Body) -> Response:
        text = json.dumps({key: value for key, value in body.items() if key != "messages"})
        wrong = next((name for name in named if f'"{name}"' in text), "")
        return (fails(400, message=f"Unsupported parameter: {wrong}") if wrong else WELL)(body)

    return reply


def test_what_a_server_can_do_is_found_out_once_and_known_after_a_restart(a_room, server, tmp_path):
    server.usual = rejects("json_schema", "temperature", "stream_options")
    interview = answered(a_room().session)
    assert states(interview) == FOUND
    assert [kind_of(body) for body in server.requests] == ["judge"] * 4 + ["voice"]
    remembered = json.loads((tmp_path / "model-abilities.json").read_text("utf-8"))
    assert [row["structured"] for row in remembered.values()] == ["json_object"]

    server.requests.clear()
    assert states(answered(a_room().session)) == FOUND
    judge, voice = server.requests
    assert judge["response_format"] == {"type": "json_object"}
    assert not {"temperature", "stream_options"} & {*judge, *voice}


def test_what_is_known_of_one_model_is_not_held_against_another(a_room, server):
    server.usual = by_model(first=rejects("json_schema"), other=WELL)
    answered(a_room().session)
    server.requests.clear()
    assert states(answered(a_room(model=OTHER).session)) == FOUND
    assert [kind_of(body) for body in server.requests] == ["judge", "voice"]
    assert server.requests[0]["response_format"]["type"] == "json_schema"
    assert point_ids(server.requests[0]) == ["k1", "k2", "k3", "k4"]


# A second opinion: a server that others wrote for this

FORM = json.dumps(
    {
        "act": "answer",
        "points": {
            "k1": {"quote": "k1 is what I do", "verdict": "covered", "confidence": 0.9},
            "k2": {"quote": "k2~ for the large party", "verdict": "partial", "confidence": 0.9},
            "k3": {"quote": "", "verdict": "missing", "confidence": 0.9},
            "k4": {"quote": "", "verdict": "missing", "confidence": 0.9},
        },
    }
)
QUESTION = "And what would you do after that?"


@pytest.fixture
def a_mocked_session(tmp_path, llmock, embedded_judge, records):
    """Makes sessions with a model at a server that others wrote, `hurried` or with pauses that are made."""

    def session(model: str, *, hurried: bool = True, patience: float = 10.0) -> Session:
        url = "" if model.startswith("anthropic:") else llmock.base_url("openai")
        settings = Settings(home=tmp_path, openai_base_url=url, model=model, patience=patience)
        room = Hurried(settings, embedded_judge, records) if hurried else Greenroom(settings)
        return Session(records, embedded_judge, VOICE, room.model)

    return session


both = pytest.mark.parametrize("model", ["openai:gpt-x", "anthropic:claude-x"])


@both
def test_a_whole_turn_at_another_server(model, a_mocked_session, llmock):
    llmock.reply(FORM).reply(QUESTION)
    interview = answered(a_mocked_session(model))
    assert states(interview) == FOUND
    assert [turn.by.split(" ")[0] for turn in interview.turns[2:]] == [model] * 2
    assert interview.turns[-1].text == QUESTION
    assert len(llmock.requests) == interview.usage.calls == 2
    assert interview.usage.input_tokens > 500
    assert "JSON Schema" in str(llmock.requests[0].body) or llmock.requests[0].body["response_format"]
    llmock.assert_resilient(strict=True)


def test_a_wait_that_another_server_asks_for_is_made(a_mocked_session, llmock):
    llmock.reply(FORM).rate_limit(retry_after=0.5)
    assert states(answered(a_mocked_session("anthropic:claude-x", hurried=False))) == FOUND
    llmock.assert_resilient(strict=True)


@both
@pytest.mark.parametrize("fault", ["truncate", "disconnect", "corrupt"])
def test_a_stream_of_another_server_that_breaks_is_asked_for_again(fault, model, a_mocked_session, llmock):
    getattr(llmock.reply(FORM, times=2), fault)(after_chunks=3)
    interview = answered(a_mocked_session(model))
    assert states(interview) == FOUND
    assert interview.assessments(0)[0].usage.calls == 2
    llmock.assert_resilient()


@both
@pytest.mark.parametrize(
    ("fault", "kind", "requests"),
    [
        (lambda mock: mock.rate_limit(times=None), "busy", 3),
        (lambda mock: mock.rate_limit(times=None, retry_after=3600), "busy", 1),
        (lambda mock: mock.outage(), "down", 3),
        (lambda mock: mock.fail(529, times=None), "down", 3),
        (lambda mock: mock.fail(401, times=None), "key", 1),
        (lambda mock: mock.fail(404, times=None), "unknown model", 1),
        (lambda mock: mock.context_overflow(times=None), "too long", 1),
        (lambda mock: mock.reply(FORM).truncate(times=None), "cut", 3),
    ],
    ids=["429", "429 and an hour", "503", "529", "401", "404", "too long", "truncated"],
)
def test_a_lasting_fault_at_another_server(fault, kind, requests, model, a_mocked_session, llmock):
    fault(llmock)
    session = a_mocked_session(model)
    interview = answered(session)
    assert SAYS[kind] in interview.trouble
    assert len(llmock.requests) == interview.usage.calls == requests
    assert set(states(interview).values()) == {"not_judged"}
    llmock.reset().reply(FORM)
    assert states(session.judge_again(interview, 1)) == FOUND


@both
def test_a_stall_at_another_server_is_not_sat_through(model, a_mocked_session, llmock):
    llmock.reply(FORM).stall(after_chunks=2, seconds=1)
    assert SAYS["stalled"] in answered(a_mocked_session(model, patience=0.3)).trouble
