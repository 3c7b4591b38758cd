"""Reading and writing cards: question pages (text, HTML), YAML, JSON, CSV, XLSX and Markdown."""

from knowledge.formats.files import (
    ENDINGS,
    FORMATS,
    Import,
    read_bytes,
    read_file,
    read_paths,
    read_text,
    read_uploads,
    write,
)

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Import",
    "read_bytes",
    "read_file",
    "read_paths",
    "read_text",
    "read_uploads",
    "write",
]
