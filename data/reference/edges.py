"""Writes edges.json: values at the edges of float64, by mpmath at 60 digits.

    python data/reference/edges.py
"""
import json
import platform
from pathlib import Path

import mpmath as mp
import numpy
from numpy.polynomial.hermite_e import hermegauss

mp.mp.dps = 60


def digits(value) -> float:
    return float(mp.nstr(value, 20))


def hermite(n):
    """Nodes of at least 0, and weights, of the rule for a standard normal variable."""

    def he(k, x):
        before, now = mp.mpf(0), mp.mpf(1)
        for j in range(k):
            before, now = now, x * now - j * before
        return now

    rows = []
    for start in hermegauss(n)[0]:
        if start < -1e-10:
            continue
        x = mp.mpf(float(start))
        for _ in range(8):
            x -= he(n, x) / (n * he(n - 1, x))
        rows.append([digits(x), digits(mp.factorial(n) / (n * he(n - 1, x)) ** 2)])
    return rows


chi = [
    {"x": x, "k": k, "tail": digits(mp.gammainc(mp.mpf(k) / 2, mp.mpf(x) / 2, mp.inf, regularized=True))}
    for k in (300, 401, 1e4, 1e5)
    for x in (k * 0.8, k - 3 * (2 * k) ** 0.5, k, k + (2 * k) ** 0.5, k + 5 * (2 * k) ** 0.5, k * 1.2)
]
# Far beyond what the incomplete gamma function does: Temme's expansion is exact to 1e-20 there.
for k in (1e6, 1e10, 1e12):
    a = mp.mpf(k) / 2
    chi.append({"x": k, "k": k, "tail": digits(mp.mpf(1) / 2 + (-mp.mpf(1) / 3 - mp.mpf(1) / (540 * a)) / mp.sqrt(2 * mp.pi * a))})

# A Gaussian of variances 400 and 100 in a plane of six dimensions, at a point of the plane and one beside it.
mean = [mp.mpf(v) for v in (100, -50, 30, 20, 10, 5)]
U = [[mp.mpf(3) / 5, mp.mpf(0)], [mp.mpf(4) / 5, mp.mpf(0)], [mp.mpf(0), mp.mpf(5) / 13], [mp.mpf(0), mp.mpf(12) / 13], [0, 0], [0, 0]]
plane = []
for sigma in (1e-5, 1e-6, 0.1):
    for beside in (0, 3 * sigma):
        # float64 coordinates, so that both sides have the same point
        x = [float(m + 13 * u[0] - 26 * u[1]) for m, u in zip(mean, U)]
        x[4] += beside
        y = [mp.mpf(v) - m for v, m in zip(x, mean)]
        v = mp.mpf(sigma) ** 2
        u64 = [[mp.mpf(float(entry)) for entry in row] for row in U]
        S = mp.matrix(6, 6)
        for i in range(6):
            for j in range(6):
                S[i, j] = (v if i == j else 0) + 400 * u64[i][0] * u64[j][0] + 100 * u64[i][1] * u64[j][1]
        square = (mp.matrix([y]) * mp.lu_solve(S, mp.matrix(y)))[0]
        log = -(6 * mp.log(2 * mp.pi) + mp.log(mp.det(S)) + square) / 2
        plane.append({"x": x, "sigma": sigma, "log": digits(log)})

values = [1e9 + 1e-3 * float(mp.sin(i * i)) for i in range(2000)]
centre = mp.fsum(values) / len(values)
variance = mp.fsum([(mp.mpf(v) - centre) ** 2 for v in values]) / (len(values) - 1)

result = {
    "versions": {"python": platform.python_version(), "mpmath": mp.__version__, "numpy": numpy.__version__},
    "hermite": {str(n): hermite(n) for n in (5, 40, 64, 100)},
    "chiSquareTail": chi,
    "erfc": [[x, digits(mp.erfc(x))] for x in (25.5, 26.2, 26.5)],
    "plane": plane,
    "variance": digits(variance),
    "sines": values[:3],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
