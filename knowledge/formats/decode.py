"""Files to bytes to text: how large, in which encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from knowledge.errors import BadInput

LIMIT = 5_000_000
"""Largest file that is read, in bytes."""

_TOO_LARGE = "Split it into several files of at most 5 MB each"
_AS_TEXT = "Save it as plain text in UTF-8 and try again"

_BOMS = (  # UTF-32 before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_KINDS = (
    (b"%PDF", "a PDF document", "Copy its text into a text file, or save the page as HTML"),
    (b"PK\x03\x04", "a zipped file (such as Word or an archive)", "Save it as text, CSV, XLSX or HTML and try again"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "Save it as text or CSV and try again"),
    (b"{\\rtf", "a rich text (RTF) file", "Save it as plain text and try again"),
    (b"\x89PNG", "a picture", "Type its text into a text file"),
    (b"\xff\xd8\xff", "a picture", "Type its text into a text file"),
    (b"GIF8", "a picture", "Type its text into a text file"),
    (b"\x1f\x8b", "a compressed file", "Unpack it and try again"),
)


def bytes_of_file(path: Path) -> bytes:
    """The bytes of a regular file of at most `LIMIT` bytes. Raises BadInput."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise BadInput("this is not a file", mend="Name a file, or a folder of files")
        if about.st_size > LIMIT:
            raise _too_large(about.st_size)
        with path.open("rb") as file:
            return file.read(LIMIT + 1)  # it may have grown since
    except FileNotFoundError:
        raise BadInput("there is no such file", mend="Check the name and the folder") from None
    except PermissionError:
        raise BadInput("the file may not be read", mend="Change its permissions or copy it elsewhere") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "bad name"
        raise BadInput(f"the file cannot be opened ({reason})", mend="Check the name and the disk") from None


def text_of(data: bytes) -> str:
    """`data` as text: by its byte order mark, else UTF-8, else Windows-1252. Raises BadInput."""
    if len(data) > LIMIT:
        raise _too_large(len(data))
    for magic, kind, mend in _OTHER_KINDS:
        if data.startswith(magic):
            raise BadInput(f"this is {kind}, not text", mend=mend, place="byte 0")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return checked(_decoded(data, encoding))
    if (at := data.find(0)) >= 0:
        raise BadInput("there is a NUL byte, so this looks binary, not text", mend=_AS_TEXT, place=f"byte {at}")
    try:
        return checked(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return checked(_windows(data, error.start))


def checked(text: str) -> str:
    """`text` itself if a reader can take it: not too long, no NUL, no lone surrogate, few controls. Raises BadInput."""
    if len(text) > LIMIT:
        raise _too_large(len(text))
    if (at := text.find("\0")) >= 0:
        raise BadInput("there is a NUL character, so this looks binary, not text", mend=_AS_TEXT, place=_line(text, at))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        problem = "there is half of a character (a lone surrogate)"
        raise BadInput(problem, mend=_AS_TEXT, place=_line(text, error.start)) from None
    if sum(map(text.count, _CONTROLS)) * 50 > len(text):
        raise BadInput("it is full of control characters, so this looks binary, not text", mend=_AS_TEXT)
    return text


_CONTROLS = tuple(chr(c) for c in range(1, 32) if chr(c) not in "\t\n\v\f\r")


def _too_large(size: int) -> BadInput:
    return BadInput(f"it is {size / 1_000_000:.1f} MB, more than the 5 MB that are read", mend=_TOO_LARGE)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        problem = f"it says that it is {encoding.removesuffix('-sig').upper()} but is damaged"
        raise BadInput(problem, mend=_AS_TEXT, place=f"byte {error.start}") from None


def _windows(data: bytes, at: int) -> str:
    """Windows-1252, unless the bytes speak for another encoding: better no text than a wrong one."""
    if any(ord(c) > 127 for c in data.decode("utf-8", "ignore")):
        raise BadInput("the text is UTF-8 with a damaged character", mend=_AS_TEXT, place=f"byte {at}")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        problem = "the text is neither UTF-8 nor Windows-1252"
        raise BadInput(problem, mend=_AS_TEXT, place=f"byte {error.start}") from None
    if sum(c > 127 for c in data) * 3 > len(data):
        raise BadInput("the text is in an encoding we do not know", mend=_AS_TEXT, place=f"byte {at}")
    return text


def _line(text: str, at: int) -> str:
    return "line " + str(text.count("\n", 0, at) + 1)
