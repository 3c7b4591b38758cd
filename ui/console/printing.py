"""Debriefs and previews on a terminal."""

from __future__ import annotations

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.debrief import Debrief, PointState, QuestionDebrief
from bot.preview import Preview
from bot.report import FINDING_WORDS, STATE_WORDS, of_100, pace_words, played_by

SIGNS: dict[str, tuple[str, str]] = {
    "covered": ("●", "green"),
    "partial": ("◐", "yellow"),
    "unsure": ("?", "cyan"),
    "contradicted": ("✗", "red"),
    "retracted": ("↶", "magenta"),
    "not_answered": ("○", "red"),
    "not_asked": ("·", "dim"),
    "not_raised": ("·", "dim"),
    "not_judged": ("–", "dim"),
    "hit": ("✗", "red"),
    "clear": ("●", "green"),
    "shown": ("●", "green"),
    "partly": ("◐", "yellow"),
    "not_shown": ("○", "dim"),
}


def print_debrief(debrief: Debrief, console: Console) -> None:
    """The debrief, question by question."""
    console.print(Panel(Text(debrief.notice), title="Debrief", border_style="green"))
    if len(debrief.questions) > 1:
        console.print(Text(f"Over all questions: {of_100(debrief.score)}", style="bold"))
    for question in debrief.questions:
        _print_question(question, console)
    for line in played_by(debrief.played):
        console.print(Text(line, style="dim"))
    console.print(Text(f"greenroom debrief {debrief.interview_id} --format md", style="dim"))


def _print_question(question: QuestionDebrief, console: Console) -> None:
    console.print()
    console.print(Text(question.question, style="bold"))
    anchor = f", {question.anchor}. {question.meaning}" if question.anchor else ""
    console.print(Text(f"{of_100(question.score)}{anchor}"))
    if question.skipped:
        console.print(Text("This question was not answered.", style="yellow"))
    if question.recited:
        console.print(
            Text("Much of this is a published answer word for word: an interviewer would notice.", style="yellow")
        )
    console.print(_points(question))
    console.print(_findings(question))
    for number, step in enumerate(question.next_steps, start=1):
        console.print(Padding(Text(f"{number}. {step.text}"), (0, 0, 0, 2)))
    if question.stronger:
        console.print(Text("\nA stronger version", style="bold"))
    for passage in question.stronger:
        lead = "you said  " if passage.source == "you" else "add       "
        console.print(
            Padding(Text.assemble((lead, "green" if passage.source == "you" else "cyan"), passage.text), (0, 0, 0, 2))
        )
    if words := pace_words(question):
        console.print(Text(f"\n{words}", style="dim"))


def _points(question: QuestionDebrief) -> Table:
    table = Table(
        box=None, padding=(0, 1), pad_edge=False, title="Key points", title_justify="left", title_style="bold"
    )
    table.add_column()
    table.add_column("", ratio=1)
    for point in question.points:
        sign, style = SIGNS[point.state]
        lines = [Text.assemble((point.label, "bold"), f"  {STATE_WORDS[point.state]}")]
        if point.quote:
            lines.append(Text(f"“{point.quote}”", style="italic"))
        if point.state != "covered":
            lines.append(Text(point.text, style="dim"))
        table.add_row(Text(sign, style=style), Group(*lines))
    return table


def _findings(question: QuestionDebrief) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column()
    table.add_column("", ratio=1)
    for title, findings in (
        ("What the interviewer was after", question.motivations),
        ("Minefields", question.minefields),
    ):
        table.add_row("", Text(f"\n{title}", style="bold"))
        for finding in findings:
            sign, style = SIGNS.get(finding.verdict, ("–", "dim"))
            said = f"  “{finding.quote}”" if finding.quote else ""
            head = Text.assemble((finding.label, "bold"), f"  {FINDING_WORDS[finding.verdict]}", (said, "italic"))
            table.add_row(Text(sign, style=style), Group(head, Text(finding.text, style="dim")))
    table.add_row("", Text("\nNext steps", style="bold"))
    return table


def print_preview(preview: Preview, console: Console) -> None:
    """A question's depth: its ladder of follow-ups, what it is after, and its worked answers played through."""
    card = preview.card
    console.print(Panel(Text(card.question, style="bold"), title=f"{card.role} · {card.kind}", border_style="green"))
    least, most = preview.minutes
    console.print(Text(f"About {least} to {most} minutes. {card.about_role}"))
    console.print(Text("\nKey points and how each would be followed up", style="bold"))
    for rungs in preview.ladder:
        console.print(Text.assemble((f"{rungs.point}  {rungs.label}", "bold"), f"  weight {rungs.weight:g}"))
        console.print(Padding(Text(rungs.text, style="dim"), (0, 0, 0, 4)))
        for rung, said in rungs.said.items():
            console.print(Padding(Text(f"{rung:8} {said}"), (0, 0, 0, 4)))
    for title, parts in (("What it is after", card.motivations), ("Minefields", card.minefields)):
        console.print(Text(f"\n{title}", style="bold"))
        for part in parts:
            console.print(Padding(Text.assemble((part.label, "bold"), f": {part.text}"), (0, 0, 0, 2)))
    if preview.played:
        console.print(_heat_map(preview))
    else:
        console.print(Text("\nThis card has no worked answers to play."))
    for play in preview.played:
        score = of_100(play.outcome.score)
        console.print(Text(f"\nThe {play.level} answer, played ({score})", style="bold"))
        for step in play.steps:
            who = ("interviewer", "green") if step.by == "interviewer" else ("candidate", "cyan")
            console.print(Padding(Text.assemble((f"{who[0]}  ", who[1]), step.text), (0, 0, 0, 2)))


def _heat_map(preview: Preview) -> Table:
    table = Table(title="\nWhat each worked answer covers", title_justify="left", title_style="bold", box=None)
    table.add_column("key point")
    for play in preview.played:
        table.add_column(play.level, justify="center")
    for rungs in preview.ladder:
        states: list[PointState] = [play.states[rungs.point] for play in preview.played]
        table.add_row(rungs.label, *(Text(SIGNS[state][0], style=SIGNS[state][1]) for state in states))
    used = {state for play in preview.played for state in play.states.values()}
    table.caption = "   ".join(f"{SIGNS[s][0]} {words}" for s, words in STATE_WORDS.items() if s in used)
    table.caption_justify = "left"
    return table
