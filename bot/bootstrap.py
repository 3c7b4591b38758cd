"""The one place where the parts are put together. Nothing is built before it is asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.interview import Interview, Mode, Plan
from bot.preview import Preview, preview
from bot.records.memory import MemoryRecords
from bot.session import Session
from bot.settings import Settings, load_settings
from knowledge.card import Card
from knowledge.errors import NotFound

if TYPE_CHECKING:
    from bot.judges.embedded import EmbeddedJudge
    from bot.records.sql import SqlRecords
    from bot.voices.scripted import ScriptedVoice
    from knowledge.encoder import MiniLM
    from knowledge.formats import Import
    from knowledge.library import Library

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Greenroom:
    """The program, wired up. Every part is made on first use and kept."""

    settings: Settings

    @cached_property
    def encoder(self) -> MiniLM:
        """The sentence encoder. Raises DamagedModel."""
        from knowledge.encoder import MiniLM

        return MiniLM()

    @cached_property
    def judge(self) -> EmbeddedJudge:
        """The judge."""
        from bot.judges.embedded import EmbeddedJudge

        return EmbeddedJudge(self.encoder)

    @cached_property
    def voice(self) -> ScriptedVoice:
        """The interviewer's voice."""
        from bot.voices.scripted import ScriptedVoice
        from prompts.phrases import load_phrases

        return ScriptedVoice(load_phrases())

    @cached_property
    def records(self) -> SqlRecords:
        """The record of interviews."""
        from bot.records.sql import SqlRecords

        return SqlRecords(self.settings.database)

    @cached_property
    def session(self) -> Session:
        """Interviews that are recorded."""
        return Session(self.records, self.judge, self.voice)

    @cached_property
    def shipped(self) -> tuple[Card, ...]:
        """The shipped bank."""
        from knowledge.bank import shipped

        return shipped()

    def own(self) -> Import:
        """The user's own cards as they are on disk now, and what of them could not be read."""
        from knowledge.bank import own

        return own(self.settings.own_cards)

    def cards(self) -> tuple[Card, ...]:
        """All cards: the shipped ones and the user's own."""
        from knowledge.bank import together

        return together(self.shipped, self.own().cards)

    def card(self, card_id: str) -> Card:
        """The card of that id. Raises NotFound, naming the nearest ids."""
        import difflib

        cards = {card.id: card for card in self.cards()}
        if card_id in cards:
            return cards[card_id]
        near = difflib.get_close_matches(card_id, cards, n=3, cutoff=0.4)
        hint = f" Near to it: {', '.join(near)}." if near else " `greenroom search` finds cards."
        raise NotFound(f"There is no card {card_id!r}.{hint}")

    def keep(self, cards: Sequence[Card]) -> None:
        """Add `cards` to the user's own."""
        from knowledge.bank import keep

        keep(cards, self.settings.own_cards)

    def library(self, progress: Progress | None = None) -> Library:
        """The library over all cards as they are now."""
        from knowledge.library import Library

        return Library.open(self.settings.home / "library", self.cards(), self.encoder, progress)

    def choose(
        self, ids: Sequence[str] = (), role: str = "", function: str = "", about: str = "", questions: int = 0
    ) -> list[Card]:
        """The cards of an interview: those named, else those that fit, nearest first. Raises NotFound where none do.

        `questions` is how many; 0 is all of those named, else as many as the settings say. Nothing asked for means a
        fresh draw from everything.
        """
        if ids:
            named = [self.card(card_id.strip()) for card_id in ids]
            return named[: questions or len(named)]
        fits = [card for card in self.cards() if _fits(card.role, role) and _fits(card.function, function)]
        if about.strip():
            order = {hit.card_id: -hit.score for hit in self.library().search(about, n=1000)}
            fits = sorted((card for card in fits if card.id in order), key=lambda card: order[card.id])
        else:
            fits = self.draw(fits, len(fits), self.fresh_draw())
        if not fits:
            known = ", ".join(sorted({card.role for card in self.cards() if card.role}))
            raise NotFound(f"No card fits. Roles that there are: {known}.")
        return fits[: questions or self.settings.questions]

    def draw(self, cards: Sequence[Card], questions: int, seed: int) -> list[Card]:
        """`questions` of `cards` in an order that depends on nothing but `seed`."""
        return random.Random(seed).sample(list(cards), min(questions, len(cards)))  # noqa: S311

    def fresh_draw(self) -> int:
        """A seed that nobody has used."""
        return random.SystemRandom().getrandbits(32)

    def plan(self, cards: Sequence[Card], *, mode: Mode | None = None, clock: int = 0) -> Plan:
        """The plan of an interview about `cards` with the settings in force."""
        return Plan(
            cards=tuple(cards),
            mode=mode or self.settings.mode,
            follow_ups=self.settings.follow_ups,
            enough=self.settings.enough,
            clock=clock,
        )

    def preview(self, card: Card) -> Preview:
        """How deep `card` goes, played in memory by the same judge, policy and voice as a person's interview."""
        session = Session(MemoryRecords(), self.judge, self.voice)
        return preview(card, session, self.voice, self.settings.follow_ups)

    def resume(self, interview_id: str) -> Interview:
        """The interview of that id as last stored. Raises NotFound."""
        return self.records.load(interview_id)


def _fits(value: str, wanted: str) -> bool:
    return wanted.strip().casefold() in value.casefold()


def greenroom() -> Greenroom:
    """The program with the settings in force. Raises BadSetting."""
    return Greenroom(load_settings())
