from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from knowledge import entries
from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.encoder import MiniLM
from knowledge.errors import LibraryUnavailable, NotFound
from knowledge.library import Library
from knowledge.store import Store
from tests.fakes import HashingEncoder

ROOT = Path(__file__).resolve().parents[2]


def card(id: str, question: str, *points: str, **more: str) -> Card:
    key_points = [{"id": f"k{n}", "label": "Point", "text": text} for n, text in enumerate(points or ("Says so",), 1)]
    return Card.model_validate({"id": id, "question": question, "kind": "technical", "key_points": key_points, **more})


CARDS = [
    card(
        "creators",
        "How would you choose influencers for a campaign?",
        "Looks at comments and saves before follower counts",
        "Asks whether the audience of the creator fits the buyer",
        function="Marketing",
        role="Influencer Marketing Specialist",
        theme="Creator selection",
    ),
    card(
        "landing",
        "How do you test a landing page?",
        "Fixes the sample size before the split test starts",
        function="Marketing",
        role="Growth Marketer",
        theme="Experiments",
        kind="behavioural",
    ),
    card(
        "schema",
        "How do you rename a column of a live database?",
        "Expands first and contracts later",
        "Backfills in small batches",
        function="Engineering",
        role="Backend Engineer",
        theme="Migrations",
    ),
    card(
        "handover", "What do you say at the end of a shift?", "Names the sickest patient first", function="Healthcare"
    ),
]
ENTRIES = sum(1 + len(each.key_points) for each in CARDS)


@pytest.fixture
def encoder():
    return HashingEncoder()


@pytest.fixture
def folder(tmp_path, encoder):
    """A folder in which a library of CARDS was built and closed."""
    with closing(Library.open(tmp_path / "library", CARDS, encoder)) as library:
        assert isinstance(library._store, Store)
    encoder.encoded.clear()
    return tmp_path / "library"


def ids(found):
    return [each.card_id for each in found]


def first(library, query, **filters):
    return library.search(query, 1, **filters)[0].card_id


# What is found


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with closing(Library.open(tmp_path_factory.mktemp("library"), CARDS, HashingEncoder())) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found", "part"),
    [
        ("rename a column", "schema", "card"),
        ("backfills in small batches", "schema", "k2"),
        ("the sickest patient", "handover", "k1"),
        ("INFLUENCERS for a CAMPAIGN", "creators", "card"),
        ("Growth Marketer", "landing", "card"),
    ],
)
def test_a_card_is_found_by_its_question_role_or_key_points(library, query, found, part):
    best = library.search(query)[0]
    assert (best.card_id, best.best_part) == (found, part)


def test_scores_are_between_0_and_1_and_fall(library):
    scores = [found.score for found in library.search("how do you test a database")]
    assert len(scores) == len(CARDS)
    assert 1 >= scores[0] >= scores[-1] >= 0
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"function": "Marketing"}, ["creators", "landing"]),
        ({"function": "mARKETING "}, ["creators", "landing"]),
        ({"function": "Market"}, []),
        ({"role": "growth marketer"}, ["landing"]),
        ({"theme": "migrations"}, ["schema"]),
        ({"kind": "Behavioural"}, ["landing"]),
        ({"function": "Marketing", "kind": "technical"}, ["creators"]),
        ({"function": "Marketing", "theme": "Migrations"}, []),
        ({"function": ""}, ["creators", "landing", "schema", "handover"]),
        ({"function": "\0 \ud800"}, ["creators", "landing", "schema", "handover"]),
    ],
)
def test_filters_keep_whole_values_whatever_their_case(library, filters, expected):
    assert ids(library.search("", **filters)) == expected
    assert sorted(ids(library.search("how do you", **filters))) == sorted(expected)


@pytest.mark.parametrize("query", ["", "  \n", "\0", "\ud800"])
def test_an_empty_query_finds_the_cards_in_their_own_order_with_score_0(library, query):
    found = library.search(query, 3)
    assert ids(found) == ["creators", "landing", "schema"]
    assert {each.score for each in found} == {0.0}


@pytest.mark.parametrize(("n", "found"), [(-1, 0), (0, 0), (1, 1), (3, 3), (1_000_000, 4)])
def test_at_most_n_cards_are_found(library, n, found):
    assert len(library.search("how do you", n)) == found
    assert len(library.search("", n)) == found


@pytest.mark.parametrize(
    "text", ["x" * 2_000_000, "a\0b", "\ud800", "🎉" * 999, "\u202e", '{"$ne": 1}', "' OR 1=1 --", "../../etc"]
)
def test_hostile_text_is_only_text(library, text):
    assert len(library.search(f"how {text}")) == len(CARDS)
    library.search("how", function=text, role=text, theme=text, kind=text)


def test_a_library_of_no_cards_finds_nothing(tmp_path, encoder):
    for _ in range(2):
        with closing(Library.open(tmp_path, [], encoder)) as library:
            assert library.search("anything") == library.search("") == []


def test_of_two_cards_with_one_id_the_last_counts(tmp_path, encoder):
    with closing(Library.open(tmp_path, [*CARDS, card("schema", "What is a zebra?")], encoder)) as library:
        assert first(library, "zebra") == "schema"
        assert len(library.search("")) == len(CARDS)


def test_many_threads_may_search_at_once(library):
    found = []
    threads = [threading.Thread(target=lambda: found.append(first(library, "rename a column"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["schema"] * 8


def test_the_real_encoder_finds_a_card_that_shares_no_word_with_the_query(tmp_path):
    with closing(Library.open(tmp_path, CARDS, MiniLM(threads=1))) as library:
        assert first(library, "how do I pick creators for a small brand") == "creators"
        assert first(library, "changing SQL tables without downtime") == "schema"
        assert first(library, "nurses finishing work") == "handover"


# What is found by words, what is alike


class Mute(HashingEncoder):
    """An encoder to which all texts mean the same."""

    def encode(self, texts):
        self.encoded += texts
        return np.full((len(texts), self.dimensions), self.dimensions**-0.5, dtype=np.float32)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("backfilling", "schema"),
        ("WHO is sickest?", "handover"),
        ("saves", "creators"),
        ("experiments sized", "landing"),
    ],
)
def test_where_meaning_cannot_tell_words_and_their_stems_do(tmp_path, query, found):
    with closing(Library.open(tmp_path, CARDS, Mute())) as library:
        assert first(library, query) == found


def test_what_meaning_and_words_agree_on_scores_1_and_what_only_one_of_them_finds_less(library):
    best, *others = library.search("rename a column of a live database")
    assert (best.card_id, best.score) == ("schema", 1.0)
    assert all(other.score < 0.75 for other in others)


def test_chromadbs_candidates_and_all_cards_give_the_same(tmp_path):
    cards = [
        card(f"c{n}", f"How do you {words}?") for n, words in enumerate(["bake", "bake bread", "sing", "swim"] * 3)
    ]
    with closing(Library.open(tmp_path, cards, HashingEncoder())) as library:
        for query in ("bake", "bread and song", "how do you swim"):
            assert library.search(query) == library.search(query, exact=True)


def test_more_like_this_and_near_duplicates(tmp_path):
    twin = card(
        "twin", "How do you rename a column of a live database now?", function="Engineering", role="Backend Engineer"
    )
    with closing(Library.open(tmp_path, [*CARDS, twin], HashingEncoder())) as library:
        like = library.like(CARDS[2], 3)
        assert ids(like)[:2] == ["schema", "twin"]
        assert like[0].score == pytest.approx(1)
        assert [pair[:2] for pair in library.near_duplicates(0.8)] == [("schema", "twin")]
        assert library.near_duplicates(0.999) == []
        changed = CARDS[2].model_copy(update={"question": "How do you test a landing page?", "role": "Growth Marketer"})
        assert ids(library.like(changed, 2))[0] == "landing"
        with pytest.raises(NotFound):
            library.card("nothing")


def test_a_large_library_has_no_vectors_of_key_points_and_finds_them_by_their_words(tmp_path, monkeypatch):
    monkeypatch.setattr(entries, "POINTS_UP_TO", 2)
    encoder = HashingEncoder()
    with closing(Library.open(tmp_path, CARDS, encoder)) as library:
        assert len(encoder.encoded) == len(CARDS)
        assert first(library, "backfills in small batches") == "schema"
        assert library.point_vectors("schema").shape == (0, 256)


def test_what_is_shipped_is_not_encoded(tmp_path, encoder):
    class Counting(MiniLM):
        encoded: ClassVar[list[str]] = []

        def encode(self, texts):
            Counting.encoded += texts
            return super().encode(texts)

    with closing(Library.open(tmp_path, shipped()[:20], Counting(threads=1))):
        assert Counting.encoded == []


# What is kept


def test_a_library_that_was_built_is_opened_without_encoding(folder, encoder):
    with closing(Library.open(folder, CARDS, encoder)) as library:
        assert isinstance(library._store, Store)
        assert encoder.encoded == []
        assert first(library, "rename a column") == "schema"


def test_progress_is_told_while_texts_are_encoded_and_not_otherwise(tmp_path, encoder):
    told: list[tuple[int, int]] = []
    many = [card(f"c{n}", f"Question number {n}?") for n in range(100)]  # their key points are one text
    for _ in range(2):
        Library.open(tmp_path, many, encoder, lambda done, total: told.append((done, total))).close()
    assert told == [(64, 101), (101, 101)]


def test_no_text_of_a_card_is_kept_in_the_folder(folder):
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for text in (b"rename a column", b"Backfills", b"sickest"):
        assert text not in kept


ZEBRA = "What is a zebra?", "It has stripes"


@pytest.mark.parametrize(
    ("cards", "encoded"),
    [
        ([*CARDS, card("new", *ZEBRA)], 2),
        ([*CARDS[:3], card("handover", *ZEBRA)], 2),
        ([card("zebra", *ZEBRA)], 2),
        (CARDS[:2], 0),
        (CARDS[::-1], 0),
        ([], 0),
    ],
    ids=["one more", "one changed", "all replaced", "two removed", "another order", "none left"],
)
def test_changed_cards_are_found_as_they_are_now_and_only_they_are_encoded(folder, encoder, cards, encoded):
    with closing(Library.open(folder, cards, encoder)) as library:
        assert isinstance(library._store, Store)
        assert len(encoder.encoded) == encoded
        assert library._store._collection.count() == len(cards)
        assert sorted(ids(library.search("what do you"))) == sorted(each.id for each in cards)
        if encoded:
            assert first(library, "zebra stripes") == cards[-1].id


def test_another_encoder_encodes_everything_again(folder):
    other = HashingEncoder("hashing 2")
    with closing(Library.open(folder, CARDS, other)) as library:
        assert len(other.encoded) == ENTRIES
        assert first(library, "rename a column") == "schema"


# What is damaged


def database(folder: Path) -> Path:
    return next(folder.glob("store-*/chroma.sqlite3"))


def zero_the_middle(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 4 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 4)
    file.write_bytes(data)


DAMAGES = {
    "no folder": shutil.rmtree,
    "no store": lambda folder: shutil.rmtree(database(folder).parent),
    "no database": lambda folder: database(folder).unlink(),
    "a database of garbage": lambda folder: database(folder).write_bytes(b"garbage" * 1_000),
    "an empty database": lambda folder: database(folder).write_bytes(b""),
    "half a database": lambda folder: database(folder).write_bytes(database(folder).read_bytes()[:50_000]),
    "a page of a database": lambda folder: database(folder).write_bytes(database(folder).read_bytes()[:4_096]),
    "a database with a hole": lambda folder: zero_the_middle(database(folder)),
    "no state": lambda folder: (folder / "library.json").unlink(),
    "half a state": lambda folder: (folder / "library.json").write_text("{"),
    "a state of garbage": lambda folder: (folder / "library.json").write_bytes(b"\xff\0"),
    "no vectors": lambda folder: (folder / "vectors.npz").unlink(),
    "vectors of garbage": lambda folder: (folder / "vectors.npz").write_bytes(b"garbage"),
    "half the vectors": lambda folder: (folder / "vectors.npz").write_bytes(
        (folder / "vectors.npz").read_bytes()[:2_000]
    ),
    "vectors with a hole": lambda folder: zero_the_middle(folder / "vectors.npz"),
    "all but the database": lambda folder: [file.unlink() for file in folder.iterdir() if file.is_file()],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_library_is_built_anew_and_nobody_notices(folder, encoder, damage):
    damage(folder)
    for _ in range(2):
        with closing(Library.open(folder, CARDS, encoder)) as library:
            assert isinstance(library._store, Store)
            assert first(library, "rename a column") == "schema"
            assert len(library.search("how do you")) == len(CARDS)
    assert len(list(folder.glob("store-*"))) == 1


def test_entries_that_went_missing_are_put_back(folder, encoder):
    with closing(Library.open(folder, CARDS, encoder)) as library:
        library._store._collection.delete(ids=["schema"])
    with closing(Library.open(folder, CARDS, encoder)) as library:
        assert library._store._collection.count() == len(CARDS)


# Chroma writes an index to disk from 1,000 entries on.
MANY = [card(f"c{n}", f"Question number {n}?", "Point") for n in range(1_100)]


@pytest.mark.parametrize("name", ["index_metadata.pickle", "data_level0.bin", "link_lists.bin"])
def test_a_damaged_index_never_reaches_chromadb_which_would_crash(tmp_path, encoder, name):
    Library.open(tmp_path, MANY, encoder).close()
    (index,) = tmp_path.rglob(name)
    index.write_bytes(b"\xff" * index.stat().st_size)
    with closing(Library.open(tmp_path, MANY, encoder)) as library:
        assert len(encoder.encoded) == 1_100
        assert len(library.search("number 1099")) == 10


def test_a_sound_library_with_an_index_is_not_built_again(tmp_path, encoder):
    for cards in (MANY, MANY, MANY[1:], MANY[1:]):
        with closing(Library.open(tmp_path, cards, encoder)) as library:
            (store,) = tmp_path.glob("store-*")
            assert len(library.search("number 1099")) == 10
        if cards is MANY:
            built = store
    assert store == built


def test_a_store_that_breaks_while_open_is_no_hindrance(folder, encoder):
    with closing(Library.open(folder, CARDS, encoder)) as library:
        library._store._client.delete_collection("cards")
        assert first(library, "rename a column") == "schema"
        assert library._store is None
    with closing(Library.open(folder, CARDS, encoder)) as library:
        assert isinstance(library._store, Store)
        assert first(library, "rename a column") == "schema"


def test_an_update_that_was_cut_off_is_done_again(folder):
    class Interrupted(HashingEncoder):
        def encode(self, texts):
            raise KeyboardInterrupt

    changed = [*CARDS, card("new", "What is a zebra?")]
    with pytest.raises(KeyboardInterrupt):
        Library.open(folder, changed, Interrupted())
    with closing(Library.open(folder, changed, HashingEncoder())) as library:
        assert isinstance(library._store, Store)
        assert first(library, "zebra") == "new"


# Who may write


def test_the_second_to_open_a_folder_works_in_memory_and_finds_the_same(folder, encoder):
    with (
        closing(Library.open(folder, CARDS, encoder)) as holder,
        closing(Library.open(folder, CARDS, encoder)) as other,
    ):
        assert other._store is None
        assert encoder.encoded == []
        for query in ("rename a column", "the sickest patient"):
            assert ids(other.search(query)) == ids(holder.search(query))
    with closing(Library.open(folder, CARDS, encoder)) as after:
        assert isinstance(after._store, Store)


def test_libraries_without_a_store_do_not_see_each_other(folder, encoder):
    with closing(Library.open(folder, CARDS, encoder)):
        one = Library.open(folder, CARDS[:2], encoder)
        other = Library.open(folder, CARDS[2:], encoder)
        one.close()
        assert sorted(ids(other.search("what do you"))) == ["handover", "schema"]
        other.close()


def test_a_folder_that_cannot_be_made_is_no_hindrance(tmp_path, encoder):
    (tmp_path / "file").write_text("in the way")
    with closing(Library.open(tmp_path / "file" / "library", CARDS, encoder)) as library:
        assert first(library, "rename a column") == "schema"


def test_a_closed_library_says_so_and_may_be_closed_again(folder, encoder):
    library = Library.open(folder, CARDS, encoder)
    library.close()
    library.close()
    with pytest.raises(LibraryUnavailable, match="closed"):
        library.search("anything")


OTHER = """
import sys
from pathlib import Path
from knowledge.library import Library
from tests.adapters.test_library import CARDS
from tests.fakes import HashingEncoder
library = Library.open(Path(sys.argv[1]), CARDS, HashingEncoder())
print(type(library._store).__name__, library.search("rename a column")[0].card_id, flush=True)
sys.stdin.read()
"""


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_of_two_processes_at_once_one_writes_and_both_find(tmp_path):
    processes = [start(tmp_path) for _ in range(2)]
    said = sorted(process.stdout.readline().split() for process in processes)
    assert said == [["NoneType", "schema"], ["Store", "schema"]]
    for process in processes:
        process.communicate()
    encoder = HashingEncoder()
    with closing(Library.open(tmp_path, CARDS, encoder)) as library:
        assert encoder.encoded == []
        assert library._store._collection.count() == len(CARDS)


def test_a_holder_that_is_killed_leaves_a_library_that_opens(tmp_path, encoder):
    process = start(tmp_path)
    assert process.stdout.readline().split() == ["Store", "schema"]
    process.kill()
    process.communicate()
    with closing(Library.open(tmp_path, CARDS, encoder)) as library:
        assert isinstance(library._store, Store)
        assert encoder.encoded == []
        assert first(library, "rename a column") == "schema"


def test_importing_the_library_imports_nothing_heavy():
    code = "import sys, knowledge.library; print({'chromadb', 'onnxruntime', 'tokenizers'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout
    assert said.strip() == "set()"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI", "Store schema"),
        ("IS_PERSISTENT=banana", "NoneType schema"),
    ],
    ids=["for a server: no effect", "nonsense: works without chromadb"],
)
def test_a_setting_for_chroma_that_lies_about_does_no_harm(tmp_path, line, said):
    (tmp_path / ".env").write_text(line)
    command = [sys.executable, "-c", OTHER, str(tmp_path / "library")]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, cwd=tmp_path, env=surroundings, input="", text=True, capture_output=True)
    assert said in run.stdout + run.stderr
