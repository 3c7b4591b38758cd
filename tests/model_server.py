"""A model provider on this machine that speaks OpenAI's interface over HTTP and does as a test tells it.

`ModelServer` answers with its `replies` in turn, and with its `usual` reply once they are used up. A reply is a
function of the request's body that returns a Starlette response; those below cover what providers do on good and on bad
days.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Body = dict[str, Any]
Reply = Callable[[Body], Response]


def kind_of(body: Body) -> str:
    """What a request is for: "judge", "review", "draft", "check" or "voice"."""
    text = json.dumps(body)
    for kind, sign in (("draft", "about_role"), ("judge", "retracted"), ("review", "minefields"), ("check", "colour")):
        if sign in json.dumps(schema_of(body) or {}) or ("JSON Schema" in text and sign in text):
            return kind
    return "voice"


def schema_of(body: Body) -> dict[str, Any] | None:
    """The JSON Schema that a request asks a reply of."""
    return ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")


def between(body: Body, tag: str) -> list[str]:
    """What stands between `<tag>` and `</tag>` in the user's part of a request."""
    return re.findall(rf"<{tag}>(.*?)</{tag}>", body["messages"][-1]["content"], re.DOTALL)


def point_ids(body: Body) -> list[str]:
    """The ids of the key points in a request."""
    return re.findall(r'<key_point id="([^"]+)">', body["messages"][0]["content"])


def chunks(
    text: str, finish: str | None = "stop", *, words: int = 1, usage: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The events of a stream that says `text`, a few words an event."""
    pieces = re.findall(rf"(?:\S+\s*){{1,{words}}}", text) or ([text] if text else [])
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stub"}

    def event(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

    events = [event({"role": "assistant", "content": ""}), *(event({"content": piece}) for piece in pieces)]
    if finish is not None:
        events.append(event({}, finish))
    if usage is not None:
        events.append({**base, "choices": [], "usage": dict(usage)})
    return events


def usage_of(body: Body, text: str, cached: int = 0) -> dict[str, Any]:
    """Token counts as a provider gives them, four characters a token."""
    sent = sum(len(message["content"]) for message in body["messages"]) // 4
    out = max(1, len(text) // 4)
    return {
        "prompt_tokens": sent,
        "completion_tokens": out,
        "total_tokens": sent + out,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def stream(events: Iterable[object], *, done: bool = True, pause: float = 0.0, hang: float = 0.0) -> Response:
    """A stream of server-sent events; a string is sent as it stands."""

    async def body() -> AsyncIterator[bytes]:
        for event in events:
            yield (event if isinstance(event, str) else f"data: {json.dumps(event)}\n\n").encode()
            if pause:
                await asyncio.sleep(pause)
        if hang:
            await asyncio.sleep(hang)
        if done:
            yield b"data: [DONE]\n\n"

    return StreamingResponse(body(), media_type="text/event-stream")


def broken_off(events: Iterable[object]) -> Iterable[object]:
    """`events`, and then the connection is gone."""
    yield from events
    raise ConnectionResetError


def says(text: str | Callable[[Body], str], finish: str | None = "stop", cached: int = 0) -> Reply:
    """A reply of this text, streamed where a stream was asked for."""

    def reply(body: Body) -> Response:
        said = text if isinstance(text, str) else text(body)
        usage = usage_of(body, said, cached)
        if not body.get("stream"):
            message = {"role": "assistant", "content": said}
            choices = [{"index": 0, "message": message, "finish_reason": finish}]
            return JSONResponse({"id": "c1", "object": "chat.completion", "created": 1, "model": "stub",
                                 "choices": choices, "usage": usage})  # fmt: skip
        asked = (body.get("stream_options") or {}).get("include_usage")
        return stream(chunks(said, finish, usage=usage if asked else None))

    return reply


def fails(status: int, code: str = "", *, message: str = "no", retry_after: str = "") -> Reply:
    """An HTTP error with a provider's body."""

    def reply(body: Body) -> Response:
        error = {"message": message, "type": "error", "code": code or None, "param": None}
        headers = {"retry-after": retry_after} if retry_after else {}
        return JSONResponse({"error": error}, status, headers)

    return reply


def honest(body: Body) -> str:
    """What a plain, well-behaved model says: the judge finds `k1`, `k2~`, `k3!` and `k4-` where the answer has them."""
    kind = kind_of(body)
    if kind == "judge":
        return judged(body, spelled_out(between(body, "answer")[-1]))
    if kind == "review":
        return reviewed(body)
    if kind == "check":
        return json.dumps({"colour": "red", "share": 50})
    return f"Thank you. And what would you add on step {len(between(body, 'candidate'))} of it?"


SIGNS = {"": "covered", "~": "partial", "!": "contradicted", "-": "retracted"}


def spelled_out(answer: str) -> dict[str, tuple[str, str]]:
    """Verdict and quote by point, for an answer that spells its points out."""
    return {m[1]: (SIGNS[m[2]], m[0]) for m in re.finditer(r"\b(k\d+)([~!-]?)", answer)}


def judged(body: Body, found: Mapping[str, tuple[str, str]], act: str = "answer", confidence: int = 90) -> str:
    """A filled-in form of the judge; points that were not `found` are missing."""
    points = {
        id: {"quote": found.get(id, ("missing", ""))[1], "verdict": found.get(id, ("missing", ""))[0],
             "confidence": confidence}
        for id in point_ids(body)
    }  # fmt: skip
    return json.dumps({"act": act, "points": points})


def reviewed(body: Body, **changes: Any) -> str:
    """A filled-in form of the review: all clear, the first answer's words quoted where words are needed."""
    system = body["messages"][0]["content"]
    words = " ".join(between(body, "answer")[0].split()[:6])
    form: dict[str, Any] = {
        "minefields": {id: {"quote": "", "verdict": "clear"} for id in re.findall(r'<minefield id="([^"]+)">', system)},
        "motivations": {
            id: {"quote": words, "verdict": "shown"} for id in re.findall(r'<motivation id="([^"]+)">', system)
        },
        "steps": [{"about": point_ids(body)[0], "quote": words, "text": "Say this sooner and give one example."}],
        "stronger": [{"source": "you", "about": point_ids(body)[0], "text": words}],
    }
    return json.dumps(form | changes)


class ModelServer:
    """Serves in a thread until it is closed. `requests` holds the body of each request, `times` when it came."""

    def __init__(self, usual: Reply | None = None) -> None:
        self.usual: Reply = usual or says(honest)
        self.replies: list[Reply] = []
        self.requests: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        app = Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL is to be."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        self.times.append(time.monotonic())
        reply = self.replies.pop(0) if self.replies else self.usual
        return reply(body)

    def arrived(self, least: int, kind: str = "") -> list[Body]:
        """The requests (of that kind) so far, once there are so many: a caller may have given up before its request
        got here."""
        until = time.monotonic() + 5
        while True:
            bodies = [body for body in self.requests if not kind or kind_of(body) == kind]
            if len(bodies) >= least or time.monotonic() > until:
                return bodies
            time.sleep(0.01)

    def reset(self) -> None:
        """Be well again, and forget what was asked."""
        self.usual = says(honest)
        for kept in (self.replies, self.requests, self.headers, self.times):
            kept.clear()

    def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(5)
        self._socket.close()
