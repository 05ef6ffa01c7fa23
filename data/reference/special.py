"""Writes special.json: special functions to 17 digits by mpmath at 50 digits.

    python data/reference/special.py
"""
import json
import platform
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50


def digits(value) -> float:
    return float(mp.nstr(value, 20))


ORDERS = [0, 0.5, 1, 1.5, 2, 3.5, 5, 10, 24.5, 25, 50, 150.5]
ARGUMENTS = [1e-8, 1e-3, 0.1, 0.7, 1, 3, 10, 25, 39.9, 40.1, 100, 333, 1e3, 2.5e3, 1e4, 1e5, 6.5e5, 1e7]

bessel = []
for order in ORDERS:
    for x in ARGUMENTS:
        i, up = (mp.besseli(mp.mpf(order) + k, mp.mpf(x)) for k in (0, 1))
        bessel.append({"order": order, "x": x, "scaled": digits(mp.exp(-mp.mpf(x)) * i), "log": digits(mp.log(i)), "ratio": digits(up / i)})

REAL = [-30, -6, -3.3, -1, -0.3, -1e-10, 0, 1e-10, 0.1, 0.5, 0.9, 1, 2, 3.3, 6, 10, 26]
POSITIVE = [1e-300, 1e-5, 0.1, 0.5, 0.9999, 1, 1.5, 2, 3.7, 10, 34.5, 100, 1e4, 1e8]
PROBABILITIES = [1e-300, 1e-20, 1e-5, 0.02, 0.1, 0.3, 0.5, 0.7, 0.975, 1 - 2**-20]


def quantile(p):
    p = mp.mpf(p)
    if p > 0.5:
        return -quantile(1 - p)
    return mp.mpf(0) if p == 0.5 else mp.findroot(lambda x: mp.log(mp.ncdf(x)) - mp.log(p), (-40, 0), solver="anderson", tol=1e-40)


result = {
    "versions": {"python": platform.python_version(), "mpmath": mp.__version__},
    "bessel": bessel,
    "erf": [[x, digits(mp.erf(x))] for x in REAL],
    "erfc": [[x, digits(mp.erfc(x))] for x in REAL],
    "logGamma": [[x, digits(mp.loggamma(mp.mpf(x)))] for x in POSITIVE],
    "digamma": [[x, digits(mp.digamma(mp.mpf(x)))] for x in POSITIVE],
    "normalCdf": [[x, digits(mp.erfc(-mp.mpf(x) / mp.sqrt(2)) / 2)] for x in REAL],
    "normalQuantile": [[p, digits(quantile(p))] for p in PROBABILITIES],
    "chiSquareTail": [[x, k, digits(mp.gammainc(mp.mpf(k) / 2, mp.mpf(x) / 2, regularized=True))] for k in (1, 2, 5, 30, 200) for x in (0.01, 1, 4.5, 30, 250)],
}

target = Path(__file__).with_suffix(".json")
temporary = target.with_suffix(".json.tmp")
temporary.write_text(json.dumps(result, indent=1) + "\n")
temporary.replace(target)
