"""Settings: from the environment or a `.env` file, with defaults that need neither."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.interview import Mode
from knowledge.errors import BadSetting


class Settings(BaseSettings):
    """What can be set. Each is `GREENROOM_<NAME>` in the environment or in `.env`."""

    model_config = SettingsConfigDict(env_prefix="GREENROOM_", env_file=".env", extra="ignore", frozen=True)

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
        name = "GREENROOM_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadSetting(f"{name} is not usable: {first['msg']}. Mend it in the environment or in .env.") from None
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(
            f"The data folder {settings.home} cannot be made ({error.strerror}). Set GREENROOM_HOME to one that can."
        ) from None
    return settings
