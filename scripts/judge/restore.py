"""The weights of an exported model, to train on from: `python -m scripts.judge.restore`, where PyTorch is.

What `scripts/judge/export.py` rounded to 7 and 8 bits stays rounded; training on mends that within a few steps. Writes
build/judge/shipped.pt, which `scripts/judge/train.py --start` takes.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from scripts.judge.model import KEPT, Reader

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "bot" / "judges" / "model" / "model.onnx"
ROUNDED = re.compile(r"/(?:(layers\.\d+)/|heads\.\d/)?([\w.]+)/(MatMul|Gather)_output_0\.w")
LAST = ("qkv", "mix", "up", "down")
"""The last layer is called in parts, and the graph does not name it."""


def restore(model: Path) -> dict[str, torch.Tensor]:
    """A state for `Reader`. Raises KeyError where the model is not one of this shape."""
    given = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(model)).graph.initializer}
    state = {name.removeprefix("reader."): value for name, value in given.items() if name.startswith("reader.")}
    for name, whole in given.items():
        found = ROUNDED.fullmatch(name)
        if found:
            layer, part, kind = found.groups()
            if part in LAST:
                part = f"{layer or f'layers.{KEPT - 1}'}.{part}"
            exact = whole.astype(np.float32) * given[name.removesuffix(".w") + ".scale"]
            # A product's matrix stands transposed, a table does not.
            state[f"{part}.weight"] = exact.T if kind == "MatMul" else exact
    return {name: torch.tensor(np.ascontiguousarray(state[name])) for name in Reader().state_dict()}


def main() -> None:
    """Restore."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "judge" / "shipped.pt")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(restore(options.model), options.out)
    print(f"written: {options.out}")


if __name__ == "__main__":
    main()
