"""What all tests share: a guard that lets nothing out, a home folder of their own, and the development data."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
os.environ["ANONYMIZED_TELEMETRY"] = "False"
# Whoever runs the tests may have a key: no test may spend anything on it.
for _name in [name for name in os.environ if name.startswith(("OPENAI_", "GREENROOM_", "ANTHROPIC_"))]:
    del os.environ[_name]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE / "guard"), os.environ.get("PYTHONPATH", "")]))

# Loading it puts the guard on this process.
from tests.guard.sitecustomize import RECORD  # noqa: E402

TRIED = Path(tempfile.mkstemp(prefix="greenroom-tried-outside-")[1])
os.environ[RECORD] = str(TRIED)

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("greenroom", deadline=None, max_examples=40, suppress_health_check=QUIET)
settings.register_profile("ci", settings.get_profile("greenroom"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "greenroom")


@pytest.fixture(autouse=True)
def _nothing_leaves():
    """Fails a test during which anything but this machine was tried to reach, also where the error was swallowed."""
    before = TRIED.read_text("utf-8")
    yield
    new = TRIED.read_text("utf-8")[len(before) :]
    assert not new, f"reached for the outside: {new}"


def pytest_sessionfinish(session):
    """What was tried between tests, or after the last, fails the run."""
    if TRIED.exists():
        if late := TRIED.read_text("utf-8"):
            print(f"\nreached for the outside: {late}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        TRIED.unlink()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of the test's own, set in the environment."""
    folder = tmp_path / "home"
    monkeypatch.setenv("GREENROOM_HOME", str(folder))
    for name in ("GREENROOM_DATABASE_URL", "GREENROOM_MODE", "GREENROOM_FOLLOW_UPS", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def server():
    """A provider of language models on this machine."""
    from tests.model_server import ModelServer

    made = ModelServer()
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared():
    """The development data beside the repository; a test that needs it is skipped where it is absent."""
    folder = HERE.parents[1] / "shared"
    if not folder.is_dir():
        pytest.skip("the development data (../shared) is not here")
    return folder


@pytest.fixture(scope="session")
def encoder():
    """The real sentence encoder, loaded once."""
    from knowledge.encoder import MiniLM

    return MiniLM()


@pytest.fixture(scope="session")
def embedded_judge(encoder):
    """The real embedded judge, made once."""
    from bot.judges.embedded import EmbeddedJudge

    return EmbeddedJudge(encoder)
