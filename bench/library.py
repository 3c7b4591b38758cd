"""A library of many cards: `python -m bench.library [--cards 100000]`.

The cards are generated from the shipped bank: the question of one card, placed in one of many settings, for the role of
a second, with the key points of a third. All of them go through the real encoder, which takes most of the time.

Prints, in one run on one machine: how fast cards are indexed beside the encoder's bare rate on the same texts, disk,
memory, the time to open again, times of searches with and without filters and of picking a set, and how many of the ten
best an exact search agrees on.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from knowledge.bank import shipped
from knowledge.card import Card
from knowledge.encoder import Encoder, MiniLM, Vectors
from knowledge.entries import whole_of
from knowledge.library import Library
from knowledge.pick import pick

PLACES = ("Lyon", "Leeds", "Porto", "Gdansk", "Cork", "Utrecht", "Turin", "Malmo", "Graz", "Brno", "Split", "Tartu")
TRADES = (
    "a dairy", "a bus company", "a start-up", "a hospital group", "a charity", "a bank", "a shipyard", "a game studio",
    "a chain of bakeries", "a city council", "an insurer", "a wind farm", "a museum", "a law firm", "a toy maker",
    "a telecoms provider", "a food bank", "a publisher", "a brewery", "a railway", "a seed merchant", "an airport",
)  # fmt: skip
SIZES = (
    "of nine people",
    "of sixty",
    "of four hundred",
    "of three thousand",
    "that has just merged",
    "that is shrinking",
)
ASKED = 200


def generated(number: int, seed: int = 4) -> Iterator[Card]:
    """`number` cards, no two with one text, always the same for one `seed`."""
    draw, bank = random.Random(seed), shipped()
    for n in range(number):
        question, role, points = (draw.choice(bank) for _ in range(3))
        setting = f"{draw.choice(TRADES)} {draw.choice(SIZES)} in {draw.choice(PLACES)}"
        yield points.model_copy(
            update={
                "id": f"generated-{n}",
                "question": f"At {setting} ({n}): {question.question}",
                "theme": question.theme,
                "role": role.role,
                "function": role.function,
                "about_role": "",
                "kind": question.kind,
                "answers": (),
                "motivations": (),
                "minefields": (),
            }
        )


class Timed(MiniLM):
    """The real encoder, with the time that it took in all."""

    seconds = 0.0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length per text."""
        began = time.perf_counter()
        vectors = super().encode(texts)
        self.seconds += time.perf_counter() - began
        return vectors


def queries(number: int, seed: int = 5) -> list[str]:
    """What people might look for: probes, labels of key points, roles and themes of the bank."""
    draw, bank, found = random.Random(seed), shipped(), list[str]()
    while len(found) < number:
        card = draw.choice(bank)
        point = draw.choice(card.key_points)
        found.append(
            draw.choice([f"{point.probe} {card.theme}", f"{card.role} {point.label}", point.text, card.question])
        )
    return found


def times(what: Callable[[str], object], asked: Sequence[str]) -> str:
    """Median and 95th percentile of `what` over `asked`, in milliseconds."""
    took = []
    for query in asked:
        began = time.perf_counter()
        what(query)
        took.append(1000 * (time.perf_counter() - began))
    return f"p50 {np.percentile(took, 50):6.1f} ms   p95 {np.percentile(took, 95):6.1f} ms"


def agreement(found: Callable[[str], list[str]], exact: Callable[[str], list[str]], asked: Sequence[str]) -> float:
    """Share of the exact ten best that are found."""
    return float(np.mean([len({*found(q)} & {*exact(q)}) / max(1, len(exact(q))) for q in asked]))


def resident() -> float:
    """Most memory that this process held so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=100_000)
    arguments = parser.parse_args()
    cards = list(generated(arguments.cards))
    texts = [whole_of(card).text for card in cards]
    assert len(set(texts)) == len(texts)
    encoder, before = Timed(), resident()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        library = Library.open(Path(folder), cards, encoder)
        took = time.perf_counter() - began
        bare, rate = len(cards) / encoder.seconds, len(cards) / took
        print(f"{len(cards)} cards indexed in {took:.0f} s, {resident() - before:.0f} MB more at the most")
        print(f"encoder's bare rate       {bare:7.1f} texts/s")
        print(f"index rate                {rate:7.1f} cards/s  = {rate / bare:.1%}")
        on_disk = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        print(f"on disk                   {on_disk / 1e6:7.0f} MB")
        library.close()
        began = time.perf_counter()
        library = Library.open(Path(folder), cards, encoder)
        print(f"opened again in           {time.perf_counter() - began:.1f} s")
        _searches(library, encoder, cards)
        library.close()


def _searches(library: Library, encoder: Encoder, cards: Sequence[Card]) -> None:
    asked = queries(ASKED)
    draw = random.Random(6)
    filters: dict[str, dict[str, str]] = {
        "no filter": {},
        "one function": {"function": draw.choice(cards).function},
        "one role": {"role": draw.choice(cards).role},
        "one kind (a third of all)": {"kind": "technical"},
        "function and kind": {"function": draw.choice(cards).function, "kind": "situational"},
    }
    library.search(asked[0])
    for name, narrowed in filters.items():
        print(f"search, {name:26}", times(lambda query, by=narrowed: library.search(query, **by), asked))  # type: ignore[misc]
    print(f"{'encoding of a query alone':34}", times(lambda query: encoder.encode([query]), asked))
    print(
        f"{'more like this':34}", times(lambda id: library.like(library.card(id)), [card.id for card in cards[:ASKED]])
    )
    print(f"{'a set of five for a text':34}", times(lambda query: pick(library, query, 5), asked))

    def ids(query: str, exact: bool) -> list[str]:
        return [found.card_id for found in library.search(query, exact=exact)]

    print(f"recall@10, whole search    {agreement(lambda q: ids(q, False), lambda q: ids(q, True), asked):.4f}")
    contents = library._contents

    def nearest(query: str) -> list[str]:
        return [contents.ids[place] for place in library._nearest(encoder.encode([query])[0], 400)[:10]]

    def really_nearest(query: str) -> list[str]:
        cosines = contents.vectors(contents.everywhere) @ encoder.encode([query])[0]
        return [contents.ids[place] for place in np.argsort(-cosines)[:10]]

    print(f"recall@10, meaning alone   {agreement(nearest, really_nearest, asked):.4f}")


if __name__ == "__main__":
    main()
