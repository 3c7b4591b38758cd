"""Settings: from the environment or a `.env` file, with defaults that need neither."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.interview import Mode
from bot.llm.providers import OPENAI, spec_of
from bot.usage import Caps
from knowledge.errors import BadSetting

DEFAULT_MODEL = "openai:gpt-5.4-mini"
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """What can be set. Each is `GREENROOM_<NAME>` in the environment or in `.env`, but for OpenAI's own two."""

    model_config = SettingsConfigDict(
        env_prefix="GREENROOM_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    home: Path = Field(default_factory=lambda: user_data_path("greenroom", appauthor=False))
    """Where all data lives: the record of interviews, your own cards, the library's cache."""
    database_url: str = ""
    """An SQLAlchemy URL; empty is an SQLite file in the home folder."""
    mode: Mode = "real"
    """"real" gives no hints; "practice" does."""
    follow_ups: Annotated[int, Field(ge=0, le=20)] = 3
    """Most follow-ups to one question."""
    questions: Annotated[int, Field(ge=1, le=20)] = 3
    """Questions in an interview unless you say otherwise."""
    enough: Annotated[float, Field(gt=0, le=1)] = 0.85
    """Share of a card's weight that, once covered, ends the question."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8501
    """Where the browser finds the interview."""

    openai_api_key: Annotated[SecretStr | None, Field(validation_alias="OPENAI_API_KEY", repr=False)] = None
    """With a key, a language model plays the interviewer. It is never shown, logged or stored."""
    openai_base_url: Annotated[str, Field(validation_alias="OPENAI_BASE_URL", pattern=r"^(https?://\S+)?$")] = ""
    """An OpenAI-compatible server in the place of OpenAI's; one on your own machine needs no key."""
    interviewer: Literal["auto", "model", "embedded"] = "auto"
    """Who plays the interviewer unless somebody chooses: "auto" is a language model where one is set up, and "model"
    insists on one."""
    model: str = ""
    """The language model, as "provider:model"; empty is the default of OpenAI."""
    judge_model: str = ""
    """The model that judges, if it is another."""
    voice_model: str = ""
    """The model that words the follow-ups, if it is another."""
    fallback_model: str = ""
    """The model that is asked where the first gives trouble; where that does too, the embedded interviewer judges."""
    judge_temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    voice_temperature: Annotated[float, Field(ge=0, le=2)] = 0.6
    patience: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds to wait for the next piece of a model's reply."""
    interview_calls: Annotated[int, Field(ge=0)] = 150
    interview_tokens: Annotated[int, Field(ge=0)] = 400_000
    day_calls: Annotated[int, Field(ge=0)] = 1_500
    day_tokens: Annotated[int, Field(ge=0)] = 3_000_000
    """The most that a language model may use, in an interview and in a day; 0 is no cap. The embedded interviewer goes
    on where one is reached."""
    price_input: Dollars | None = None
    price_cached: Dollars | None = None
    price_output: Dollars | None = None
    """US dollars for a million tokens, where the price list does not know the model."""

    @field_validator("openai_api_key", mode="before")
    @classmethod
    def _no_empty_key(cls, key: object) -> object:
        return None if isinstance(key, str) and not key.strip() else key

    @property
    def reaches_openai(self) -> bool:
        """Whether a model behind OpenAI's interface may be called: there is a key, or a server of one's own."""
        return self.openai_api_key is not None or bool(self.openai_base_url)

    @property
    def has_model(self) -> bool:
        """Whether a language model is set up: by a key, a server of one's own, or another provider's model."""
        named = (self.model, self.judge_model, self.voice_model)
        return self.reaches_openai or any(spec_of(name).provider != OPENAI for name in named if name)

    @property
    def usual_model(self) -> str:
        """The model that judges and speaks where no other is set for that."""
        named_elsewhere = self.judge_model or self.voice_model
        return self.model or (DEFAULT_MODEL if self.reaches_openai or not named_elsewhere else named_elsewhere)

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is set up, the judge's first; none where no language model is."""
        names = [self.judge_model or self.usual_model, self.voice_model or self.usual_model]
        names += [self.fallback_model] if self.fallback_model not in ("", "embedded") else []
        return tuple(dict.fromkeys(names)) if self.has_model else ()

    @property
    def caps(self) -> Caps:
        """The caps on what a language model may use."""
        return Caps(
            interview_calls=self.interview_calls,
            interview_tokens=self.interview_tokens,
            day_calls=self.day_calls,
            day_tokens=self.day_tokens,
        )

    @property
    def own_prompts(self) -> Path:
        """The folder of the user's own prompts."""
        return self.home / "prompts"

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / 'greenroom.db'}"

    @property
    def own_cards(self) -> Path:
        """The folder of the user's own cards."""
        return self.home / "cards"


def load_settings() -> Settings:
    """The settings in force, with the home folder made. Raises BadSetting, naming the variable and the mend."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        name = name if name.startswith("OPENAI_") else f"GREENROOM_{name}"
        raise BadSetting(f"{name} is not usable: {first['msg']}. Mend it in the environment or in .env.") from None
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(
            f"The data folder {settings.home} cannot be made ({error.strerror}). Set GREENROOM_HOME to one that can."
        ) from None
    return settings
