"""Nothing leaves this machine while the tests run."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import Outside, is_loopback


@pytest.mark.parametrize("host", ["198.51.100.7", "2001:db8::1"])
def test_a_connection_to_the_outside_fails_the_test(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe, pytest.raises(Outside):
        probe.connect((host, 9))


def test_a_name_is_not_even_looked_up():
    with pytest.raises(Outside):
        socket.getaddrinfo("example.invalid", 80)


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)],
)
def test_only_loopback_is_inside(host, inside):
    assert is_loopback(host) is inside
