"""Judges what differential.ts computes by NumPy and SciPy: a line of JSON in, the error over its bound out, 1 being the most.

A request names a function and holds its matrices as nested lists, the numbers exact, and its result or null where it refused.
"""
import json
import sys

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.special

EPS = np.finfo(float).eps
SPECIAL = {
    "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
    "logGamma": scipy.special.gammaln,
    "digamma": scipy.special.digamma,
    "normalCdf": scipy.special.ndtr,
    "exponential": np.exp,
}


def size(a):
    """The spectral norm, of matrices of any scale."""
    return 0.0 if a.size == 0 else float(np.linalg.norm(a, 2))


def ratio(error, bound):
    return 0.0 if error == 0 else float(error / bound) if bound > 0 else float("inf")


def matrices(values):
    return [np.array(m["values"], float).reshape(m["rows"], m["cols"]) for m in values]


def orthonormal(q):
    return ratio(size(q.T @ q - np.eye(q.shape[1])), 20 * max(q.shape) * EPS)


def judge(request):
    name, given = request["name"], matrices(request["given"])
    if name == "solve":
        a, b = given
        scale = lambda m: m / np.maximum(np.abs(m).max(axis=1, keepdims=True), 1e-300)
        balanced = scale(scale(a).T).T
        condition = np.linalg.cond(balanced)
        if request["result"] is None:
            return 0.0 if condition > 1e12 else float("inf")
        (x,) = matrices(request["result"])
        rows = np.abs(a).max(axis=1, keepdims=True)
        residual = np.abs((a / rows) @ x - b / rows).max()
        return ratio(residual, 20 * len(a) * EPS * (np.abs(a / rows) @ np.abs(x)).max())
    if name == "cholesky" and request["result"] is None:
        values = np.linalg.eigvalsh(given[0])
        return 0.0 if values[0] < len(values) * 10 * EPS * values[-1] else float("inf")
    if request["result"] is None:
        return float("inf")
    result = matrices(request["result"])
    if name == "multiply":
        a, b = given
        return ratio(np.abs(result[0] - a @ b).max(initial=0), 2 * a.shape[1] * EPS * (np.abs(a) @ np.abs(b)).max(initial=0))
    factor = max(np.abs(given[0]).max(initial=0), 1e-300)
    a = given[0] / factor
    bound = 20 * max(a.shape) * EPS * size(a)
    if name == "eigen":
        values, vectors = result[0][0] / factor, result[1]
        return max(
            ratio(np.abs(values[::-1] - np.linalg.eigvalsh(a)).max(), bound),
            ratio(size(a @ vectors - vectors * values), bound),
            orthonormal(vectors),
        )
    if name == "eigenvalues":
        found, expected = result[0][0] / factor + 1j * (result[1][0] / factor), np.linalg.eigvals(a)
        apart = np.abs(found[:, None] - expected[None, :])
        rows, cols = scipy.optimize.linear_sum_assignment(apart)
        condition = np.linalg.cond(np.linalg.eig(a)[1])
        return ratio(apart[rows, cols].max(), min(bound * condition, 20 * size(a) * (max(a.shape) * EPS) ** (1 / max(a.shape))))
    if name == "svd":
        u, s, v = result[0], result[1][0] / factor, result[2]
        return max(
            ratio(np.abs(s - np.linalg.svd(a, compute_uv=False)).max(), bound),
            ratio(size((u * s) @ v.T - a), bound),
            orthonormal(u),
            orthonormal(v),
        )
    if name == "qr":
        q, r = result[0], result[1] / factor
        wrong = np.abs(np.tril(r, -1)).max() > 0 or np.diag(r).min() < 0
        return float("inf") if wrong else max(ratio(size(q @ r - a), bound), orthonormal(q))
    if name == "cholesky":
        lower = result[0] / np.sqrt(factor)
        return float("inf") if np.abs(np.triu(lower, 1)).max() > 0 else ratio(size(lower @ lower.T - a), bound)
    if name == "matrixExponential":
        expected = scipy.linalg.expm(given[0])
        grown = size(scipy.linalg.expm(np.abs(given[0])))
        return ratio(size(result[0] - expected), 100 * EPS * (1 + size(given[0])) * grown)
    if name == "logSumExpRows":
        expected = scipy.special.logsumexp(given[0], axis=1)
        error = np.abs(np.where(result[0][0] == expected, 0, result[0][0] - expected))
        return float((error / (4 * EPS * np.maximum(1, np.abs(expected)))).max())
    if name == "softmaxRows":
        expected = scipy.special.softmax(given[0], axis=1)
        return float((np.abs(result[0] - expected) / (EPS * (8 * expected + 1e-300) * 4)).max())
    with np.errstate(all="ignore"):
        x, expected = given[0], SPECIAL[name](given[0])
        # what a unit of the last place of x changes is no error
        slope = np.abs(SPECIAL[name](x * (1 + 4 * EPS)) - expected)
        floor = 1 if name in ("logGamma", "digamma") else 0
        least = 5e-324 if name == "exponential" else np.finfo(float).tiny  # SciPy's tails have no denormal numbers
        allowed = 8 * EPS * np.maximum(np.abs(expected), floor) + slope + least
        error = np.where(result[0] == expected, 0, np.abs(result[0] - expected))
    return float(np.nan_to_num(error / allowed, nan=np.inf).max())


for line in sys.stdin:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        print(json.dumps({"ratio": min(judge(json.loads(line)), 1e300)}), flush=True)
