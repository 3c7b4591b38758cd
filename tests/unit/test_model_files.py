"""A model's file is read where it is the one that was shipped, and nowhere else."""

from __future__ import annotations

import hashlib

import pytest

from knowledge.errors import DamagedModel
from knowledge.model_files import ModelFiles


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "m.bin").write_bytes(b"weights")
    (tmp_path / "SHA256SUMS").write_text(f"{hashlib.sha256(b'weights').hexdigest()}  m.bin\n", encoding="utf-8")
    return tmp_path


def test_a_shipped_file_is_read(folder):
    files = ModelFiles(folder, "toy")
    assert files.read("m.bin") == b"weights"
    with files.path("m.bin") as path:
        assert path.read_bytes() == b"weights"


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "m.bin").write_bytes(b"other"),
        lambda folder: (folder / "m.bin").unlink(),
        lambda folder: (folder / "SHA256SUMS").write_text(""),
        lambda folder: (folder / "SHA256SUMS").unlink(),
    ],
)
@pytest.mark.parametrize("use", [lambda files: files.read("m.bin"), lambda files: files.path("m.bin").__enter__()])
def test_a_damaged_one_is_refused_with_its_name(folder, damage, use):
    damage(folder)
    with pytest.raises(DamagedModel, match=r"toy's file (m\.bin|SHA256SUMS)"):
        use(ModelFiles(folder, "toy"))
