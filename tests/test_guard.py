"""Nothing leaves this machine while the tests run."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import TRIED
from tests.guard.sitecustomize import is_loopback

UNROUTED = "198.51.100.7"  # of TEST-NET-2, which no network routes


def refused() -> Any:
    """The guard's own refusal; where tests run in several processes, each has a class of that name of its own."""
    return pytest.raises(RuntimeError, match="tests reach nothing but this machine")


@pytest.fixture
def forgive():
    """What the test tried on purpose is struck from the record."""
    yield
    TRIED.write_text("", "utf-8")


@pytest.mark.parametrize("host", [UNROUTED, "2001:db8::1"])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_connection_to_the_outside_is_an_error_and_on_record(forgive, host, kind):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe, refused():
        probe.connect((host, 9))
    assert host in TRIED.read_text("utf-8")


@pytest.mark.parametrize(
    "look_up", [socket.gethostbyname, socket.gethostbyaddr, lambda name: socket.getaddrinfo(name, 80)]
)
def test_a_name_is_not_even_looked_up(forgive, look_up):
    with refused():
        look_up("example.invalid")


def test_a_process_that_a_test_starts_is_held_back_too_and_on_record(forgive):
    code = f"import socket\ntry: socket.gethostbyname('{UNROUTED}')\nexcept Exception as e: print(type(e).__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Outside"
    assert UNROUTED in TRIED.read_text("utf-8")


def test_a_test_that_swallows_the_error_fails_nevertheless(tmp_path):
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\nfrom tests.conftest import _nothing_leaves\n")
    (tmp_path / "test_it.py").write_text(
        f"import contextlib, socket\n\ndef test_it():\n    with contextlib.suppress(Exception):\n"
        f"        socket.create_connection(('{UNROUTED}', 9))\n"
    )
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"reached for the outside: socket.getaddrinfo '{UNROUTED}'" in done.stdout


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    left, right = socket.socketpair()
    left.close()
    right.close()


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::1%lo", True), ("localhost", True),
        (b"localhost", True), ("LOCALHOST", True), (None, True), ("", True), ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False), ("127.example.com", False), ("localhost.example.com", False), ("2001:db8::1", False),
        ("fe80::1%lo", False),
    ],
)  # fmt: skip
def test_only_loopback_is_inside(host, inside):
    assert is_loopback(host) is inside
