"""Bytes become text only where it is sure which text they are."""

from __future__ import annotations

import os

import pytest

from knowledge.errors import BadInput
from knowledge.formats.decode import LIMIT, bytes_of_file, text_of


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("naïve “quote” •".encode(), "naïve “quote” •"),
        ("\ufeffnaïve".encode(), "naïve"),
        ("naïve “quote” •".encode("cp1252"), "naïve “quote” •"),
        ("naïve".encode("utf-16"), "naïve"),
        (b"\xfe\xff" + "naïve".encode("utf-16-be"), "naïve"),
        ("naïve".encode("utf-32"), "naïve"),
        (b"a\r\nb", "a\r\nb"),
        (b"", ""),
    ],
)
def test_known_encodings_are_decoded(data, text):
    assert text_of(data) == text


@pytest.mark.parametrize(
    ("data", "place", "problem"),
    [
        (b"abc\0def", "byte 3", "there is a NUL byte, so this looks binary, not text"),
        ("abc\0".encode("utf-16"), "line 1", "there is a NUL character, so this looks binary, not text"),
        ("abc".encode("utf-16-le"), "byte 1", "there is a NUL byte, so this looks binary, not text"),
        (b"%PDF-1.7 ...", "byte 0", "this is a PDF document, not text"),
        (b"PK\x03\x04...", "byte 0", "this is a zipped file (such as Word or an archive), not text"),
        (b"\x89PNG\r\n", "byte 0", "this is a picture, not text"),
        ("naïve ".encode() + b"\xe9t\xe9", "byte 7", "the text is UTF-8 with a damaged character"),
        (b"na\x81ve", "byte 2", "the text is neither UTF-8 nor Windows-1252"),
        ("Почему вода мокрая?".encode("koi8-r"), "byte 0", "the text is in an encoding we do not know"),
        (b"\x01\x02\x03\x04abc", "", "it is full of control characters, so this looks binary, not text"),
        (b"\xff\xfea", "byte 2", "it says that it is UTF-16 but is damaged"),
        (b"x" * (LIMIT + 1), "", "it is 5.0 MB, more than the 5 MB that are read"),
    ],
)
def test_what_is_not_surely_text_is_refused_with_its_place(data, place, problem):
    with pytest.raises(BadInput) as caught:
        text_of(data)
    assert (caught.value.place, caught.value.problem) == (place, problem)
    assert caught.value.mend


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(BadInput, match=r"50\.0 MB"):
        bytes_of_file(path)


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, problem in [
        (tmp_path, "this is not a file"),
        (tmp_path / "pipe", "this is not a file"),
        (tmp_path / "none", "there is no such file"),
        (tmp_path / "a\0b", "the file cannot be opened"),
        (tmp_path / ("x" * 300), "the file cannot be opened"),
    ]:
        with pytest.raises(BadInput, match=problem):
            bytes_of_file(path)
