"""Parsing suites: whatever a file holds, it is read or refused in words, soon, and never anything else."""

from __future__ import annotations

import base64
import json
import time

import pytest

from knowledge.errors import BadInput
from knowledge.formats import read_file

LONGEST = 2.0
"""Seconds for one file."""


@pytest.mark.parametrize("format", ["json", "yaml", "csv"])
def test_every_case_is_read_or_refused(shared, tmp_path, format):
    lines = (shared / "data" / "hostile" / f"{format}_cases.jsonl").read_text("utf-8").splitlines()
    path = tmp_path / f"case.{format}"
    for line in lines:
        row = json.loads(line)
        content = next(
            (row[key] for key in ("b64", "text", "input", "yaml", "json", "csv", "content") if key in row), ""
        )
        path.write_bytes(base64.b64decode(content) if "b64" in row else str(content).encode("utf-8", "surrogatepass"))
        began = time.monotonic()
        try:
            cards = read_file(path)
        except BadInput as error:
            assert error.file == str(path)
            assert error.problem
            assert error.mend
        else:
            assert cards
        assert time.monotonic() - began < LONGEST, row.get("id")
