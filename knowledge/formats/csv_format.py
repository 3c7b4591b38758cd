"""Cards as CSV.

The long form, which is also what is written, loses nothing. Its columns are `card, part, id, label, text, probe,
weight, answer`, and each row is one part of the card whose id stands under `card`:

    part                                    id    label    text        answer
    question, theme, role, function,                       the value
    about_role, kind, source, licence
    key_point, motivation, minefield        its   its      its         (a key point may have `probe` and `weight`)
    answer                                  its   level    its
    answer_key_point                        k1    verdict  quote       the answer's id
    answer_minefield, answer_motivation     f1    verdict              the answer's id
    answer_reply                            k1             the words   the answer's id

The wide form is for people with a spreadsheet: one row a card, with columns `question` and `key_points`, and as many
of `id, theme, role, function, about_role, kind, source, licence, motivations, minefields` as there are. A cell of parts
holds one 'Label: text' a line, or several with ' | ' between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats.complaint import Path, meant, nearest, quoted
from knowledge.formats.csv_cells import table, text_of
from knowledge.formats.plain import MOST_CARDS, MOST_ITEMS, Plain, to_cards, to_plain, too_many
from knowledge.formats.point import bullet, label_and_text

_COLUMNS = ("card", "part", "id", "label", "text", "probe", "weight", "answer")
_VALUES = ("question", "theme", "role", "function", "about_role", "kind", "source", "licence")
_LISTS = {"key_point": "key_points", "motivation": "motivations", "minefield": "minefields"}
_LABELS = {
    "answer_key_point": "key_points",
    "answer_minefield": "minefields",
    "answer_motivation": "motivations",
    "answer_reply": "replies",
}
_PARTS = (*_VALUES, *_LISTS, "answer", *_LABELS)
_WIDE = ("id", *_VALUES, *_LISTS.values())

Row = dict[str, str]


def read(text: str) -> list[Card]:
    """The cards of a table in the long or the wide form. Raises BadInput."""
    header, rows = table(text)
    if {"card", "part"} <= set(header):
        _known(header, _COLUMNS)
        return _read_long(rows)
    if "question" in header or "key_points" in header:
        _known(header, _WIDE)
        return _read_wide(list(islice(rows, MOST_CARDS + 1)))
    mend = "Name at least the columns question and key_points in the first row"
    raise BadInput("the header is not that of a card table", mend=mend, place="row 1")


def write(cards: Sequence[Card]) -> str:
    """The cards in the long form, inert in spreadsheets."""
    rows = [row for card in cards for row in _long_rows(to_plain(card))]
    return text_of([_COLUMNS, *([row.get(column, "") for column in _COLUMNS] for row in rows)])


def _known(header: list[str], columns: Sequence[str]) -> None:
    if stray := next((name for name in header if name not in columns), None):
        problem = f"{quoted(stray, '`')} is not a column of a card table"
        raise BadInput(problem, mend=meant(stray, columns, "The columns are"), place="row 1")


def _read_wide(rows: list[tuple[int, Row]]) -> list[Card]:
    def place(path: Path) -> str:
        column = f", column {path[2]}" if len(path) > 2 else ""
        return f"row {rows[int(path[1])][0]}{column}" if len(path) > 1 else ""

    return to_cards([_wide_card(number, row) for number, row in rows], place)


def _wide_card(number: int, row: Row) -> Plain:
    card: Plain = {name: cell for name, cell in row.items() if cell}
    for name in _LISTS.values():
        if cell := row.get(name):
            lines = cell.splitlines() if len(cell.splitlines()) > 1 else cell.split(" | ")
            items = [bullet(line.strip()) or line.strip() for line in lines]
            card[name] = [label_and_text(item, f"row {number}, column {name}") for item in items if item]
    return card


def _read_long(rows: Iterator[tuple[int, Row]]) -> list[Card]:
    cards: dict[str, Plain] = {}
    marks: dict[Path, int] = {}
    order: dict[str, int] = {}
    for number, row in rows:
        name = row["card"]
        if not name:
            mend = "Write the card's id into the column card of every row"
            raise BadInput("the row names no card", mend=mend, place=f"row {number}")
        card = cards.setdefault(name, {"id": name})
        at: Path = ("cards", order.setdefault(name, len(order)))
        marks.setdefault(at, number)
        marks[at + _put(card, number, row)] = number

    def place(path: Path) -> str:
        columns = [step for step in path[4:] if step in _COLUMNS]
        return f"row {nearest(marks, path)}" + (f", column {columns[-1]}" if columns else "")

    return to_cards(list(cards.values()), place)


def _put(card: Plain, number: int, row: Row) -> Path:
    """Puts one row of the long form into its card; the path to what it holds. Raises BadInput."""
    part = "_".join(row["part"].lower().split())
    cells = {column: cell for column, cell in row.items() if cell and column not in {"card", "part"}}
    if part in _VALUES:
        _only(cells, ("text",), part, number)
        _set(card, part, cells.get("text", ""), number)
        return (part,)
    if name := _LISTS.get(part):
        return _append(card, name, cells, number)
    if part == "answer":
        _only(cells, ("id", "label", "text"), part, number)
        answer = {("level" if column == "label" else column): cell for column, cell in cells.items()}
        return _append(card, "answers", answer, number)
    if part in _LABELS:
        return _put_label(card, number, part, cells)
    raise BadInput(
        f"{quoted(row['part'], '`')} is not a part of a card",
        mend=meant(part, _PARTS, "The parts are"),
        place=f"row {number}, column part",
    )


def _append(card: Plain, name: str, part: Row, number: int) -> Path:
    parts = card.setdefault(name, [])
    if len(parts) == MOST_ITEMS:
        raise too_many(MOST_ITEMS + 1, f"row {number}")
    parts.append(part)
    return (name, len(parts) - 1)


def _put_label(card: Plain, number: int, part: str, cells: Row) -> Path:
    """Puts what a row says of a worked answer into that answer."""
    answers = card.get("answers", [])
    at = next((n for n, answer in enumerate(answers) if answer.get("id") == cells.get("answer")), None)
    if at is None:
        mend = "Name, under answer, the id of a worked answer in a row above"
        raise BadInput("the row belongs to no worked answer", mend=mend, place=f"row {number}, column answer")
    name = _LABELS[part]
    value: Any
    if part == "answer_key_point":
        _only(cells, ("answer", "id", "label", "text"), part, number)
        value = {"verdict": cells.get("label", ""), "quote": cells.get("text", "")}
    else:
        column = "text" if part == "answer_reply" else "label"
        _only(cells, ("answer", "id", column), part, number)
        value = cells.get(column, "")
    _set(answers[at].setdefault(name, {}), cells.get("id", ""), value, number)
    return ("answers", at, name, cells.get("id", ""))


def _only(cells: Row, columns: Sequence[str], part: str, number: int) -> None:
    if stray := next((column for column in cells if column not in columns), None):
        problem = f"the part `{part}` has nothing under `{stray}`"
        raise BadInput(problem, mend="Empty that cell", place=f"row {number}, column {stray}")


def _set(fields: dict[str, Any], name: str, value: object, number: int) -> None:
    if name in fields:
        problem = f"{quoted(name, '`')} of this card is given twice"
        raise BadInput(problem, mend="Remove one of the two rows", place=f"row {number}")
    fields[name] = value


def _long_rows(card: Plain) -> Iterator[Row]:
    """The rows of one card."""
    name = card["id"]
    for value in _VALUES:
        if value in card:
            yield {"card": name, "part": value, "text": card[value]}
    for part, parts in _LISTS.items():
        for fields in card.get(parts, ()):
            yield {"card": name, "part": part, **{column: str(cell) for column, cell in fields.items()}}
    for answer in card.get("answers", ()):
        yield {"card": name, "part": "answer", "id": answer["id"], "label": answer["level"], "text": answer["text"]}
        about = {"card": name, "answer": answer["id"]}
        for id, said in answer.get("key_points", {}).items():
            row = {"part": "answer_key_point", "id": id, "label": said["verdict"], "text": said.get("quote", "")}
            yield {**about, **row}
        for part in ("answer_minefield", "answer_motivation"):
            for id, verdict in answer.get(_LABELS[part], {}).items():
                yield {**about, "part": part, "id": id, "label": verdict}
        for id, words in answer.get("replies", {}).items():
            yield {**about, "part": "answer_reply", "id": id, "text": words}
