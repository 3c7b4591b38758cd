"""The record is append-only, one place is taken once, and what is deleted is gone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.interview import Plan
from bot.records.sql import SqlRecords
from bot.session import Session
from bot.turn import Heard
from bot.usage import Usage
from bot.voices.scripted import ScriptedVoice
from knowledge.errors import NotFound, StaleInterview
from tests.builders import PHRASES, ScriptedJudge, a_card, held


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
def records(url):
    made = SqlRecords(url)
    yield made
    made.close()


def session(records) -> Session:
    return Session(records, ScriptedJudge(), ScriptedVoice(PHRASES))


def test_a_whole_interview_comes_back_as_it_was(records, url):
    said = ["k1 k2~ k3! “quoted” 👩‍👩‍👧", "/hint", "I don't know", "k2 {{ x }} <b>", "/end"]
    interview = held(said, session=session(records), mode="practice")
    other = SqlRecords(url)
    assert other.load(interview.id) == interview
    other.close()


def test_of_two_writers_of_one_place_one_wins_and_the_other_is_told(records, url):
    interview = records.create(Plan(cards=(a_card(),)))
    others = [SqlRecords(url) for _ in range(2)]
    for race in range(50):
        told: list[str] = []
        start = threading.Barrier(2)

        def write(writer: SqlRecords, text: str, told=told, start=start, interview=interview) -> None:
            start.wait()
            try:
                writer.append(interview, Heard(text=text, act="answer"))
                told.append("stored")
            except StaleInterview:
                told.append("stale")

        threads = [threading.Thread(target=write, args=(w, f"{race} {n}")) for n, w in enumerate(others)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["stale", "stored"]
        interview = records.load(interview.id)
        assert len(interview.turns) == race + 1
    for other in others:
        other.close()


def test_a_stale_append_changes_nothing(records):
    old = records.create(Plan(cards=(a_card(),)))
    new = records.append(old, Heard(text="first", act="answer"))
    with pytest.raises(StaleInterview):
        records.append(old, Heard(text="second", act="answer"))
    assert records.load(old.id) == new


def test_what_does_not_exist_is_not_found(records):
    ghost = records.create(Plan(cards=(a_card(),))).model_copy(update={"id": "ghost"})
    for act in (
        lambda: records.load("ghost"),
        lambda: records.append(ghost, Heard(text="x", act="answer")),
        lambda: records.remove("ghost"),
    ):
        with pytest.raises(NotFound):
            act()


def test_nothing_of_a_deleted_interview_is_left_in_any_file(records, tmp_path):
    canary = "canary-in-the-coal-mine"
    interview = held([f"k1 {canary} " * 40, f"k2 {canary}"], session=session(records))
    kept = held(["k1 stays"], session=session(records))
    assert any(canary.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    records.remove(interview.id)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and canary.encode() in path.read_bytes()]
    assert records.load(kept.id) == kept


def test_the_newest_interview_stands_first_in_the_list(records):
    first = held(["/end"], session=session(records))
    second = held(["k1"], session=session(records))
    rows = records.recent()
    assert [(row.id, row.closed, row.answers) for row in rows] == [(second.id, False, 1), (first.id, True, 0)]
    assert records.count() == 2


def test_ids_cannot_be_guessed(records):
    ids = {records.create(Plan(cards=(a_card(),))).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(id) == 32 for id in ids)


def test_calls_of_today_are_added_up_and_those_of_yesterday_are_not(tmp_path):
    now = [datetime(2026, 5, 4, 12, tzinfo=UTC)]
    records = SqlRecords(f"sqlite:///{tmp_path / 'calls.db'}", clock=lambda: now[0])
    assert records.used_today() == Usage()
    one = Usage(calls=2, input_tokens=100, cached_tokens=40, output_tokens=10, seconds=1.5, cost=0.25, model="m")
    records.note_calls(one)
    now[0] += timedelta(days=1)
    records.note_calls(one)
    records.note_calls(one)
    used = records.used_today()
    assert (used.calls, used.tokens, used.cached_tokens, used.seconds, used.cost) == (4, 220, 80, 3.0, 0.5)
    records.note_calls(one.model_copy(update={"cost": None}))
    assert records.used_today().cost is None
    records.close()
