"""A whole interview in a real browser, by keyboard; nothing is asked of any other machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge.formats.template import xlsx_template
from tests.model_server import fails

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("browser")]

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SEARCH = "how do I pick creators for a small brand"
ANSWER = (
    "Macro creators have huge audiences and cost a lot. Micro ones have maybe ten thousand followers who listen, so "
    "their tips are believed. I would choose by the goal of the campaign and the money there is."
)


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and no Chromium is installed")
        pytest.skip("no Chromium is installed, so the browser tests are left out")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(home: Path, **settings: str) -> Iterator[str]:
    """The address of the program, served with these settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "GREENROOM_HOME": str(home), "GREENROOM_PORT": str(port), **settings}
    server = subprocess.Popen(
        [sys.executable, "-m", "ui.terminal", "serve", "--no-browser"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
            break
        except OSError:
            time.sleep(0.2)
    try:
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("browser") / "home") as url:
        yield url


class Tab:
    """One browser tab, with what it asked of whom."""

    def __init__(self, browser, **context: object) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            self.outside.append(request.url)

    def wait(self, text: str) -> None:
        self.page.get_by_text(text, exact=False).first.wait_for()

    def type(self, text: str) -> None:
        box = self.page.get_by_test_id("stChatInputTextArea")
        box.wait_for()
        box.focus()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")


def test_an_interview_typed_by_keyboard_survives_a_reload_and_ends_in_a_debrief(chromium, address, tmp_path):
    tab = Tab(chromium, viewport={"width": 1280, "height": 800})
    tab.page.goto(address)
    tab.wait("This is an AI, for practice only")
    tab.page.get_by_label("What should it be about?").fill(SEARCH)
    tab.page.keyboard.press("Control+Enter")
    tab.wait("what separates a macro influencer")
    tab.page.get_by_label("Questions", exact=True).fill("1")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("button", name="Start the interview (1 question)").click()
    tab.wait("Question 1 of 1")
    tab.type(ANSWER)
    tab.wait("Follow-up 1 of 3")
    where = tab.page.url
    tab.page.screenshot(path=tmp_path / "interview.png")
    tab.page.reload()
    tab.wait("Macro creators have huge audiences")
    tab.wait("Follow-up 1 of 3")
    assert tab.page.url == where
    tab.type("I would give each of them a code and count the orders that come in.")
    tab.wait("Follow-up 2 of 3")
    tab.type("I don't know")
    tab.wait("Follow-up 3 of 3")
    tab.type("/end")
    tab.wait("Your debrief")
    tab.wait("Three next steps")
    tab.page.screenshot(path=tmp_path / "debrief.png")
    assert tab.outside == []
    assert tab.errors == []


def test_a_model_plays_fails_is_asked_again_and_is_relieved_by_the_embedded_interviewer(chromium, server, tmp_path):
    with served(tmp_path / "home", OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-canary") as address:
        tab = Tab(chromium, viewport={"width": 1280, "height": 800})
        tab.page.goto(f"{address}/?preview=influencer-macro-micro-basics")
        tab.page.get_by_role("button", name="Practise it").click()
        tab.wait("What you type is sent to openai:gpt-5.4-mini")
        tab.type("What matters first is k1 and then a part of it is k2~ where money is short.")
        tab.wait("Follow-up 1 of 3")
        tab.wait("And what would you add on step 1 of it?")
        server.usual = fails(401)
        tab.type("And there is k3 which I learned the hard way.")
        tab.wait("could not be judged")
        tab.page.screenshot(path=tmp_path / "trouble.png")
        tab.page.reload()
        tab.wait("And there is k3 which I learned the hard way.")
        asked = len(server.requests)
        tab.page.get_by_role("button", name="Try again").click()
        while len(server.requests) == asked or tab.page.locator("[data-testid=stSpinner]").count():
            tab.page.wait_for_timeout(100)
        tab.wait("could not be judged")
        tab.page.get_by_role("button", name="Go on with the embedded interviewer").click()
        tab.wait("Everything stays on this machine")
        tab.wait("Follow-up 2 of 3")
        tab.type("/end")
        tab.wait("Your debrief")
        tab.wait("Who played the interviewer")
        assert "canary" not in tab.page.content()
        assert tab.outside == []
        assert tab.errors == []


def test_a_phone_in_the_dark_shows_the_first_screen_without_sideways_scrolling(chromium, address, tmp_path):
    tab = Tab(chromium, viewport={"width": 390, "height": 844}, color_scheme="dark")
    tab.page.goto(address)
    tab.wait("Greenroom")
    tab.page.get_by_role("button", name="Start the interview").wait_for()
    tab.page.screenshot(path=tmp_path / "phone.png")
    wide, seen = tab.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen
    dark = tab.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert dark == "rgb(18, 22, 20)"
    assert tab.outside == []


def test_a_preview_shows_its_heat_map(chromium, address, tmp_path):
    tab = Tab(chromium, viewport={"width": 1280, "height": 800})
    tab.page.goto(f"{address}/?preview=influencer-macro-micro-basics")
    tab.wait("How deep this question goes")
    tab.page.locator("td").first.wait_for()
    assert tab.page.locator("td").count() >= 30
    tab.page.screenshot(path=tmp_path / "preview.png")
    assert tab.outside == []
    assert tab.errors == []


def test_cards_are_imported_written_deleted_and_taken_back_by_mouse_and_keyboard(chromium, address, tmp_path):
    sheet = tmp_path / "mine.xlsx"
    sheet.write_bytes(xlsx_template())
    tab = Tab(chromium, viewport={"width": 1280, "height": 900})
    tab.page.goto(f"{address}/?screen=cards")
    tab.page.locator("input[type=file]").set_input_files(sheet)
    tab.wait("mine.xlsx")
    tab.page.get_by_role("button", name="Import", exact=True).click()
    tab.wait("Went in: A customer's birthday cake")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Template, XLSX").click()
    assert download.value.path().read_bytes()[:2] == b"PK"
    tab.page.get_by_role("button", name="Write a new card").click()
    tab.page.get_by_label("The question, as it is said").fill("How do you keep bread fresh in a small shop?")
    tab.page.get_by_label("Label of key point 1").fill("Bake in rounds")
    tab.page.get_by_label("What a good answer says of it").fill("Bakes several small lots a day, not one large one.")
    tab.page.keyboard.press("Control+Enter")
    tab.wait("k1: has no probe")
    where = tab.page.url
    tab.page.reload()
    assert tab.page.url == where
    tab.wait("k1: has no probe")
    tab.page.screenshot(path=tmp_path / "editor.png")
    tab.page.get_by_role("button", name="Keep it among my cards").click()
    tab.wait("1 key point,")
    tab.page.get_by_role("button", name="Delete", exact=True).click()
    tab.wait("you can take it back")
    tab.page.get_by_role("button", name="Yes, delete it").click()
    tab.wait("Deleted: How do you keep bread fresh")
    tab.page.get_by_role("button", name="Undo").click()
    tab.wait("2 of your own")
    tab.page.screenshot(path=tmp_path / "cards.png")
    assert tab.outside == []
    assert tab.errors == []
