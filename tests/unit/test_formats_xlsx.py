"""Spreadsheets of cards: the first sheet, in either form, with nothing computed and nothing unpacked without bound."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest

from knowledge.errors import BadInput
from knowledge.formats import read_bytes, read_file, read_uploads, write
from knowledge.formats.template import COLUMNS, csv_template, xlsx_template
from knowledge.formats.xlsx_format import MOST_CELLS, UNPACKED, is_workbook
from tests.builders import a_card

HEADER = ["question", "key_points", "kind"]


def workbook(*rows: list[object], title: str = "Mine") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_row_is_a_card_and_a_line_in_a_cell_is_a_key_point():
    data = workbook(HEADER, ["Why salt?", "Taste: Brings out taste\nAmount: A pinch", "technical"], [None, None, None])
    (card,) = read_bytes(data, "cards.xlsx")
    assert card.question == "Why salt?"
    assert [(point.label, point.text) for point in card.key_points] == [
        ("Taste", "Brings out taste"), ("Amount", "A pinch"),
    ]  # fmt: skip


def test_the_long_form_loses_nothing():
    card = a_card(licence="CC0-1.0")
    data = workbook(*csv.reader(io.StringIO(write([card], "csv"))))
    assert read_bytes(data, "x.xlsx") == [card]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_can_be_imported_as_it_is(tmp_path, ending):
    path = tmp_path / f"template.{ending}"
    path.write_bytes(xlsx_template() if ending == "xlsx" else csv_template().encode())
    (card,) = read_file(path)
    assert card.id == "example-late-delivery"
    assert (len(card.key_points), len(card.motivations), len(card.minefields)) == (3, 1, 1)


def test_the_template_has_every_column_that_a_row_may_have_and_notes_beside_it():
    book = openpyxl.load_workbook(io.BytesIO(xlsx_template()))
    assert [cell.value for cell in next(book["Cards"].rows)] == list(COLUMNS)
    assert "One row is one question card" in book["How to fill it in"]["A1"].value


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([HEADER, ["Why salt?", "", "technical"]], "sheet 'Mine', row 2, column key_points"),
        ([HEADER, ["Why?", "A: b", "technical"], ["Why salt?", "A: b", "wise"]], "sheet 'Mine', row 3, column kind"),
        ([["name", "colour"], ["x", "y"]], "sheet 'Mine', row 1"),
        ([], "sheet 'Mine'"),
    ],
)
def test_what_is_wrong_is_said_with_sheet_row_and_column(rows, place):
    with pytest.raises(BadInput) as caught:
        read_bytes(workbook(*rows), "cards.xlsx")
    assert (caught.value.file, caught.value.place) == ("cards.xlsx", place)


def test_a_formula_is_never_computed_and_what_was_computed_is_only_text():
    (card,) = read_bytes(
        workbook(HEADER, ["Why salt?", "A: b", "technical"], ["=1+1", "=HYPERLINK(1)", ""])[:], "x.xlsx"
    )
    assert card.question == "Why salt?"


@pytest.mark.parametrize("value", [3, 3.5, True, 2.0])
def test_numbers_and_truth_values_are_text(value):
    (card,) = read_bytes(workbook(HEADER, [value, "A: b", None]), "x.xlsx")
    assert card.question == {3: "3", 3.5: "3.5", True: "TRUE", 2.0: "2"}[value]


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


BOMB = zipped(xl__workbook=b"", **{"xl__workbook.xml": b"<x/>", "xl__media": bytes(UNPACKED + 1)})
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><workbook>&b;</workbook>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BOMB, "unpack to far more"),
        (zipped(**{"xl__workbook.xml": b"<x/>", **{f"n{n}": b"" for n in range(600)}}), "unpack to far more"),
        (zipped(**{"xl__workbook.xml": b"not xml"}), "cannot be read"),
        (zipped(**{"xl__workbook.xml": ENTITIES, "[Content_Types].xml": ENTITIES}), "cannot be read"),
        (workbook(HEADER)[:-200], "zipped file"),
        (zipped(**{"word__document.xml": b"<x/>"}), "zipped file"),
        (workbook(*[["x"] * 60] * (MOST_CELLS // 60 + 2)), "more than 200,000 cells"),
    ],
    ids=["bomb", "too many entries", "no XML", "entities", "cut off", "a Word document", "too many cells"],
)
def test_a_hostile_or_damaged_workbook_is_refused_in_words(data, said):
    with pytest.raises(BadInput, match=said):
        read_bytes(data, "cards.xlsx")


def test_is_workbook_says_no_to_anything_else():
    assert not any(
        is_workbook(data) for data in (b"", b"PK\x03\x04", b"PK\x03\x04" + bytes(100), b"question,key_points")
    )


def test_of_dropped_files_each_goes_in_whole_or_is_rejected_with_its_reason():
    good, twin = a_card(id="one"), a_card(id="one", theme="Other")
    came = read_uploads(
        [
            ("a.yaml", write([good], "yaml").encode()),
            ("b.json", write([twin], "json").encode()),
            ("c.csv", b"question\nWhy?\n"),
            ("d.xlsx", workbook(HEADER, ["Why salt?", "A: b", "technical"])),
        ]
    )
    assert [(card.id, str(came.files[card.id])) for card in came.cards] == [("one", "a.yaml"), ("why-salt", "d.xlsx")]
    assert [error.file for error in came.rejected] == ["b.json", "c.csv"]
    assert "differs from the card of that id in a.yaml" in str(came.rejected[0])
