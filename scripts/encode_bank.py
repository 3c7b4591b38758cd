"""Encode the texts of the shipped bank: `python -m scripts.encode_bank` after a change of its cards.

With the vectors in the package nobody waits for their first search. Half precision: the cosine to the exact vector is
above .99999, and the file half as large.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.bank import shipped
from knowledge.encoder import MiniLM
from knowledge.entries import points_of, whole_of
from knowledge.vectors import key_of, write_vectors

FILE = Path(__file__).parent.parent / "knowledge" / "bank" / "vectors.npz"


def main() -> None:
    """Write the file anew."""
    texts = [entry.text for card in shipped() for entry in (whole_of(card), *points_of(card))]
    by_key = {key_of(text): text for text in texts}
    keys = sorted(by_key)
    encoder = MiniLM()
    with FILE.open("wb") as file:
        write_vectors(file, encoder, keys, encoder.encode([by_key[key] for key in keys]).astype(np.float16))
    print(f"{len(keys)} texts, {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
