"""The one exception tree of Greenroom.

GreenroomError                 anything we raise on purpose; its text is fit to show a person
├── BadInput                   a file, page or cell cannot be read: says the file, the place, the problem and the mend
├── NotFound                   a card or an interview that does not exist here
├── StaleInterview             somebody else (another tab) has moved this interview on
├── AnswerTooLong              a message of more characters than an answer may have
├── DamagedModel               a shipped model file is missing or not the one we shipped
├── LibraryUnavailable         the library was closed
├── BadSetting                 a setting is out of range or of the wrong kind
└── ModelTrouble               a language model gave no usable answer; says which kind of trouble, and what mends it
"""

from __future__ import annotations


class GreenroomError(Exception):
    """Root of everything raised on purpose. `str(error)` may be shown to a user."""


class BadInput(GreenroomError):
    """Input that cannot become a card.

    Args:
        problem: what is wrong, in one sentence without a full stop.
        mend: what the author can do about it.
        file: the file's name as the user gave it; empty while not known.
        place: where in the file ("line 12", "row 3, column label", "key_points[2].text").
    """

    def __init__(self, problem: str, *, mend: str, file: str = "", place: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend
        self.file = file
        self.place = place

    def in_file(self, file: str) -> BadInput:
        """The same complaint, with the file's name on it."""
        return BadInput(self.problem, mend=self.mend, file=file, place=self.place)

    def as_dict(self) -> dict[str, str]:
        """`{"file", "place", "problem", "mend"}`, the shape that `import --json` prints."""
        return {"file": self.file, "place": self.place, "problem": self.problem, "mend": self.mend}

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.place) if part)
        return f"{where + ': ' if where else ''}{self.problem}. {self.mend}"


class NotFound(GreenroomError):
    """A card or an interview that does not exist in this home folder."""


class StaleInterview(GreenroomError):
    """The interview was moved on elsewhere since it was last loaded here; nothing was written."""


class AnswerTooLong(GreenroomError):
    """A message of more characters than an answer may have; nothing was written."""


class DamagedModel(GreenroomError):
    """A shipped model file is missing or its SHA-256 is not the recorded one."""


class LibraryUnavailable(GreenroomError):
    """The library was closed, or its store cannot be used."""


class BadSetting(GreenroomError):
    """A setting is out of range or of the wrong kind."""


class ModelTrouble(GreenroomError):
    """A language model gave no usable answer. Its text is our own: nothing of what a provider said is in it.

    Args:
        kind: a word for the kind of trouble ("busy", "key", "refused", "unreadable", …), fit for a log.
        text: what happened and what mends it, in a sentence or two.
        passing: whether the same request may succeed in a moment.
        wait: seconds that the provider asked to wait; None where it named none.
    """

    def __init__(self, kind: str, text: str, *, passing: bool = False, wait: float | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.passing = passing
        self.wait = wait
