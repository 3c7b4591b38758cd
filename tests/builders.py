"""Small cards, scripted judges and interviews for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from bot.claim import Assessment, Claim, Exchange, Finding, Review, Verdict
from bot.interview import Interview, Plan
from bot.records.memory import MemoryRecords
from bot.session import Session
from bot.voices.scripted import ScriptedVoice
from knowledge.card import Card
from prompts.phrases import load_phrases

PHRASES = load_phrases()


def a_card(points: int = 4, **fields: Any) -> Card:
    """A card of `points` key points k1, k2, …, two motivations and two minefields."""
    whole: dict[str, Any] = {
        "id": "tea",
        "question": "How do you make tea for a large party?",
        "theme": "Tea",
        "role": "Host",
        "function": "Hospitality",
        "kind": "technical",
        "key_points": [
            {
                "id": f"k{n}",
                "label": f"Label {n}",
                "text": f"Subject{n} has to be done in the manner{n} before all in the place{n} get what they want",
                "probe": f"What happens at stage {n}?",
            }
            for n in range(1, points + 1)
        ],
        "motivations": [{"id": f"m{n}", "label": f"Motive {n}", "text": f"Wants motive {n}."} for n in (1, 2)],
        "minefields": [{"id": f"f{n}", "label": f"Mine {n}", "text": f"Steps on mine {n}."} for n in (1, 2)],
    }
    return Card.model_validate(whole | fields)


class ScriptedJudge:
    """Claims what the answer spells out: `k1` covered, `k2?` unsure, `k3~` partial, `k4!` wrong, `k5-` taken back."""

    name = "scripted judge"
    SIGNS: Mapping[str, str] = {"": "covered", "?": "unsure", "~": "partial", "!": "contradicted", "-": "retracted"}

    def __init__(self, nearness: Mapping[str, float] | None = None) -> None:
        self.nearness = dict(nearness or {})
        self.asked = 0

    def prepare(self, card: Card) -> None:
        """Nothing needs preparing."""

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        self.asked += 1
        ids = {point.id for point in card.key_points}
        claims = []
        for word in exchanges[-1].answer.split():
            id, sign = (word[:-1], word[-1]) if word[-1] in "?~!-" else (word, "")
            if id in ids:
                claims.append(Claim.model_validate({"point": id, "verdict": self.SIGNS[sign], "quote": word}))
        return Assessment(claims=tuple(claims), nearness=self.nearness)

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        return Review(
            minefields={part.id: Finding(verdict="clear") for part in card.minefields},
            motivations={part.id: Finding(verdict="partly", quote=exchanges[0].answer) for part in card.motivations},
        )


class WildJudge(ScriptedJudge):
    """Says anything at all, the same of the same answers: points that are not there, invented quotes, failures."""

    name = "wild judge"
    VERDICTS: Sequence[Verdict] = ("covered", "covered", "partial", "contradicted", "retracted", "unsure")

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        self.asked += 1
        dice = Random(f"{self.seed}/{card.id}/{len(exchanges)}/{exchanges[-1].answer}")
        ids = [*(point.id for point in card.key_points), "k99"]
        claims = [
            Claim(point=dice.choice(ids), verdict=dice.choice(self.VERDICTS), quote=self._quote(dice, exchanges))
            for _ in range(dice.randrange(5))
        ]
        failed = [id for id in ids if dice.random() < 0.1]
        near = {id: round(dice.random(), 2) for id in ids if dice.random() < 0.5}
        return Assessment(claims=tuple(claims), failed=tuple(failed), nearness=near, recited=dice.random() < 0.1)

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        dice = Random(f"{self.seed}/{card.id}/review/{len(exchanges)}")

        def finding(*verdicts: Any) -> Finding:
            return Finding(verdict=dice.choice(verdicts), quote=self._quote(dice, exchanges))

        return Review(
            minefields={p.id: finding("hit", "clear", "unsure") for p in card.minefields if dice.random() < 0.9},
            motivations={
                p.id: finding("shown", "partly", "not_shown") for p in card.motivations if dice.random() < 0.9
            },
        )

    @staticmethod
    def _quote(dice: Random, exchanges: Sequence[Exchange]) -> str:
        """Words of the latest answer, of another, of two answers run together, of nobody, or none."""
        latest = exchanges[-1].answer.split()
        start = dice.randrange(len(latest) + 1)
        piece = " ".join(latest[start : start + dice.randrange(15)])
        together = " ".join(exchange.answer for exchange in exchanges)
        return dice.choice(
            [piece, piece, piece, dice.choice(exchanges).answer, together, "words that nobody typed", ""]
        )


class Quoter(ScriptedJudge):
    """Finds everything, everywhere, and quotes the whole answer for it."""

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        answer = exchanges[-1].answer
        return Assessment(
            claims=tuple(Claim(point=point.id, verdict="partial", quote=answer) for point in card.key_points)
        )

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        answer = exchanges[-1].answer
        return Review(
            minefields={part.id: Finding(verdict="hit", quote=answer) for part in card.minefields},
            motivations={part.id: Finding(verdict="shown", quote=answer) for part in card.motivations},
        )


class BrokenJudge(ScriptedJudge):
    """Can judge nothing, and says so."""

    def assess(self, card: Card, exchanges: Sequence[Exchange]) -> Assessment:
        return Assessment(failed=tuple(point.id for point in card.key_points), problem="no luck")

    def review(self, card: Card, exchanges: Sequence[Exchange]) -> Review:
        return Review(problem="no luck")


def a_session(judge: Any = None) -> Session:
    """A session in memory with a scripted judge and the scripted voice."""
    return Session(MemoryRecords(), judge or ScriptedJudge(), ScriptedVoice(PHRASES))


def held(
    messages: Iterable[str], *, cards: Sequence[Card] | None = None, session: Session | None = None, **plan: Any
) -> Interview:
    """An interview in which the candidate sent `messages`, as far as it took them."""
    session = session or a_session()
    interview = session.speak(session.start(Plan(cards=tuple(cards or [a_card()]), **plan)))
    for message in messages:
        if interview.closed:
            break
        interview = session.speak(session.hear(interview, message))
    return interview


def moves(interview: Interview) -> list[str]:
    """What the interviewer did: "ask", "probe k2", "close enough" and so on."""
    found = []
    for turn in interview.turns:
        if turn.kind == "said":
            move = turn.move
            detail = getattr(move, "point", None) or getattr(move, "reason", None) or getattr(move, "manner", None)
            found.append(f"{move.kind} {detail}" if detail else move.kind)
    return found


def upto(interview: Interview, turns: int) -> Interview:
    """The interview as it stood after its first `turns` turns."""
    return interview.model_copy(update={"turns": interview.turns[:turns]})


def prefixes(interview: Interview) -> Iterator[Interview]:
    """The interview as it stood after each of its turns, from none to all."""
    return (upto(interview, turns) for turns in range(len(interview.turns) + 1))


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


WORDS = [f"k{n}{sign}" for n in range(1, 7) for sign in ("", "?", "~", "!", "-")]
messages = st.lists(
    st.one_of(
        st.sampled_from(
            ["I don't know", "/skip", "/repeat", "/hint", "/done", "/end", "hello", "what do you mean?", ":"]
        ),
        *[st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)] * 2,
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: " ".join([*words, *["word"] * 30])),
        st.text(min_size=1, max_size=80),
    ),
    min_size=1,
    max_size=16,
)
plans = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["real", "practice"]),
        "follow_ups": st.sampled_from([3, 5, 2, 1, 0]),
        "enough": st.sampled_from([0.85, 1.0, 0.5, 0.3]),
    }
)
judges = st.one_of(st.builds(ScriptedJudge), st.integers(0, 10_000).map(WildJudge))
"""Judges of all sorts; none of them raises."""


@st.composite
def interviews(draw: st.DrawFn, cards: Sequence[Card] | None = None) -> Interview:
    """Interviews with two questions (or about `cards`) that followed the rules so far, finished or not."""
    two = [a_card(), a_card(id="coffee", question="How do you make coffee?")]
    return held(draw(messages), cards=cards or two, session=a_session(draw(judges)), **draw(plans))


_SUBJECTS = [
    f"{first}{last}" for first in ("bel", "dor", "fim", "gan", "hux", "jol") for last in ("a", "e", "i", "o", "u")
]
_sentences = st.lists(st.sampled_from(_SUBJECTS), min_size=1, max_size=16).map(" ".join)


@st.composite
def leaky_cards(draw: st.DrawFn) -> Card:
    """Cards whose authors were careless: probes and labels that give points away, or are the same, or are templates."""
    texts = draw(st.lists(_sentences, min_size=1, max_size=5, unique=True))
    probe = st.sampled_from(
        ["", "What else?", "What happens then?", "{{ 7 * 7 }} {% if x %}?", *(f"Is it that {text}?" for text in texts)]
    )
    label = st.sampled_from(["Heading", "{{ topic }}", *(text[:160] for text in texts)])
    points = [
        {
            "id": f"k{n}",
            "label": draw(label),
            "text": text,
            "probe": draw(probe),
            "weight": draw(st.sampled_from([0.1, 1.0, 2.0, 10.0])),
        }
        for n, text in enumerate(texts, start=1)
    ]
    return a_card(key_points=points)
