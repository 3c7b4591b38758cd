"""The one place where the parts are put together. Nothing is built before it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.claim import Exchange
from bot.interview import Interview, Mode, Plan
from bot.ports import Interviewer, Judge
from bot.preview import Preview, preview
from bot.records.memory import MemoryRecords
from bot.session import Session
from bot.settings import Settings, load_settings
from bot.spending import cap_words, estimate_words, today_words, turn_words, where_it_goes
from bot.turn import Player
from bot.usage import Usage
from knowledge.card import Card
from knowledge.errors import BadSetting, ModelTrouble

if TYPE_CHECKING:
    from bot.judges.embedded import EmbeddedJudge
    from bot.llm.abilities import Remembered
    from bot.llm.chat import Chat
    from bot.llm.estimate import Counting
    from bot.llm.port import LanguageModel
    from bot.records.sql import SqlRecords
    from bot.voices.scripted import ScriptedVoice
    from knowledge.collection import Collection
    from knowledge.drafts import Drafts
    from knowledge.encoder import MiniLM
    from prompts.prompt import Name as PromptName
    from prompts.prompt import Prompt

NO_MODEL = (
    "No language model is set up. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, or "
    "GREENROOM_MODEL for another provider, in the environment or in .env."
)


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
    def model(self) -> Interviewer | None:
        """A language model as the interviewer; None where none is set up. Raises BadSetting."""
        if not self.settings.has_model:
            return None
        settings = self.settings
        return self._played_by(
            self.language_model(settings.judge_model, settings.judge_temperature),
            self.language_model(settings.voice_model, settings.voice_temperature),
            self.judge if settings.fallback_model else None,
        )

    def _played_by(self, judging: LanguageModel, speaking: LanguageModel, spare: Judge | None = None) -> Interviewer:
        from bot.judges.language_model import LanguageModelJudge
        from bot.voices.language_model import LanguageModelVoice

        return Interviewer(
            LanguageModelJudge(judging, self.prompt("judge"), self.prompt("review"), spare),
            LanguageModelVoice(speaking, self.prompt("voice"), self.voice),
        )

    def language_model(self, name: str = "", temperature: float = 0.0) -> LanguageModel:
        """The model of that name (else the one that is set), with the fallback that is set. Raises BadSetting."""
        from bot.llm.port import WithFallback

        first = self.chat(name or self.settings.usual_model, temperature)
        fallback = self.settings.fallback_model
        return WithFallback(first, self.chat(fallback, temperature)) if fallback not in ("", "embedded") else first

    def chat(self, name: str, temperature: float = 0.0) -> Chat:
        """The client of one model, not connected yet. Raises BadSetting."""
        from bot.llm.setup import chat_of

        return chat_of(self.settings, name, temperature, self._abilities, self.records.note_calls)

    @cached_property
    def _abilities(self) -> Remembered:
        from bot.llm.abilities import Remembered

        return Remembered(self.settings.home / "model-abilities.json")

    def check_models(self) -> list[str]:
        """Ask each model that is set up whether it answers, for a few hundred tokens: a line each, with its cost."""
        from bot.llm.check import check

        found = [check(self.chat(name)) for name in self.model_names]
        return [str(result) if result.trouble else f"{result}; a turn is {self.turn_words()}" for result in found]

    def warm_up_models(self) -> None:
        """Load the libraries that a language model needs, so that the first turn does not wait for them."""
        if self.interviewer == "model" and self.model_names:
            self.chat(self.model_names[0]).warm_up()

    @property
    def model_names(self) -> tuple[str, ...]:
        """The models that are set up, the judge's first; none where no language model is."""
        return self.settings.models

    def counting(self) -> tuple[Interviewer, Counting]:
        """A language model as the interviewer that sends nothing, and what it would have used. Raises BadSetting."""
        from bot.llm.estimate import Counting
        from bot.llm.providers import spec_of
        from bot.llm.setup import price_of

        counting = Counting(price_of(self.settings, spec_of(self.model_names[0])))
        return self._played_by(counting, counting), counting

    def typical_turn(self) -> Usage:
        """What a turn of a language model uses where the provider keeps nothing: an estimate, nothing is sent."""
        interviewer, counting = self.counting()
        card = next(card for card in self.bank.shipped if card.answers)
        session = Session(MemoryRecords(), interviewer.judge, interviewer.voice)
        interview = session.speak(session.start(self.plan([card], interviewer="embedded")))
        session.speak(session.hear(interview, card.answers[0].text))
        return counting.usage

    def draft(self, request: str, role: str = "", function: str = "") -> Card:
        """A card drafted by the language model, not kept yet. Raises BadSetting without one, ModelTrouble."""
        if not self.settings.has_model:
            raise BadSetting(NO_MODEL)
        from bot.llm.draft import draft

        found = draft(self.language_model(temperature=0.4), self.prompt("draft"), request, role, function)
        if found.value is None:
            raise found.trouble or ModelTrouble("unreadable", "The draft could not be read.")
        return found.value

    def prompts(self) -> list[tuple[Prompt, PromptName, str]]:
        """Every prompt with its name and where it is from: "shipped", or the path of the user's own."""
        from prompts.prompt import NAMES

        folder = self.settings.own_prompts
        return [
            (self.prompt(name), name, str(path) if (path := folder / f"{name}.yaml").is_file() else "shipped")
            for name in NAMES
        ]

    def prompt(self, name: PromptName) -> Prompt:
        """The prompt of that name, the user's own where there is one. Raises BadSetting, naming the file."""
        from prompts.prompt import UnusablePrompt, load_prompt

        try:
            return load_prompt(name, self.settings.own_prompts)
        except UnusablePrompt as error:
            raise BadSetting(f"A prompt cannot be used. {error} Mend the file, or take it away.") from None

    @property
    def interviewer(self) -> Player:
        """Who plays the interviewer unless somebody chooses."""
        wanted = self.settings.interviewer
        return wanted if wanted != "auto" else "model" if self.settings.has_model else "embedded"

    def where_it_goes(self, interview: Interview) -> str:
        """Where the candidate's words go, in a sentence."""
        return where_it_goes(interview, self.model_names)

    def cap_note(self, interview: Interview) -> str:
        """A word on a cap that is near or reached; empty while none is."""
        plays = interview.interviewer == "model" and self.model is not None
        return cap_words(self.share_used(interview)) if plays else ""

    def told_when_waiting(self, tell: Callable[[str], None]) -> AbstractContextManager[None]:
        """Within it, `tell` is told when a request to a model has to be repeated."""
        from bot.llm.waiting import waiting_told

        return waiting_told(tell)

    def estimate(self, answers: Iterable[tuple[Card, Sequence[Exchange]]]) -> str:
        """What it would use to have the language model judge `answers`, in a sentence; nothing is sent."""
        from bot.labelling import judge_answer

        interviewer, counting = self.counting()
        for card, exchanges in answers:
            judge_answer(interviewer.judge, card, exchanges)
        return estimate_words(counting.usage)

    def turn_words(self) -> str:
        """What a turn costs, in a few words."""
        return turn_words(self.typical_turn())

    def today_words(self) -> str:
        """What was used today, and of how much."""
        return today_words(self.records.used_today(), self.settings.caps)

    def share_used(self, interview: Interview) -> float:
        """How near the model's use is to a cap, for this interview or today: 1 or more is reached."""
        return self.settings.caps.used(interview.usage, self.records.used_today())

    @cached_property
    def records(self) -> SqlRecords:
        """The record of interviews."""
        from bot.records.sql import SqlRecords

        return SqlRecords(self.settings.database)

    @cached_property
    def session(self) -> Session:
        """Interviews that are recorded."""
        return Session(
            self.records, self.judge, self.voice, self.model, lambda interview: self.share_used(interview) < 1
        )

    @cached_property
    def bank(self) -> Collection:
        """All cards, shipped and the user's own."""
        from knowledge.collection import Collection

        return Collection(self.settings.own_cards, self.settings.home / "library", lambda: self.encoder)

    @cached_property
    def drafts(self) -> Drafts:
        """Cards that are being written."""
        from knowledge.drafts import Drafts

        return Drafts(self.settings.home / "drafts")

    def plan(
        self, cards: Sequence[Card], *, mode: Mode | None = None, clock: int = 0, interviewer: Player | None = None
    ) -> Plan:
        """The plan of an interview about `cards` with the settings in force.

        Raises BadSetting where a language model is asked for and none is set up.
        """
        chosen = interviewer or self.interviewer
        if chosen == "model" and not self.settings.has_model:
            raise BadSetting(NO_MODEL)
        return Plan(
            cards=tuple(cards),
            mode=mode or self.settings.mode,
            follow_ups=self.settings.follow_ups,
            enough=self.settings.enough,
            clock=clock,
            interviewer=chosen,
        )

    def preview(self, card: Card) -> Preview:
        """How deep `card` goes, played in memory by the same judge, policy and voice as a person's interview."""
        session = Session(MemoryRecords(), self.judge, self.voice)
        return preview(card, session, self.voice, self.settings.follow_ups)

    def resume(self, interview_id: str) -> Interview:
        """The interview of that id as last stored. Raises NotFound."""
        return self.records.load(interview_id)


def greenroom() -> Greenroom:
    """The program with the settings in force. Raises BadSetting."""
    return Greenroom(load_settings())
