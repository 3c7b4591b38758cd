"""A spreadsheet (XLSX) of cards: its first sheet, in either form of the CSV reader. Only values are read, no formulas.

A workbook is a zip of XML: it is refused where it would unpack to far more than cards need, and openpyxl parses it with
defusedxml, which refuses entities.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from knowledge.card import Card
from knowledge.errors import BadInput
from knowledge.formats import csv_format
from knowledge.formats.complaint import quoted

UNPACKED = 20_000_000
"""Bytes that a workbook may unpack to."""
MOST_ENTRIES = 500
MOST_CELLS = 200_000
"""Cells that are read; openpyxl takes about two seconds for so many."""
MOST_COLUMNS = 60
_DAMAGED = "Open it in a spreadsheet program and save it anew as XLSX, or as CSV"


def is_workbook(data: bytes) -> bool:
    """Whether `data` is a zip that holds a workbook."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        return False


def read(data: bytes) -> list[Card]:
    """The cards of a workbook's first sheet. Raises BadInput, naming the sheet."""
    _check_size(data)
    sheet, rows = _first_sheet(data)
    try:
        return csv_format.read(_as_csv(rows))
    except BadInput as error:
        place = ", ".join(part for part in (f"sheet {quoted(sheet)}", error.place) if part)
        raise BadInput(error.problem, mend=error.mend, place=place) from None


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
        problem = "it would unpack to far more than question cards need"
        raise BadInput(problem, mend="Keep only the sheet of cards, without pictures, and save it anew")


def _first_sheet(data: bytes) -> tuple[str, list[list[str]]]:
    """The name of the first sheet and its rows. Raises BadInput."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        filled = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        rows, cells = [], 0
        for row in filled:
            rows.append([_text(cell) for cell in row])
            cells += len(row)
            if cells > MOST_CELLS:
                break
    except Exception as error:  # noqa: BLE001  openpyxl raises whatever its parsers raise over a damaged workbook
        problem = f"this workbook cannot be read ({type(error).__name__})"
        raise BadInput(problem, mend=_DAMAGED) from None
    if cells > MOST_CELLS:
        raise BadInput(f"it has more than {MOST_CELLS:,} cells", mend="Split it into several files")
    return sheet.title, rows


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _as_csv(rows: Sequence[Sequence[str]]) -> str:
    """The rows as CSV, numbered as in the sheet, without the empty columns at the right."""
    width = max((len(row) - _empty_end(row) for row in rows), default=0)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([*row[:width], *[""] * (width - len(row))] for row in rows)
    return out.getvalue()


def _empty_end(row: Sequence[str]) -> int:
    """How many cells at the end of `row` are empty."""
    count = 0
    for cell in reversed(row):
        if cell.strip():
            break
        count += 1
    return count


def write_table(rows: Iterable[Sequence[str]], notes: Sequence[str]) -> bytes:
    """A workbook: a sheet "Cards" of `rows`, the first its header, and one of notes. No cell is a formula."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet, about = book.create_sheet("Cards"), book.create_sheet("How to fill it in")
    for number, row in enumerate(rows):
        for column in range(len(row) if not number else 0):
            sheet.column_dimensions[get_column_letter(column + 1)].width = 32
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type, cell.font = "s", Font(bold=not number)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cells.append(cell)
        sheet.append(cells)
    about.column_dimensions["A"].width = 100
    for note in notes:
        about.append([note])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
