"""A debrief as a document. What a candidate or a card wrote comes out inert: no markup of theirs is live."""

from __future__ import annotations

import re

from bot.debrief import Debrief, FindingVerdict, Played, PointState, PointVerdict, QuestionDebrief
from bot.pace import Pace
from bot.score import Score
from bot.usage import Usage

STATE_WORDS: dict[PointState, str] = {
    "covered": "covered",
    "partial": "partly covered",
    "unsure": "could not tell",
    "contradicted": "contradicted",
    "retracted": "taken back",
    "not_answered": "asked, not answered",
    "not_asked": "not raised, not asked",
    "not_judged": "not judged",
}
FINDING_WORDS = {
    "hit": "stepped on",
    "clear": "clear",
    "shown": "shown",
    "partly": "partly shown",
    "not_shown": "not shown",
    "unsure": "could not tell",
    "not_judged": "not judged",
}
# The colon of an address is among them for readers that make a link of any bare address.
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+\-.!|>~$&<=]|:(?=//)")
_ENTITIES = {"<": "&lt;", "&": "&amp;"}


def inert(text: str) -> str:
    """`text` with every character escaped that could be Markdown or HTML."""
    return _MARKUP.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), " ".join(text.split()))


def score_words(score: Score | None) -> str:
    """A score as people read it: one number, or the two that it lies between."""
    if score is None:
        return "not judged"
    return f"{score.low:.0f}" if round(score.low) == round(score.high) else f"{score.low:.0f} to {score.high:.0f}"


def of_100(score: Score | None) -> str:
    """A score as people read it, with what it is out of."""
    return score_words(score) + (" of 100" if score else "")


def markdown(debrief: Debrief) -> str:
    """The whole debrief as Markdown."""
    lines = ["# Interview debrief", "", f"> {debrief.notice}", ""]
    if len(debrief.questions) > 1:
        lines += [f"**Score over all questions: {of_100(debrief.score)}**", ""]
    for number, question in enumerate(debrief.questions, start=1):
        lines += _question(number, question)
    lines += [inert(line) + "  " for line in played_by(debrief.played)]
    lines.append(f"Interview `{debrief.interview_id}`, {debrief.mode} mode.")
    return "\n".join(lines) + "\n"


def _question(number: int, question: QuestionDebrief) -> list[str]:
    lines = [f"## {number}. {inert(question.question)}", ""]
    lines += [f"**Score: {of_100(question.score)}**" + (f" ({question.anchor})" if question.anchor else "")]
    lines += [question.meaning, ""] if question.meaning else [""]
    if question.skipped:
        lines += ["This question was not answered.", ""]
    if question.recited:
        lines += ["Much of this is a published answer word for word. It counts, but an interviewer would notice.", ""]
    lines += ["### Key points", ""]
    for point in question.points:
        lines += _point(point)
    lines += ["", "### What the interviewer was after", ""]
    lines += [_finding(finding) for finding in question.motivations]
    lines += ["", "### Minefields", ""]
    lines += [_finding(finding) for finding in question.minefields]
    lines += ["", "### Next steps", ""]
    lines += [f"{n}. {inert(step.text)}" for n, step in enumerate(question.next_steps, start=1)]
    lines += ["", "### A stronger version", ""]
    lines += [_passage(passage.source, passage.text) for passage in question.stronger]
    return [*lines, "", *_pace(question)]


def _point(point: PointVerdict) -> list[str]:
    said = f" “{inert(point.quote)}”" if point.quote else ""
    return [f"- **{inert(point.label)}**: {STATE_WORDS[point.state]}.{said}", f"  {inert(point.text)}"]


def _finding(finding: FindingVerdict) -> str:
    said = f" “{inert(finding.quote)}”" if finding.quote else ""
    return f"- **{inert(finding.label)}**: {FINDING_WORDS[finding.verdict]}.{said} {inert(finding.text)}"


def _passage(source: str, text: str) -> str:
    return f"- You said: “{inert(text)}”" if source == "you" else f"- Add, in your own words: {inert(text)}"


def answer_pace(pace: Pace) -> str:
    """One answer's length and pace on a line."""
    parts = [f"{pace.words} words"]
    if pace.seconds is not None:
        parts.append(f"{pace.seconds:.0f} s")
    if pace.first_word is not None:
        parts.append(f"first word after {pace.first_word:.0f} s")
    if pace.words_a_minute is not None and pace.words > 1:
        parts.append(f"{pace.words_a_minute:.0f} words a minute")
    return " · ".join(parts)


def pace_words(question: QuestionDebrief) -> str:
    """Length and pace of a question's answers in a sentence or two; empty where nothing was answered."""
    if question.pace is None:
        return ""
    least, most = question.usual_words
    parts = [f"{question.pace.words} words (good answers here have {least} to {most})"]
    if question.pace.seconds is not None:
        parts.append(f"{question.pace.seconds:.0f} seconds")
    if question.pace.first_word is not None:
        parts.append(f"{question.pace.first_word:.0f} seconds to the first word")
    if question.words_a_minute is not None:
        parts.append(f"{question.words_a_minute:.0f} words a minute")
    return ", ".join(parts) + "."


def _pace(question: QuestionDebrief) -> list[str]:
    words = pace_words(question)
    return ["### Typing", "", words, ""] if words else []


def used(usage: Usage) -> str:
    """What calls to a language model used, on a line; empty where there were none."""
    if not usage.calls:
        return ""
    parts = [
        usage.model,
        f"{usage.calls} calls",
        f"{usage.input_tokens:,} tokens in ({usage.cached_share:.0%} cached)",
        f"{usage.output_tokens:,} out",
        f"{usage.seconds / usage.calls:.1f} s a call",
        "price unknown" if usage.cost is None else f"${usage.cost:.4f}",
    ]
    return " · ".join(part for part in parts if part)


def played_by(played: Played) -> list[str]:
    """Who played the interviewer, what that used, and what of it was not let in, a line each."""
    lines = [f"Judged by {', '.join(played.judges)}."] if played.judges else []
    lines += [f"Worded by {', '.join(played.voices)}."] if played.voices else []
    lines += [line] if (line := used(played.usage)) else []
    for count, what in (
        (played.not_judged, "could not be judged"),
        (played.replaced, "of the model's utterances were replaced by a scripted phrase"),
        (played.dropped, "of the model's claims could not be traced to your words and were dropped"),
    ):
        lines += [f"{count} {what}."] if count else []
    return lines
