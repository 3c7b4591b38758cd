"""The phrases load, say what they declare, and never read a value as a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import pytest
from jinja2 import TemplateError, UndefinedError
from jinja2.exceptions import SecurityError
from pydantic import ValidationError

from bot.move import Advance, Ask, Challenge, Clarify, Close, Encourage, Move, Probe
from bot.voices.scripted import ScriptedVoice
from prompts.phrases import Phrases, Ways, load_phrases
from prompts.template import compiled, variables_of
from tests.builders import PHRASES, ScriptedJudge, a_card, a_session, held

TEMPLATE = "{{ 7 * 7 }}{% for x in [1] %}49{% endfor %}"


def test_they_load_the_same_each_time_with_the_version_of_their_file():
    again = load_phrases()
    assert again == PHRASES
    assert len(again.version) == 12
    assert int(again.version, 16) >= 0


@pytest.mark.parametrize("thing", PHRASES.ways)
def test_every_way_uses_just_the_values_that_are_declared(thing):
    ways = PHRASES.ways[thing]
    assert all(variables_of(way) == set(ways.variables) for way in ways.ways)


@pytest.mark.parametrize("thing", PHRASES.ways)
def test_every_way_is_words_and_a_value_in_it_is_never_a_template(thing):
    values = dict.fromkeys(PHRASES.ways[thing].variables, TEMPLATE)
    for number in range(PHRASES.count(thing)):
        rendered = PHRASES.render(thing, number, **values)
        assert rendered
        assert rendered == rendered.strip()
        assert "49" not in rendered.replace(TEMPLATE, "")
        assert (TEMPLATE in rendered) == bool(values)


@pytest.mark.parametrize("thing", [thing for thing, ways in PHRASES.ways.items() if ways.variables])
def test_a_missing_value_is_an_error(thing):
    for number in range(PHRASES.count(thing)):
        with pytest.raises(UndefinedError):
            PHRASES.render(thing, number)


def test_ways_are_counted_round():
    assert PHRASES.render("steer", PHRASES.count("steer"), prompt="x") == PHRASES.render("steer", 0, prompt="x")


@pytest.mark.parametrize("role", ["", "Host"])
def test_a_card_without_a_role_is_opened_without_one(role):
    ways = [PHRASES.render("open_first", number, role=role) for number in range(PHRASES.count("open_first"))]
    assert all(("Host" in way) == bool(role) for way in ways)
    assert not [way for way in ways if "  " in way or " ." in way]


@pytest.mark.parametrize(
    "ways",
    [
        {"variables": ["a"], "ways": ["{{ b }}"]},
        {"variables": [], "ways": ["{{ a }}"]},
        {"variables": ["a", "b"], "ways": ["{{ a }}"]},
        {"variables": ["a"], "ways": ["{{ a }}", "no value"]},
        {"variables": [], "ways": []},
        {"variables": [], "ways": ["x", "x"]},
        {"variables": [], "ways": ["x"], "more": 1},
        {"variables": [], "ways": "x"},
        {"ways": ["x"]},
    ],
)
def test_a_phrase_that_does_not_fit_its_declaration_is_refused(ways):
    with pytest.raises(ValidationError):
        Ways.model_validate(ways)


def test_a_phrase_that_is_no_template_is_refused():
    with pytest.raises((TemplateError, ValidationError)):
        Ways.model_validate({"variables": [], "ways": ["{% if %}"]})


@pytest.mark.parametrize("source", ["{{ x.__class__.__mro__ }}", "{{ x.append(1) }}", "{{ ''.__class__ }}"])
def test_a_template_reaches_nothing_behind_its_values(source):
    with pytest.raises(SecurityError):
        compiled(source).render(x=[])


class Noting(Mapping[str, Ways]):
    """The ways, and a note of each thing that was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, thing: str) -> Ways:
        self.asked.add(thing)
        return PHRASES.ways[thing]

    def __iter__(self):
        return iter(PHRASES.ways)

    def __len__(self) -> int:
        return len(PHRASES.ways)


def every_move() -> list[Move]:
    manners = get_args(Clarify.model_fields["manner"].annotation)
    return [
        Ask(question=0),
        Ask(question=1),
        *(Probe(point=point, rung=rung) for point in ("k1", "k2", "k3") for rung in ("open", "neutral", "pointed")),
        Challenge(point="k1", quote="k1"),
        Challenge(point="k1", quote=""),
        *(Clarify(manner=manner, point=point) for manner in manners for point in ("k1", None)),
        Encourage(),
        *(Advance(reason=reason) for reason in get_args(Advance.model_fields["reason"].annotation)),
        *(Close(reason=reason) for reason in get_args(Close.model_fields["reason"].annotation)),
    ]


def test_there_are_words_for_all_that_the_voice_may_say_and_for_nothing_else():
    noting = Noting()
    voice = ScriptedVoice(replace(PHRASES, ways=noting))
    points = tuple(p.model_copy(update={"probe": ""}) if p.id == "k3" else p for p in a_card().key_points)
    cards = [a_card(key_points=points), a_card(id="b")]
    stages = [[], ["k1 " + "word " * 30], ["k2~ " + "word " * 30], ["I don't know"], ["hello"]]
    for said in stages:
        interview = held(said, cards=cards)
        for waiting in (interview, interview.model_copy(update={"turns": interview.turns[:-1]})):
            for move in every_move():
                assert voice.utterance(move, waiting)
    assert noting.asked == set(PHRASES.ways)


def test_a_voice_is_named_by_the_version_of_its_phrases():
    other = Phrases(version="0123456789ab", ways=PHRASES.ways)
    assert ScriptedVoice(other).name == "scripted 0123456789ab"
    assert {turn.by for turn in held(["k1"], session=a_session(ScriptedJudge())).turns if turn.kind == "said"} == {
        f"scripted {PHRASES.version}"
    }
