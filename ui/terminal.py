"""`greenroom`: every command. Each imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from knowledge.errors import BadInput, BadSetting, GreenroomError
from ui.console.cards import commands
from ui.console.common import Json, a_greenroom, print_json, progress

if TYPE_CHECKING:
    from bot.bootstrap import Greenroom
    from bot.interview import Interview

app = typer.Typer(
    name="greenroom",
    help="A mock interviewer you type to. It is an AI, for practice only; its scores can be wrong.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.registered_commands += commands.registered_commands
Mode = Literal["real", "practice"]
Player = Literal["model", "embedded"]


def main() -> None:
    """Run a command; the one place where our errors become words and exit codes (1 for bad input, 2 for the rest)."""
    try:
        app()
    except BadInput as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except GreenroomError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is its right.
        sys.stderr.close()
        sys.exit(0)


@app.command()
def serve(
    browser: Annotated[bool, typer.Option(help="Open the interview in the browser.")] = True,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes the one from the settings.")] = 0,
) -> None:
    """Open the interview in the browser."""
    from bot.settings import load_settings
    from ui.serve import serve as run

    settings = load_settings()
    sys.exit(run(settings.model_copy(update={"port": port}) if port else settings, open_browser=browser))


@app.command()
def practice(
    cards: Annotated[str, typer.Option(help="Ids of the cards to ask, with commas between them.")] = "",
    role: Annotated[str, typer.Option(help="Questions for this role.")] = "",
    function: Annotated[str, typer.Option(help="Questions of this function.")] = "",
    about: Annotated[str, typer.Option(help="What the questions should be about; a job description will do.")] = "",
    questions: Annotated[int, typer.Option(min=0, max=20, help="How many questions; 0 is as many as chosen.")] = 0,
    mode: Annotated[Mode | None, typer.Option(help="`practice` gives hints, `real` does not.")] = None,
    clock: Annotated[int, typer.Option(min=0, max=3600, help="Seconds you give yourself for an answer.")] = 0,
    interviewer: Annotated[
        Player | None, typer.Option(help="Who plays: `model` is a language model, `embedded` stays on this machine.")
    ] = None,
    as_json: Json = False,
) -> None:
    """A mock interview at the terminal. Piped, it takes an answer a line."""
    program = a_greenroom()
    chosen = program.bank.choose(
        [c for c in cards.split(",") if c.strip()],
        role,
        function,
        about,
        questions or (0 if cards else program.settings.questions),
    )
    _hold(
        program, program.session.start(program.plan(chosen, mode=mode, clock=clock, interviewer=interviewer)), as_json
    )


@app.command()
def resume(
    interview_id: Annotated[str, typer.Argument(help="The interview's id; without one, those there are.")] = "",
    as_json: Json = False,
) -> None:
    """Go on with an interview where it was left."""
    program = a_greenroom()
    if not interview_id:
        for row in program.records.recent():
            state = "finished" if row.closed else "open"
            print(f"{row.id}  {row.started:%Y-%m-%d %H:%M}  {state:8}  {row.answers} answers  {row.question}")
        return
    from ui.console.conversation import Rich, replay

    interview = program.resume(interview_id)
    if not as_json:
        replay(interview, Rich())
    _hold(program, interview, as_json)


def _hold(program: Greenroom, interview: Interview, as_json: bool) -> None:
    from bot.debrief import debrief
    from ui.console.conversation import Piped, Prompted, Rich, Silent, converse, transcript

    typed = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    keyboard = Prompted(interview.plan.clock) if typed else Piped(sys.stdin)
    screen = Silent() if as_json else Rich()
    if typed:
        screen.aside(f"This is an AI, for practice only; its scores can be wrong. {program.where_it_goes(interview)}\n")
    try:
        with program.told_when_waiting(screen.aside):
            interview, paused = converse(program.session, interview, keyboard, screen, program.cap_note)
    except KeyboardInterrupt:
        paused = True
    result = debrief(interview)
    if as_json:
        print_json(
            {
                "interview_id": interview.id,
                "transcript": transcript(interview),
                "debrief": result.model_dump(mode="json"),
            }
        )
    elif paused:
        screen.aside(f"Paused; nothing is lost. Go on with: greenroom resume {interview.id}")
    else:
        from rich.console import Console

        from ui.console.printing import print_debrief

        print_debrief(result, Console(highlight=False))


@app.command()
def debrief(
    interview_id: Annotated[str, typer.Argument(help="The interview's id.")],
    format: Annotated[Literal["md", "json"], typer.Option(help="Markdown or JSON.")] = "md",
) -> None:
    """Print the debrief of an interview."""
    from bot.debrief import debrief as make
    from bot.report import markdown

    result = make(a_greenroom().resume(interview_id))
    print(markdown(result) if format == "md" else result.model_dump_json(indent=1))


@app.command()
def judge(
    cards: Annotated[Path, typer.Option(help="Cards, in any format that `import` reads.")],
    answers: Annotated[Path, typer.Option(help="Answers, one JSON object a line: id, card_id, turns.")],
    out: Annotated[Path, typer.Option(help="Where the verdicts go, one JSON object a line.")],
    judge: Annotated[Player, typer.Option(help="Which judge.")] = "embedded",
) -> None:
    """Judge a file of answers, and say how far that agrees with labels in it. Labels are read only afterwards.

    A run that is stopped goes on where it was when it is started again.
    """
    from bot.bootstrap import NO_MODEL
    from ui.console.labelling import Labelled, judge_file

    program = a_greenroom()
    if judge == "model" and program.model is None:
        raise BadSetting(f"{NO_MODEL} Or use --judge embedded.")
    labelled = Labelled.read(cards, answers)
    if judge == "model":
        print(program.estimate(labelled.of(row) for row in labelled.answers), file=sys.stderr)
    judges = program.model.judge if judge == "model" and program.model else program.judge
    with program.told_when_waiting(lambda text: print(f"\n{text}", file=sys.stderr)):
        found = judge_file(judges, labelled, out, _judged)
    again = f", {found.resumed} by an earlier run" if found.resumed else ""
    print(f"{found.judged} answers judged{again}.", file=sys.stderr)
    for name, value in found.figures.items():
        print(f"{name:40} {value}")
    if found.problems:
        print(f"{len(found.problems)} could not be judged; run it again to go on.", file=sys.stderr)
        for problem in found.problems[:5]:
            print(problem, file=sys.stderr)
        sys.exit(2)


def _judged(done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of:
        end = "\n" if done == of else ""
        bar = "█" * (30 * done // of)
        print(f"\r{bar:30} {done} of {of} answers", end=end, file=sys.stderr, flush=True)


@app.command()
def prompts() -> None:
    """List the prompts for language models: name, version, where it is from, purpose."""
    program = a_greenroom()
    for prompt, name, place in program.prompts():
        print(f"{name:8} {prompt.version}  {place}  {prompt.purpose}")
    print(
        f"A file of the same name in {program.settings.own_prompts} takes the place of a shipped one.", file=sys.stderr
    )


@app.command()
def doctor() -> None:
    """Check that everything is in place, in one line each; where a language model is set up, ask it for a few words."""
    import platform

    program = a_greenroom()
    own = program.bank.own()
    print(f"python     {platform.python_version()}")
    print(f"home       {program.settings.home}")
    print(f"records    {program.records.count()} interviews in {program.settings.database.split('://')[0]}")
    print(f"cards      {len(program.bank.shipped)} shipped, {len(own.cards)} your own, {len(own.rejected)} unreadable")
    for error in own.rejected:
        print(f"           {error}")
    print(f"encoder    {program.encoder.name}, {program.encoder.dimensions} dimensions, checksum right")
    program.bank.library(progress)
    print("library    ready")
    print(f"judge      {program.judge.name}")
    print(f"voice      {program.voice.name}")
    if program.model is None:
        print("model      none: the embedded interviewer does the whole job on this machine")
    for line in program.check_models():
        print(f"model      {line}")
    if program.model is not None:
        print(f"today      {program.today_words()}")


if __name__ == "__main__":
    main()
