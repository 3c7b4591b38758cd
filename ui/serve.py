"""`greenroom serve`: starts the page on this machine and opens it in the browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path

from bot.settings import Settings
from knowledge.errors import BadSetting

PORTS_TRIED = 20
LONGEST_START = 60.0
"""Seconds."""


def serve(settings: Settings, open_browser: bool = True) -> int:
    """Run the page until it is stopped; the exit code. Raises BadSetting where no port near the wanted one is free."""
    port = free_port(settings.host, settings.port)
    if port != settings.port:
        print(f"Port {settings.port} is taken, so Greenroom takes {port}.", flush=True)
    shown = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104  compared, not bound
    url = f"http://{shown}:{port}"
    app = Path(__file__).with_name("app.py")
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += ["--server.address", settings.host, "--server.port", str(port)]
    environment = {**os.environ, "GREENROOM_HOME": str(settings.home.resolve()), "ANONYMIZED_TELEMETRY": "False"}
    # Streamlit's own banner would name addresses that are not this page's.
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603  our own command
    # Whoever ends this command ends the page with it.
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    threading.Thread(target=_announce, args=(url, open_browser), daemon=True).start()
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return 0


def free_port(host: str, wanted: int) -> int:
    """`wanted`, or the first free port after it. Raises BadSetting."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise BadSetting(f"No port from {wanted} on is free at {host}. Set GREENROOM_PORT or GREENROOM_HOST to others.")


def _announce(url: str, open_browser: bool) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310  our own server
                break
        except OSError:
            time.sleep(0.1)
    print(f"Greenroom is open at {url}  (Ctrl+C stops it; nothing is lost)", flush=True)
    if open_browser:
        webbrowser.open(url)
