"""Lets no Python process of the tests reach anything but this machine.

`tests/conftest.py` puts this folder on the PYTHONPATH, so that every Python that a test starts loads this file too. An
audit hook sees every connection, whatever library makes it, and cannot be taken off again. What was tried is also
written to a file, since a library may swallow the exception.
"""

import os
import sys

RECORD = "GREENROOM_TESTS_TRIED_OUTSIDE"
"""The environment variable that names the file of what was tried."""
CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class Outside(RuntimeError):
    """Somebody tried to reach something beyond this machine."""


def is_loopback(host: object) -> bool:
    """Whether the host of a socket address or of a look-up is this machine."""
    name = host.decode("utf-8", "replace") if isinstance(host, bytes | bytearray) else str(host or "")
    name = name.partition("%")[0].lower()
    in_block_127 = name.startswith("127.") and name.replace(".", "").isdigit()
    return in_block_127 or name in ("", "localhost", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::")


def guard(event: str, args: "tuple[object, ...]") -> None:
    """Raises Outside where an audited event of a socket is not about this machine; unix sockets have no host."""
    if event in CONNECTS and isinstance(args[1], tuple):
        host = args[1][0]
    elif event in LOOKS_UP:
        host = args[0]
    else:
        return
    if not is_loopback(host):
        if path := os.environ.get(RECORD):
            with open(path, "a", encoding="utf-8") as record:
                record.write(f"{event} {host!r} by process {os.getpid()}\n")
        raise Outside(f"{event} to {host!r}: tests reach nothing but this machine")


sys.addaudithook(guard)
