"""A whole interview at a terminal: lines in, lines out, piped or typed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, Protocol, TextIO

from bot.act import COMMANDS
from bot.interview import Interview
from bot.move import Ask, Challenge, Move, Probe
from bot.pace import Pace
from bot.ports import Words
from bot.report import answer_pace
from bot.session import Session, Show, to_nobody
from bot.turn import Said
from knowledge.errors import AnswerTooLong

HELP = "/repeat  /clarify  /hint  /skip  /done  /pause  /end   or the same in plain words"


Decision = Literal["again", "embedded", "on"]
"""Try again, go on with the embedded interviewer, or go on without a verdict."""


class Keyboard(Protocol):
    """Where messages come from. `read` returns None when there will be no more."""

    def read(self) -> tuple[str, Pace | None] | None:
        """The next message with its pace, where that can be told."""
        ...

    def decide(self) -> Decision:
        """What to do about an answer that could not be judged."""
        ...


class Screen(Protocol):
    """Where words go."""

    def interviewer(self, heading: str) -> AbstractContextManager[Words]:
        """A place for one utterance, under a heading that may be empty, where its words are shown while they grow."""
        ...

    def aside(self, text: str) -> None:
        """Show a word of the program's own."""
        ...


class Piped:
    """Messages from a stream, one a line; empty lines are passed over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def read(self) -> tuple[str, Pace | None] | None:
        for line in self._stream:
            if line.strip():
                return line, None
        return None

    def decide(self) -> Decision:
        return "on"


class Prompted:
    """Messages typed by a person, with the time to the first key and in all; Enter sends, Alt+Enter starts a line."""

    def __init__(self, clock: int = 0) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.key_binding import KeyBindings

        keys = KeyBindings()
        keys.add("escape", "enter")(lambda event: event.current_buffer.insert_text("\n"))
        self._session: PromptSession[str] = PromptSession(key_bindings=keys)
        self._clock = clock

    def read(self) -> tuple[str, Pace | None] | None:
        shown = time.monotonic()
        first: list[float] = []

        def changed(_: object) -> None:
            if not first:
                first.append(time.monotonic())

        self._session.default_buffer.on_text_changed += changed
        try:
            text = self._session.prompt("you › ", bottom_toolbar=lambda: self._toolbar(shown), refresh_interval=1)
        except EOFError:
            return None
        finally:
            self._session.default_buffer.on_text_changed -= changed
        now = time.monotonic()
        return text, Pace(first_word=first[0] - shown if first else None, seconds=now - shown, words=len(text.split()))

    def decide(self) -> Decision:
        try:
            said = self._session.prompt("[t]ry again, go on with the [e]mbedded interviewer, or Enter to go on › ")
        except EOFError:
            return "on"
        choices: dict[str, Decision] = {"t": "again", "e": "embedded"}
        return choices.get(said.strip().casefold()[:1], "on")

    def _toolbar(self, shown: float) -> str:
        gone = int(time.monotonic() - shown)
        timer = f"{gone // 60}:{gone % 60:02d}"
        return (
            f" {timer} of {self._clock // 60}:{self._clock % 60:02d}   {HELP}" if self._clock else f" {timer}   {HELP}"
        )


class Rich:
    """Words on a terminal, wrapped to its width."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        from rich.console import Console

        self._console = Console(file=stream, highlight=False)

    @contextmanager
    def interviewer(self, heading: str) -> Iterator[Words]:
        from rich.live import Live
        from rich.padding import Padding
        from rich.text import Text

        if heading:
            self._console.print(Text(heading, style="bold green"))
        latest = [""]
        # A stream that is no terminal cannot take words back, so there they are printed once they are whole.
        with Live(console=self._console, auto_refresh=False, transient=True) as live:

            def words(text: str) -> None:
                latest[0] = text
                if self._console.is_terminal:
                    live.update(Padding(Text(text), (0, 0, 1, 2)), refresh=True)

            yield words
        self._console.print(Padding(Text(latest[0]), (0, 0, 1, 2)))

    def aside(self, text: str) -> None:
        from rich.text import Text

        self._console.print(Text(text, style="dim"))


class Silent:
    """No words at all: for a run whose only output is the object at its end."""

    def interviewer(self, heading: str) -> AbstractContextManager[Words]:
        del heading
        return nullcontext(to_nobody)

    def aside(self, text: str) -> None:
        print(text, file=sys.stderr)


def _no_note(interview: Interview) -> str:
    del interview
    return ""


def converse(
    session: Session,
    interview: Interview,
    keyboard: Keyboard,
    screen: Screen,
    note: Callable[[Interview], str] = _no_note,
) -> tuple[Interview, bool]:
    """Hold the interview until it closes or is paused: the interview as it then stands, and whether it was paused.

    Where the input ends early the interview is ended, as by /end. What `note` says of the interview is shown once.
    """
    noted = ""
    while True:
        interview = _speak(session, interview, keyboard, screen)
        if (word := note(interview)) and word != noted:
            noted = word
            screen.aside(word)
        if interview.closed:
            return interview, False
        typed = keyboard.read()
        if typed is None:
            typed = "/end", None
        text, pace = typed
        command = text.strip().casefold()
        if command in ("/pause", "pause"):
            return interview, True
        if command in ("/help", "/?") or (command.startswith("/") and command.split()[0] not in COMMANDS):
            screen.aside(HELP)
            continue
        if not command:
            continue
        try:
            interview = session.hear(interview, text, pace)
            if pace is not None and interview.unjudged is not None:
                _tell_pace(interview, pace, screen)
        except AnswerTooLong as error:
            screen.aside(str(error))


def _tell_pace(interview: Interview, pace: Pace, screen: Screen) -> None:
    least, most = interview.card.usual_words
    screen.aside(f"{answer_pace(pace)} · good answers here: {least} to {most} words\n")


def _speak(session: Session, interview: Interview, keyboard: Keyboard, screen: Screen) -> Interview:
    """Let the interviewer do what is due; where an answer could not be judged, as the candidate decides."""
    show = _show(screen)
    interview = session.speak(interview, show, patient=True)
    while interview.awaits_interviewer and (answer := interview.in_doubt) is not None:
        screen.aside(f"Your answer is safe, but could not be judged. {interview.trouble}")
        decision = keyboard.decide()
        if decision == "on":
            return session.speak(interview, show)
        if decision == "embedded":
            interview = session.switch(interview, "embedded")
        interview = session.speak(session.judge_again(interview, answer), show, patient=True)
    return interview


def _show(screen: Screen) -> Show:
    def show(interview: Interview, move: Move) -> AbstractContextManager[Words]:
        begun = interview.with_turn(Said(move=move, text=""))
        return screen.interviewer(heading(begun, len(begun.turns) - 1))

    return show


def heading(interview: Interview, number: int) -> str:
    """What stands over turn `number`: which question it is, or which follow-up of how many; empty for the rest."""
    so_far = interview.model_copy(update={"turns": interview.turns[: number + 1]})
    turn = interview.turns[number]
    move = turn.move if isinstance(turn, Said) else None
    if isinstance(move, Ask):
        return f"Question {move.question + 1} of {len(interview.plan.cards)}"
    if isinstance(move, Probe | Challenge):
        return f"Follow-up {len(so_far.follow_ups(so_far.question))} of {interview.plan.follow_ups}"
    return ""


def replay(interview: Interview, screen: Screen) -> None:
    """Show everything said so far, for somebody who comes back."""
    for number, turn in enumerate(interview.turns):
        if isinstance(turn, Said):
            with screen.interviewer(heading(interview, number)) as words:
                words(turn.text)
        elif turn.kind == "heard":
            screen.aside(f"you › {turn.text}")


def transcript(interview: Interview) -> list[dict[str, str | None]]:
    """The messages of an interview: `{"by", "text", "move", "about"}` each, `about` being a key point's id or None."""
    from bot.move import point_of

    rows: Iterable[dict[str, str | None] | None] = (
        {"by": "interviewer", "text": turn.text, "move": turn.move.kind, "about": point_of(turn.move)}
        if isinstance(turn, Said)
        else {"by": "candidate", "text": turn.text, "move": None, "about": None}
        if turn.kind == "heard"
        else None
        for turn in interview.turns
    )
    return [row for row in rows if row is not None]
