"""What all tests share: a guard that lets nothing out, a home folder of their own, and the development data."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["ANONYMIZED_TELEMETRY"] = "False"

settings.register_profile(
    "greenroom",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("greenroom")


class Outside(RuntimeError):
    """A test tried to reach something beyond this machine."""


def is_loopback(host: object) -> bool:
    """Whether a socket address's host is this machine."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(event: str, args: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise Outside(f"{event} to {address[0]}")
    if event in ("socket.getaddrinfo", "socket.gethostbyname") and not is_loopback(args[0]):
        raise Outside(f"{event} of {args[0]!r}")


# An audit hook sees every connection of this process, whatever library makes it, and cannot be taken off again.
sys.addaudithook(_guard)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of the test's own, set in the environment."""
    folder = tmp_path / "home"
    monkeypatch.setenv("GREENROOM_HOME", str(folder))
    for name in ("GREENROOM_DATABASE_URL", "GREENROOM_MODE", "GREENROOM_FOLLOW_UPS", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def shared():
    """The development data beside the repository; a test that needs it is skipped where it is absent."""
    folder = Path(__file__).parents[2] / "shared"
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
