"""The terminal: what goes in, what comes out, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CARD = "influencer-macro-micro-basics"
ANSWER = "Big accounts are seen by more people and cost more; small ones have closer followers who believe them."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("terminal")


@pytest.fixture(scope="module")
def greenroom(folder):
    """Runs a command with a home of its own: (exit code, standard output, standard error)."""

    def run(*arguments: str, typed: str = "", **settings: str) -> tuple[int, str, str]:
        environment = {**os.environ, "GREENROOM_HOME": str(folder / "home"), "COLUMNS": "100", **settings}
        done = subprocess.run(
            [sys.executable, "-m", "ui.terminal", *arguments],
            input=typed, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=100, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


def practice(greenroom, typed: str, *more: str) -> dict:
    code, out, _ = greenroom("practice", "--cards", CARD, "--questions", "1", "--json", *more, typed=typed)
    assert code == 0
    return json.loads(out)


@pytest.mark.parametrize(
    "typed", [f"{ANSWER}\n" * 5, f"{ANSWER}\n", "", "/skip\n", "\n\n  \n", "/end", "I don't know\nno idea\n"]
)
def test_a_piped_interview_runs_to_its_debrief_however_the_input_ends(greenroom, typed):
    result = practice(greenroom, typed)
    assert set(result) == {"interview_id", "transcript", "debrief"}
    assert result["debrief"]["finished"]
    assert result["transcript"][-1]["move"] == "close"
    assert all(set(row) == {"by", "text", "move", "about"} for row in result["transcript"])
    assert {row["by"] for row in result["transcript"]} <= {"interviewer", "candidate"}


def test_follow_ups_name_the_key_point_they_are_after(greenroom):
    rows = practice(greenroom, f"{ANSWER}\n{ANSWER}\n")["transcript"]
    probes = [row for row in rows if row["move"] in ("probe", "challenge")]
    assert probes
    assert all(row["about"].startswith("k") for row in probes)


def test_plain_words_and_commands_do_the_same(greenroom):
    def moves(typed: str) -> list[str]:
        return [row["move"] for row in practice(greenroom, typed, "--mode", "practice")["transcript"]]

    assert moves("/repeat\n/hint\n/skip\n") == moves("could you repeat the question?\ngive me a hint\nskip\n")


def test_a_paused_interview_goes_on_where_it_was(greenroom):
    code, out, _ = greenroom("practice", "--cards", CARD, typed=f"{ANSWER}\n/pause\n")
    assert code == 0
    interview_id = out.strip().split()[-1]
    code, out, _ = greenroom("resume", interview_id, typed="/end\n")
    assert code == 0
    assert "Big accounts are seen by more people" in out
    assert "Debrief" in out
    code, out, _ = greenroom("debrief", interview_id)
    assert (code, out.startswith("# Interview debrief")) == (0, True)
    code, out, _ = greenroom("debrief", interview_id, "--format", "json")
    assert json.loads(out)["interview_id"] == interview_id
    code, out, _ = greenroom("resume")
    assert interview_id in out


@pytest.mark.parametrize(
    ("arguments", "settings", "word"),
    [
        (["practice", "--cards", "influencer"], {}, "influencer-macro-micro-basics"),
        (["practice", "--role", "Astronaut"], {}, "No card fits"),
        (["resume", "nothing"], {}, "no interview"),
        (["preview", "nothing"], {}, "no card"),
        (["doctor"], {"GREENROOM_FOLLOW_UPS": "many"}, "GREENROOM_FOLLOW_UPS"),
        (["doctor"], {"GREENROOM_HOME": "/dev/null/here"}, "GREENROOM_HOME"),
        (["judge", "--cards", "x", "--answers", "y", "--out", "z", "--judge", "model"], {}, "embedded"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_with_exit_code_2(greenroom, arguments, settings, word):
    code, out, err = greenroom(*arguments, **settings)
    assert code == 2
    assert word in err
    assert out == ""


def test_search_finds_by_meaning_and_prints_json(greenroom):
    code, out, _ = greenroom("search", "how do I pick creators for a small brand", "-n", "3", "--json")
    results = json.loads(out)["results"]
    assert code == 0
    assert results[0]["id"] == CARD
    assert len(results) == 3
    assert all(set(row) == {"id", "question", "role", "function", "score"} for row in results)
    _, out, _ = greenroom("search", "people", "--function", "finance", "--json")
    assert {row["function"] for row in json.loads(out)["results"]} == {"Finance"}


def test_import_takes_a_file_whole_or_not_at_all_and_says_why(greenroom, folder):
    good = folder / "page.txt"
    good.write_text(
        "How do you brew coffee?\nTheme: Brewing  Role: Barista  Function: Hospitality\n"
        "Sample Answer\n• Fresh beans: Beans are ground just before they are brewed\n• Water: It has stopped boiling\n",
        encoding="utf-8",
    )
    bad = folder / "bad.yaml"
    bad.write_text("question: Why?\nkind: technical\nkey_points:\n  - label: Alone\n", encoding="utf-8")
    code, out, _ = greenroom("import", str(good), str(bad), "--json", "--dry-run")
    found = json.loads(out)
    assert code == 1
    assert [card["role"] for card in found["cards"]] == ["Barista"]
    assert set(found["rejected"][0]) == {"file", "place", "problem", "mend"}
    card_id = found["cards"][0]["id"]
    assert greenroom("preview", card_id)[0] == 2
    assert greenroom("import", str(good))[0] == 0
    assert "no worked answers" in greenroom("preview", card_id)[1]
    code, out, _ = greenroom("preview", card_id, "--json")
    assert code == 0
    assert len(json.loads(out)["ladder"]) == 2
    for format in ("yaml", "json", "csv", "md"):
        copy = folder / f"copy.{format}"
        assert greenroom("export", card_id, "--format", format, "--out", str(copy))[0] == 0
        again = json.loads(greenroom("import", str(copy), "--json", "--dry-run")[1])
        assert again["cards"] == found["cards"]


def test_a_preview_plays_the_three_worked_answers(greenroom):
    code, out, _ = greenroom("preview", CARD, "--json")
    preview = json.loads(out)
    assert code == 0
    assert [play["level"] for play in preview["played"]] == ["novice", "solid", "expert"]
    assert all(play["steps"][-1]["move"] == "close" for play in preview["played"])
    code, out, _ = greenroom("preview", str(ROOT / "knowledge/bank/finance/accountant/profit-without-cash.yaml"))
    assert code == 0
    assert "What each worked answer covers" in out


def test_judge_writes_a_line_for_each_answer_and_never_reads_the_labels(greenroom, folder, shared):
    cards = shared / "data" / "interview" / "interview.dev.cards.json"
    lines = (shared / "data" / "interview" / "interview.dev.answers.jsonl").read_text("utf-8").splitlines()[:6]
    bare = [{key: json.loads(line)[key] for key in ("id", "card_id", "turns")} for line in lines]
    outputs = []
    for name, rows in (("labelled", lines), ("bare", [json.dumps(row) for row in bare])):
        answers, out = folder / f"{name}.jsonl", folder / f"{name}.out.jsonl"
        answers.write_text("\n".join(rows), encoding="utf-8")
        assert greenroom("judge", "--cards", str(cards), "--answers", str(answers), "--out", str(out))[0] == 0
        outputs.append(out.read_text("utf-8"))
    assert outputs[0] == outputs[1]
    for row, line in zip(bare, outputs[0].splitlines(), strict=True):
        found = json.loads(line)
        assert set(found) == {"id", "key_points", "minefields", "motivations", "score"}
        assert found["id"] == row["id"]
        typed = "\n".join(turn["a"] for turn in row["turns"])
        for point in found["key_points"].values():
            assert point["verdict"] in ("covered", "partial", "missing", "contradicted", "unsure")
            assert 0 <= point["score"] <= 1
            assert point["quote"] in typed
        assert 0 <= found["score"] <= 100


@pytest.mark.parametrize(
    "line", ["{}", "[", '{"id": 1, "card_id": "x", "turns": []}', '{"id": "a", "card_id": "none", "turns": []}']
)
def test_a_bad_line_of_answers_is_named(greenroom, folder, shared, line):
    answers = folder / "broken.jsonl"
    answers.write_text(line, encoding="utf-8")
    cards = shared / "data" / "interview" / "interview.dev.cards.json"
    code, _, err = greenroom(
        "judge", "--cards", str(cards), "--answers", str(answers), "--out", str(folder / "no.jsonl")
    )
    assert code == 1
    assert "line 1" in err
    assert not (folder / "no.jsonl").exists()


def test_the_doctor_finds_everything_in_place(greenroom):
    code, out, _ = greenroom("doctor")
    assert code == 0
    assert "checksum right" in out


def test_the_lint_has_nothing_to_say_of_a_shipped_card(greenroom):
    code, out, err = greenroom("lint", str(ROOT / "knowledge/bank/finance"))
    assert (code, out) == (0, "")
    assert "0 things to mend" in err


JOB = "Registered Nurse, surgical ward. You hand over safely, give medicines, calm families and teach students."


def test_pick_gives_a_varied_set_from_easier_to_harder_and_takes_a_file(greenroom, folder):
    (folder / "job.txt").write_text(JOB, encoding="utf-8")
    _, named, _ = greenroom("pick", str(folder / "job.txt"), "-n", "4", "--json")
    code, out, _ = greenroom("pick", JOB, "-n", "4", "--json")
    rows = json.loads(out)["results"]
    assert (code, out) == (0, named)
    assert len(rows) == 4
    assert [row["difficulty"] for row in rows] == sorted(row["difficulty"] for row in rows)
    assert sum(row["role"] == "Registered Nurse" for row in rows) >= 2
    assert {row["function"] for row in rows} == {"Healthcare"}


def test_similar_names_other_cards_or_pairs_that_ask_the_same(greenroom):
    _, out, _ = greenroom("similar", CARD, "-n", "2", "--json")
    rows = json.loads(out)["results"]
    assert len(rows) == 2
    assert CARD not in {row["id"] for row in rows}
    code, out, _ = greenroom("similar", "--json")
    assert (code, json.loads(out)) == (0, {"pairs": []})


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_is_filled_in_imported_deleted_and_put_back(greenroom, folder, ending):
    path = folder / f"mine.{ending}"
    assert greenroom("template", "--format", ending, "--out", str(path))[0] == 0
    assert "kept example-late-delivery" in greenroom("import", str(path))[1]
    code, _, err = greenroom("delete", "example-late-delivery", "--yes")
    name = err.split("greenroom restore ")[1].split()[0]
    assert code == 0
    assert "example-late-delivery" not in greenroom("export", "--own")[1]
    assert name in greenroom("restore")[1]
    assert greenroom("restore", name)[0] == 0
    assert "example-late-delivery" in greenroom("export", "--own")[1]
    assert greenroom("delete", "example-late-delivery", "--yes")[0] == 0
    code, _, err = greenroom("delete", "nothing", "--yes")
    assert (code, "among your own" in err) == (2, True)
