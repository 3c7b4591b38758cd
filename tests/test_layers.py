"""The rooms of the house import only what they may: the table of `../shared/design.md`, read off the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"bot", "knowledge", "prompts", "ui", "bench", "tests", "scripts"}
ADAPTERS = ("bot/judges/", "bot/voices/", "bot/records/", "bot/llm/", "bot/settings.py", "bot/bootstrap.py")
CLOCK_AND_CHANCE = {"time", "datetime", "calendar", "zoneinfo", "random", "secrets", "uuid"}
THE_MACHINE = {
    "os", "pathlib", "io", "shutil", "tempfile", "glob", "subprocess", "signal", "platform", "locale", "logging", "sys",
    "importlib", "ctypes", "mmap",
}  # fmt: skip
THE_NETWORK = {
    "socket", "ssl", "select", "selectors", "urllib", "http", "ftplib", "smtplib", "email", "asyncio", "webbrowser",
}  # fmt: skip
CONCURRENCY = {"threading", "multiprocessing", "concurrent", "queue", "contextvars"}
STORES = {"sqlite3", "dbm", "shelve", "pickle"}
IMPURE = CLOCK_AND_CHANCE | THE_MACHINE | THE_NETWORK | CONCURRENCY | STORES
MODELS_AND_STORES = {
    "chromadb", "sqlalchemy", "openai", "langchain", "langchain_core", "langchain_openai", "onnxruntime", "tokenizers",
}  # fmt: skip
WHAT_THE_CORE_KNOWS_OF_CARDS = {
    "knowledge.card", "knowledge.errors", "knowledge.text", "knowledge.quote", "knowledge.language",
}  # fmt: skip


@cache
def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, also for types alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            found.add(node.module or "")
    return found


def tops(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imports(path)}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


CORE = [path for path in files("bot") if not name(path).startswith(ADAPTERS)]


def test_there_is_something_to_look_at():
    assert {"bot/session.py", "bot/policy.py", "bot/interview.py", "bot/labelling.py"} <= {name(path) for path in CORE}
    assert all(files(room) for room in ("knowledge", "prompts", "ui", "bench"))


@pytest.mark.parametrize("path", files("knowledge"), ids=name)
def test_knowledge_imports_nothing_of_ours_but_itself(path):
    assert tops(path) & OURS <= {"knowledge"}
    assert not tops(path) & {"streamlit", "typer", "sqlalchemy", "openai", "langchain"}


@pytest.mark.parametrize("path", files("prompts"), ids=name)
def test_prompts_import_nothing_of_ours_but_themselves(path):
    assert tops(path) & OURS <= {"prompts"}
    assert not tops(path) & (MODELS_AND_STORES | {"streamlit"})


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_has_no_clock_no_chance_no_machine_and_no_libraries_but_pydantic(path):
    assert tops(path) - OURS <= (sys.stdlib_module_names - IMPURE) | {"pydantic"}
    core = {name(file).removesuffix(".py").replace("/", ".") for file in CORE} | {"bot.voices.ladder"}
    ours = {module for module in imports(path) if module.split(".")[0] in OURS}
    assert ours <= core | WHAT_THE_CORE_KNOWS_OF_CARDS


@pytest.mark.parametrize("path", [*CORE, ROOT / "bot/voices/ladder.py"], ids=name)
def test_the_core_opens_prints_and_runs_nothing(path):
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "print", "input", "eval", "exec", "compile", "__import__"}


@pytest.mark.parametrize("path", files("bot"), ids=name)
def test_bot_imports_neither_the_screens_nor_anything_above_them(path):
    assert not tops(path) & {"ui", "streamlit", "typer", "rich", "bench", "tests", "scripts"}


@pytest.mark.parametrize("path", files("bot"), ids=name)
def test_only_the_bootstrap_puts_adapters_together(path):
    rooms = ("bot.judges", "bot.voices", "bot.records")
    own = ".".join(name(path).split("/")[:2])
    others = {m for m in imports(path) if m.startswith(rooms) and not m.startswith(own) and m != "bot.voices.ladder"}
    assert not others or name(path) == "bot/bootstrap.py"


@pytest.mark.parametrize("path", files("ui"), ids=name)
def test_the_screens_know_no_store_no_model_and_no_adapter(path):
    assert not tops(path) & MODELS_AND_STORES
    assert not {
        module for module in imports(path) if module.startswith(("bot.judges", "bot.voices", "bot.records", "bot.llm"))
    }


@pytest.mark.parametrize(
    ("library", "only"),
    [("chromadb", "knowledge/store.py"), ("tantivy", "knowledge/words.py"), ("sqlalchemy", "bot/records/sql.py")],
)
def test_one_module_knows_each_store(library, only):
    users = {name(path) for path in files("bot", "knowledge", "prompts", "ui") if library in tops(path)}
    assert users == {only}


def test_one_room_knows_the_libraries_of_language_models():
    libraries = {"openai", "langchain", "langchain_core", "langchain_openai", "tenacity", "genai_prices"}
    users = {name(path) for path in files("bot", "knowledge", "prompts", "ui") if tops(path) & libraries}
    assert users
    assert all(user.startswith("bot/llm/") for user in users)


@pytest.mark.parametrize("path", files("bot", "knowledge", "prompts", "ui"), ids=name)
def test_nothing_that_ships_imports_the_benches_the_tests_or_the_scripts(path):
    assert not tops(path) & {"bench", "tests", "scripts", "pytest", "hypothesis"}


def loaded_by(module: str, among: list[str]) -> list[str]:
    """Which of the modules `among` are loaded once `module` is imported in a fresh interpreter."""
    code = f"import sys, {module}; print(*[m for m in {among} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.split()


HEAVY = [
    "streamlit", "chromadb", "openai", "langchain", "onnxruntime", "numpy", "sqlalchemy", "pydantic", "yaml", "rich",
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("ui.terminal", HEAVY),
        ("bot.session", [m for m in HEAVY if m != "pydantic"]),
        ("bot.bootstrap", [m for m in HEAVY if m != "pydantic"]),
    ],
)
def test_what_starts_quickly_loads_nothing_heavy(module, heavy):
    assert loaded_by(module, heavy) == []
