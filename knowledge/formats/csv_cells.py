"""CSV as rows of cells: the delimiter, the quotes, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from knowledge.errors import BadInput
from knowledge.formats.complaint import quoted

# Spreadsheets compute what begins so; the full-width signs count in East Asian locales.
_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
MOST_CELLS = 500_000
_QUOTES = "Close every quote, and write a quote inside a quoted cell twice"


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers as a spreadsheet counts them. Raises BadInput."""
    delimiter = _delimiter(text)
    if text.count(delimiter) + text.count("\n") > MOST_CELLS:
        raise BadInput("it holds far more cells than question cards do", mend="Split it into several files")
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in row):
                yield number, [_unguarded(cell) for cell in row]
    except csv.Error as error:
        place = f"row {number + 1}"
        if "field limit" in str(error):
            problem = f"a cell is longer than {csv.field_size_limit():,} characters"
            raise BadInput(problem, mend="Shorten it; an open quote can also cause this", place=place) from None
        problem = "a quoted cell is not closed" if "unexpected end" in str(error) else "the quotes do not match"
        raise BadInput(problem, mend=_QUOTES, place=place) from None


def table(text: str) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """The header in small letters with `_` for spaces, and each row, when asked for, by column. Raises BadInput."""
    lines = rows(text)
    at, first = next(lines, (0, []))
    if not first:
        raise BadInput("it is empty", mend="Put a header row and at least one card into it")
    header = ["_".join(cell.lower().split()) for cell in first]
    name, times = Counter(header).most_common(1)[0]
    if times > 1:
        raise BadInput(f"{times} columns are named {quoted(name)}", mend="Name each column once", place=f"row {at}")
    return header, (_by_column(number, row, header) for number, row in lines)


def _by_column(number: int, row: list[str], header: list[str]) -> tuple[int, dict[str, str]]:
    if len(row) != len(header):
        problem = f"there are {len(row)} cells, but the header has {len(header)} columns"
        mend = "Put cells that hold the delimiter in quotes, and fill the row up to the last column"
        raise BadInput(problem, mend=mend, place=f"row {number}")
    return number, dict(zip(header, map(str.strip, row), strict=True))


def text_of(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, every cell in quotes where needed and inert in a spreadsheet."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([_guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _delimiter(text: str) -> str:
    """The one of comma, semicolon and tab that the header line has most of."""
    header = text.lstrip().partition("\n")[0]
    return max((",", ";", "\t"), key=header.count)
