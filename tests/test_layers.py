"""The rooms of the house import only what they may."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("bot", "knowledge", "prompts", "ui", "bench", "tests", "scripts")
ADAPTERS = ("bot/judges", "bot/voices", "bot/records", "bot/settings.py", "bot/bootstrap.py")
IMPURE = {
    "time", "datetime", "random", "secrets", "socket", "os", "pathlib", "subprocess", "sqlite3", "urllib", "http",
    "threading", "asyncio", "sqlalchemy", "chromadb", "streamlit", "openai", "langchain", "langchain_openai",
    "onnxruntime", "numpy", "yaml", "jinja2",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tops(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imports(path)}


CORE = [path for path in files("bot") if not name(path).startswith(ADAPTERS)]


@pytest.mark.parametrize("path", files("knowledge"), ids=name)
def test_knowledge_imports_neither_bot_nor_ui_nor_prompts(path):
    assert not tops(path) & {"bot", "ui", "prompts", "bench", "tests", "scripts", "streamlit"}


@pytest.mark.parametrize("path", files("prompts"), ids=name)
def test_prompts_import_nothing_of_ours_but_themselves(path):
    assert not tops(path) & (set(OURS) - {"prompts"})


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_is_pure(path):
    assert not tops(path) & IMPURE
    pure = ("knowledge.card", "knowledge.errors", "knowledge.text", "knowledge.quote", "knowledge.language")
    for module in imports(path):
        if module.split(".")[0] in OURS:
            home = module.replace(".", "/")
            allowed = module in pure or (module.startswith("bot.") and not home.startswith(ADAPTERS[:2]))
            assert allowed or module == "bot.voices.ladder", f"{name(path)} imports {module}"


@pytest.mark.parametrize("path", files("bot"), ids=name)
def test_bot_does_not_import_ui(path):
    assert not tops(path) & {"ui", "streamlit", "bench", "tests", "scripts"}


@pytest.mark.parametrize("path", files("ui"), ids=name)
def test_ui_knows_no_database_no_vector_store_and_no_model(path):
    assert not tops(path) & {"sqlalchemy", "chromadb", "openai", "langchain", "langchain_openai", "onnxruntime"}


@pytest.mark.parametrize(
    ("library", "only"), [("chromadb", "knowledge/library.py"), ("sqlalchemy", "bot/records/sql.py")]
)
def test_one_module_knows_each_store(library, only):
    users = {name(path) for path in files("bot", "knowledge", "prompts", "ui") if library in tops(path)}
    assert users == {only}


@pytest.mark.parametrize("path", files("bot", "knowledge", "prompts", "ui"), ids=name)
def test_nothing_imports_the_benches_or_the_tests(path):
    assert not tops(path) & {"bench", "tests", "scripts"}


def test_the_command_line_loads_nothing_heavy():
    heavy = [
        "streamlit",
        "chromadb",
        "openai",
        "langchain",
        "onnxruntime",
        "numpy",
        "sqlalchemy",
        "pydantic",
        "yaml",
        "rich",
    ]
    code = f"import sys, ui.terminal; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == "[]"
