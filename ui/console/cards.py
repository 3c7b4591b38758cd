"""The commands that are about cards: find, pick, read, write, mend, draft."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.console.common import Json, a_greenroom, print_json, progress, write_out

if TYPE_CHECKING:
    from knowledge.card import Card

commands = typer.Typer()


@commands.command(name="import")
def import_cards(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders: question pages, YAML, JSON, CSV, XLSX, Markdown.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go in.")] = False,
    as_json: Json = False,
) -> None:
    """Read cards from files and keep them beside the shipped ones. A file goes in whole or not at all."""
    from knowledge.formats import read_paths

    program = a_greenroom()
    found = read_paths(paths)
    replaced = () if dry_run else program.bank.mine.keep(found.cards)
    if as_json:
        print_json(
            {
                "cards": [card.model_dump(mode="json") for card in found.cards],
                "rejected": [error.as_dict() for error in found.rejected],
            }
        )
    else:
        for card in found.cards:
            note = " (the card of yours that it replaces is in the bin)" if card.id in replaced else ""
            print(f"{'would keep' if dry_run else 'kept'} {card.id}: {card.question}{note}")
        for error in found.rejected:
            print(f"rejected {error}", file=sys.stderr)
    sys.exit(1 if found.rejected else 0)


@commands.command()
def export(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of cards; none means all.")] = None,
    format: Annotated[Literal["yaml", "json", "csv", "md", "markdown"], typer.Option(help="The format.")] = "yaml",
    out: Annotated[Path | None, typer.Option(help="A file to write; none means standard output.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Only your own cards.")] = False,
) -> None:
    """Write cards in a format that `import` reads back without loss."""
    from knowledge.formats import write

    program = a_greenroom()
    cards = (
        [program.bank.card(i) for i in ids] if ids else list(program.bank.own().cards if own else program.bank.cards())
    )
    text = write(cards, "markdown" if format == "md" else format)
    if out is None:
        sys.stdout.write(text)
    else:
        write_out(out, text)


@commands.command()
def search(
    query: Annotated[str, typer.Argument(help="What the question should be about, in any words.")],
    n: Annotated[int, typer.Option("-n", min=1, max=1000, help="How many.")] = 10,
    function: Annotated[str | None, typer.Option(help="Only this function.")] = None,
    role: Annotated[str | None, typer.Option(help="Only this role.")] = None,
    theme: Annotated[str | None, typer.Option(help="Only this theme.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only behavioural, situational or technical.")] = None,
    as_json: Json = False,
) -> None:
    """Find cards by what they mean and by their words."""
    program = a_greenroom()
    found = program.bank.search(
        query, n, function=function, role=role, theme=theme, kind=kind, progress=None if as_json else progress
    )
    if as_json:
        print_json({"results": [_row(card, score) for card, score in found]})
    else:
        for card, score in found:
            print(f"{score:.2f}  {card.id:36} {card.role:28} {card.question}")
        if not found:
            print("Nothing found. Try other words, or fewer filters.")


@commands.command()
def pick(
    request: Annotated[str, typer.Argument(help="A subject, a role, or a job description; or a file with one.")],
    n: Annotated[int, typer.Option("-n", "--questions", min=1, max=50, help="How many.")] = 5,
    role: Annotated[str, typer.Option(help="Questions for this role first.")] = "",
    function: Annotated[str, typer.Option(help="Only questions of this function.")] = "",
    as_json: Json = False,
) -> None:
    """Pick a set of questions: relevant, no two that are after the same, from easier to harder."""
    from knowledge.difficulty import difficulty

    text = request_text(request)
    program = a_greenroom()
    chosen = program.bank.pick(text, n, role=role, function=function, progress=None if as_json else progress)
    if as_json:
        rows = [{**_row(card, None), "kind": card.kind, "difficulty": round(difficulty(card), 2)} for card in chosen]
        print_json({"results": rows})
        return
    for number, card in enumerate(chosen, 1):
        print(
            f"{number}. {card.question}\n   {card.id} · {card.role} · {card.kind} · difficulty {difficulty(card):.2f}"
        )
    if not chosen:
        print("No question fits. Try other words.")
    else:
        print(f"Practise them: greenroom practice --cards {','.join(card.id for card in chosen)}", file=sys.stderr)


def request_text(request: str) -> str:
    """What is asked for: `request` itself, or what stands in the file of that name. Raises BadInput."""
    if len(request) < 255 and "\n" not in request and (path := Path(request)).suffix and path.is_file():
        from knowledge.formats.decode import bytes_of_file, text_of

        return text_of(bytes_of_file(path))
    return request


@commands.command()
def similar(
    card: Annotated[str, typer.Argument(help="A card's id; none means: list near-duplicates of all cards.")] = "",
    n: Annotated[int, typer.Option("-n", min=1, max=50, help="How many.")] = 5,
    as_json: Json = False,
) -> None:
    """The questions most like a card's; without a card, pairs of cards that ask nearly the same."""
    program = a_greenroom()
    tell = None if as_json else progress
    if card:
        found = program.bank.similar(program.bank.card(card), n, tell)
        if as_json:
            print_json({"results": [_row(other, score) for other, score in found]})
        for other, score in found if not as_json else ():
            print(f"{score:.2f}  {other.id:36} {other.role:28} {other.question}")
        return
    pairs = program.bank.near_duplicates(tell)
    if as_json:
        print_json({"pairs": [{"a": a.id, "b": b.id, "score": round(score, 4)} for a, b, score in pairs]})
        return
    for a, b, score in pairs:
        print(f"{score:.2f}  {a.id}: {a.question}\n      {b.id}: {b.question}")
    print(f"{len(pairs)} pairs of cards ask nearly the same.", file=sys.stderr)


@commands.command()
def template(
    format: Annotated[Literal["csv", "xlsx"], typer.Option(help="The format.")] = "xlsx",
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("greenroom-cards.xlsx"),
) -> None:
    """Write a table to fill in with questions of your own, one a row, for `import`."""
    from knowledge.formats.template import csv_template, xlsx_template

    path = out if out.suffix.lower() == f".{format}" else out.with_suffix(f".{format}")
    write_out(path, csv_template() if format == "csv" else xlsx_template())
    print(f"{path}: fill it in, then: greenroom import {path}", file=sys.stderr)


@commands.command()
def delete(
    card: Annotated[str, typer.Argument(help="The id of one of your own cards.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Move one of your own cards to the bin, from which `restore` brings it back."""
    program = a_greenroom()
    if not yes:
        typer.confirm(f"Delete {card!r} from your own cards?", abort=True)
    deleted = program.bank.mine.delete(card)
    print(f"{card} is in the bin. greenroom restore {deleted.name} puts it back.", file=sys.stderr)


@commands.command()
def restore(
    name: Annotated[str, typer.Argument(help="A name in the bin; none lists what is in it.")] = "",
    empty: Annotated[bool, typer.Option("--empty-bin", help="Delete what is in the bin for good.")] = False,
) -> None:
    """Put a deleted card back; without a name, list the bin."""
    mine = a_greenroom().bank.mine
    if empty:
        typer.confirm("Delete everything in the bin for good?", abort=True)
        print(f"{mine.empty_bin()} cards are gone.", file=sys.stderr)
    elif name:
        print(f"{mine.restore(name).id} is among your own cards again.", file=sys.stderr)
    else:
        for deleted in mine.deleted():
            print(f"{deleted.name}  {deleted.when:%Y-%m-%d %H:%M}  {deleted.card.question}")


def _row(card: Card, score: float | None) -> dict[str, object]:
    row: dict[str, object] = {
        "id": card.id,
        "question": card.question,
        "role": card.role,
        "function": card.function,
    }
    return row if score is None else {**row, "score": round(score, 4)}


@commands.command()
def lint(path: Annotated[Path | None, typer.Argument(help="A file or folder; none means all cards.")] = None) -> None:
    """Say what an author should mend."""
    from knowledge.formats import read_paths
    from knowledge.lint import lint as advise

    program = a_greenroom()
    found = read_paths([path]) if path else None
    cards = found.cards if found else program.bank.cards()
    for error in found.rejected if found else ():
        print(error)
    advice = [row for card in cards for row in advise(card, program.encoder)]
    for row in advice:
        print(row)
    print(f"{len(cards)} cards, {len(advice)} things to mend.", file=sys.stderr)
    sys.exit(1 if advice or (found and found.rejected) else 0)


@commands.command()
def preview(
    card: Annotated[str, typer.Argument(help="A card's id, or a file with one card.")],
    as_json: Json = False,
) -> None:
    """How deep a question goes, before asking it of anyone."""
    from knowledge.formats import read_file

    program = a_greenroom()
    path = Path(card)
    chosen = read_file(path)[0] if path.suffix and path.exists() else program.bank.card(card)
    result = program.preview(chosen)
    if as_json:
        print(result.model_dump_json(indent=1))
    else:
        from rich.console import Console

        from ui.console.printing import print_preview

        print_preview(result, Console(highlight=False))


@commands.command()
def draft(
    request: Annotated[str, typer.Argument(help="A question, or a job description to draft one for.")],
    role: Annotated[str, typer.Option(help="The role it is for.")] = "",
    function: Annotated[str, typer.Option(help="The function it is for.")] = "",
    out: Annotated[Path | None, typer.Option(help="A file to write, for you to edit and import.")] = None,
) -> None:
    """Draft a question card with the language model, for a person to review. Nothing is kept until you import it."""
    from knowledge.formats import write
    from knowledge.lint import lint as advise

    program = a_greenroom()
    card = program.draft(request, role, function)
    text = write([card], "yaml")
    if out is None:
        sys.stdout.write(text)
    else:
        write_out(out, text)
    advice = advise(card, program.encoder)
    for row in advice:
        print(row, file=sys.stderr)
    then = f"edit {out}, then: greenroom import {out}" if out else "save it, edit it, then: greenroom import FILE"
    print(f"{card.source}; {len(advice)} things to mend. Now {then}", file=sys.stderr)
