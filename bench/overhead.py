"""What a turn costs beside the language model itself: `python -m bench.overhead [--times 50]`.

A stub of a provider, in a process of its own, answers at once. A 200-word answer to a shipped card of 10 key points is
heard (written to SQLite on disk), judged and followed up through it, and then the bare `openai` client sends the very
same two requests and reads the very same chunks; so they alternate. Prints milliseconds, median and 95th percentile, of
the whole turn and up to the first word shown. Then one interview of several questions tells how many calls and tokens a
turn has, and how much of each prompt is a beginning that it shares with the one before it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from pathlib import Path
from statistics import mean, median
from typing import Any

import openai
from pydantic import SecretStr

from bot.bootstrap import Greenroom
from bot.interview import Interview, Plan
from bot.move import Move
from bot.ports import Words
from bot.session import Session
from bot.settings import Settings
from bot.turn import Said
from knowledge.bank import shipped
from knowledge.card import Card

WORDS = 200
POINTS = 10
QUESTIONS = 3
"""Of the one interview that tokens are counted in."""
AIM = 60
"""Milliseconds that a whole turn may take longer than the bare client."""
CHARACTERS = 4
"""A token, by OpenAI's rule of thumb, and so a chunk of the stub's."""
VERDICTS = ("covered", "missing", "partial", "missing")
VOICED = "Thank you, that gives me a first picture of it. What was behind it when you said “{}”, in your own case?"
Body = dict[str, Any]


@dataclass
class Times:
    """Milliseconds, one of each a turn."""

    whole: list[float] = field(default_factory=list)
    from_request: list[float] = field(default_factory=list)
    """From when the voice, or the client, is asked for the words to the first of them."""
    from_answer: list[float] = field(default_factory=list)
    """From when the answer is in to the first of the interviewer's words."""

    def add(self, began: float, asked: float, first: float, ended: float) -> None:
        """One turn, by its four moments in seconds."""
        self.whole.append(1000 * (ended - began))
        self.from_request.append(1000 * (first - asked))
        self.from_answer.append(1000 * (first - began))


@dataclass(frozen=True)
class Prompts:
    """What one interview sent: its calls, and of each prompt its characters and how many of them it shares, from
    its beginning on, with the prompt of the same kind before it."""

    answers: int
    calls: int
    shared: dict[str, list[tuple[int, int]]]
    """Kind to (shared, all), a prompt each."""
    same_question: dict[str, list[tuple[int, int]]]
    """Only prompts that were not the first of a question."""


# The stub


class Stub(BaseHTTPRequestHandler):
    """OpenAI's chat completions, answered at once. A GET tells the requests since the last GET."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    bodies: list[Body] = []  # noqa: RUF012

    def do_POST(self) -> None:
        """A reply in chunks."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.bodies.append(body)
        text = json.dumps(_filled_in(body)) if kind_of(body) != "voice" else _voiced(body)
        self._send("text/event-stream", "".join(f"data: {event}\n\n" for event in [*_events(text), "[DONE]"]))

    def do_GET(self) -> None:
        """The requests."""
        self._send("application/json", json.dumps(self.bodies))
        self.bodies.clear()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def _send(self, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def kind_of(body: Body) -> str:
    """What a request is for: "judge", "review" or "voice"."""
    if "response_format" not in body:
        return "voice"
    return "review" if "minefields" in _schema(body)["properties"] else "judge"


def _schema(body: Body) -> dict[str, Any]:
    found: dict[str, Any] = body["response_format"]["json_schema"]["schema"]
    return found


def _filled_in(body: Body) -> dict[str, Any]:
    fields = _schema(body)["properties"]
    user = body["messages"][-1]["content"]
    if kind_of(body) == "review":
        blank = {"quote": "", "verdict": "unsure"}
        found = {part: dict.fromkeys(fields[part]["properties"], blank) for part in ("minefields", "motivations")}
        return {**found, "steps": [], "stronger": []}
    words = re.findall(r"<answer>(.*)</answer>", user, re.DOTALL)[-1].split()
    points = {}
    for number, id in enumerate(fields["points"]["properties"]):
        verdict = VERDICTS[number % len(VERDICTS)]
        quote = " ".join(words[15 * number : 15 * number + 8]) if verdict != "missing" else ""
        points[id] = {"quote": quote, "verdict": verdict if quote else "missing", "confidence": 0.9}
    return {"act": "answer", "points": points}


def _voiced(body: Body) -> str:
    latest = re.findall(r"<candidate>(.*?)</candidate>", body["messages"][-1]["content"], re.DOTALL)[-1]
    return VOICED.format(" ".join(latest.split()[:6]))


def _events(text: str) -> Iterator[str]:
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
    for start in range(0, len(text), CHARACTERS):
        delta = {"role": "assistant", "content": text[start : start + CHARACTERS]}
        yield json.dumps({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield json.dumps({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    yield json.dumps({**base, "choices": [], "usage": usage})


@contextmanager
def stub() -> Iterator[str]:
    """The stub's address, while it serves in a process of its own."""
    command = [sys.executable, "-m", "bench.overhead", "--stub"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.terminate()


def _serve() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


def _requests(url: str) -> list[Body]:
    with urllib.request.urlopen(f"{url}/requests") as reply:
        found: list[Body] = json.load(reply)
    return found


# The two sides


@contextmanager
def wired_up(url: str) -> Iterator[Session]:
    """The program as it is put together for a person, with the stub as its model and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            home=Path(folder),
            database_url="",
            openai_base_url=url,
            openai_api_key=SecretStr("none"),
            model="stub",
            judge_model="",
            voice_model="",
            fallback_model="",
            interview_calls=0,
            interview_tokens=0,
            day_calls=0,
            day_tokens=0,
        )
        program = Greenroom(settings)
        try:
            yield program.session
        finally:
            program.records.close()


def compare(url: str, times: int) -> tuple[Times, Times]:
    """Our turns and the bare client's."""
    cards = [card for card in shipped() if len(card.key_points) == POINTS]
    ours, bare = Times(), Times()
    with wired_up(url) as session, openai.OpenAI(base_url=url, api_key="none", max_retries=0) as client:
        # The first turn loads what the later ones share.
        for number in range(times + 1):
            card = cards[number % len(cards)]
            _requests(url)
            moments = _our_turn(session, card, answer_to(card, number))
            judging, voicing = _requests(url)
            others = _bare_turn(client, judging, voicing)
            if number:
                ours.add(*moments)
                bare.add(*others)
    return ours, bare


def answer_to(card: Card, number: int) -> str:
    """A text of `WORDS` words about `card`, another for each `number`."""
    words = " ".join(answer.text for answer in card.answers).split()
    return " ".join((words * 3)[number % len(words) :][:WORDS])


def _our_turn(session: Session, card: Card, answer: str) -> tuple[float, float, float, float]:
    interview = session.speak(session.start(plan_of([card])))
    moments: dict[str, float] = {}

    def words(text: str) -> None:
        if text:
            moments.setdefault("first", time.perf_counter())

    def show(interview: Interview, move: Move) -> AbstractContextManager[Words]:
        del interview, move
        moments.setdefault("asked", time.perf_counter())
        return nullcontext(words)

    began = time.perf_counter()
    interview = session.speak(session.hear(interview, answer), show)
    ended = time.perf_counter()
    _as_meant(interview)
    return began, moments["asked"], moments["first"], ended


def _bare_turn(client: openai.OpenAI, judging: Body, voicing: Body) -> tuple[float, float, float, float]:
    began = time.perf_counter()
    reading: Any = client.chat.completions.create(**judging)
    for _ in reading:
        pass
    asked = time.perf_counter()
    first = 0.0
    speaking: Any = client.chat.completions.create(**voicing)
    for chunk in speaking:
        if not first and chunk.choices and chunk.choices[0].delta.content:
            first = time.perf_counter()
    return began, asked, first, time.perf_counter()


def plan_of(cards: Sequence[Card]) -> Plan:
    """An interview about `cards` that the model plays."""
    return Plan(cards=tuple(cards), interviewer="model")


def _as_meant(interview: Interview) -> None:
    """Figures of turns that went another way would be worth nothing."""
    assert not any(isinstance(turn, Said) and turn.replaced for turn in interview.turns), interview.turns[-1]
    assert not interview.unsettled


# What is sent


def prompts_of(url: str) -> Prompts:
    """What one interview of `QUESTIONS` cards sends, from the first question to the last review."""
    cards = [card for card in shipped() if len(card.key_points) >= POINTS][:QUESTIONS]
    answers = 0
    with wired_up(url) as session:
        _requests(url)
        interview = session.speak(session.start(plan_of(cards)))
        while not interview.closed:
            interview = session.speak(session.hear(interview, answer_to(interview.card, 40 * answers)))
            answers += 1
        _as_meant(interview)
    requests = _requests(url)
    shared: dict[str, list[tuple[int, int]]] = {}
    same_question: dict[str, list[tuple[int, int]]] = {}
    for kind in ("judge", "voice", "review"):
        sent = [body for body in requests if kind_of(body) == kind]
        texts = [_as_sent(body) for body in sent]
        pairs = [(in_common(texts[i - 1], own) if i else 0, len(own)) for i, own in enumerate(texts)]
        shared[kind] = pairs
        systems = [body["messages"][0]["content"] for body in sent]
        same_question[kind] = [pair for i, pair in enumerate(pairs) if i and systems[i - 1] == systems[i]]
    return Prompts(answers, len(requests), shared, same_question)


def _as_sent(body: Body) -> str:
    """The whole prompt as a provider reads it: OpenAI's puts the schema before the messages."""
    schema = [json.dumps(body["response_format"])] if "response_format" in body else []
    return "\n".join([*schema, *(message["content"] for message in body["messages"])])


def in_common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def share(pairs: Iterable[tuple[int, int]]) -> float:
    """Per cent of all characters that are shared."""
    pairs = list(pairs)
    return 100 * sum(shared for shared, _ in pairs) / max(1, sum(whole for _, whole in pairs))


# Printing


def _percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _print_times(ours: Times, bare: Times) -> None:
    print(f"{'milliseconds':44}{'ours':>7}{'p95':>7}{'bare':>7}{'p95':>7}{'more':>7}{'ratio':>7}")
    for name, own, other in (
        ("whole turn", ours.whole, bare.whole),
        ("to the first word, from the voice's request", ours.from_request, bare.from_request),
        ("to the first word, from the answer", ours.from_answer, bare.from_answer),
    ):
        figures = median(own), _percentile(own, 0.95), median(other), _percentile(other, 0.95)
        print(f"{name:44}" + "".join(f"{figure:7.1f}" for figure in figures), end="")
        print(f"{figures[0] - figures[2]:7.1f}{figures[0] / figures[2]:7.1f}")
    more = median(ours.whole) - median(bare.whole)
    print(f"A whole turn takes {more:.0f} ms more; the aim is under {AIM} ms: {'met' if more < AIM else 'MISSED'}.")


def _print_prompts(prompts: Prompts) -> None:
    tokens = sum(whole for pairs in prompts.shared.values() for _, whole in pairs) / CHARACTERS
    a_turn = f"{prompts.calls / prompts.answers:.2f} calls and {tokens / prompts.answers:.0f} prompt tokens a turn"
    print(f"\nAn interview of {QUESTIONS} questions, {prompts.answers} answers: {a_turn}, reviews included.")
    print(f"A token is {CHARACTERS} characters here, and the schema of a form counts as sent.")
    print(f"{'prompts':12}{'number':>8}{'tokens':>8}{'shared with the one before':>30}{'within one question':>22}")
    for kind, pairs in prompts.shared.items():
        size = mean(whole for _, whole in pairs) / CHARACTERS
        within = prompts.same_question[kind]
        inner = f"{share(within):.0f} %" if within else "-"
        print(f"{kind:12}{len(pairs):8}{size:8.0f}{share(pairs[1:]):28.0f} %{inner:>22}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--stub", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.stub:
        _serve()
        return
    with stub() as url:
        _print_times(*compare(url, arguments.times))
        _print_prompts(prompts_of(url))


if __name__ == "__main__":
    main()
