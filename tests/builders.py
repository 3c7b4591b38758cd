"""Small cards, scripted judges and interviews for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from bot.claim import Assessment, Claim, Exchange, Finding, Review
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


WORDS = [f"k{n}{sign}" for n in range(1, 7) for sign in ("", "?", "~", "!", "-")]
messages = st.lists(
    st.one_of(
        st.sampled_from(
            ["I don't know", "/skip", "/repeat", "/hint", "/done", "/end", "hello", "what do you mean?", ":"]
        ),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        st.text(min_size=1, max_size=80),
    ),
    max_size=14,
)
plans = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["real", "practice"]),
        "follow_ups": st.integers(0, 5),
        "enough": st.sampled_from([0.3, 0.5, 0.85, 1.0]),
    }
)
