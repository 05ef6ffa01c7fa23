"""Writes flow.json: the probability flow of mixtures in the plane, up from a point, and its Jacobian, by SciPy.

dx/dσ = -σ s(x, σ) is integrated in ln σ by DOP853. Column j of the Jacobian is the derivative by a complex step along e_j, Im x(σ_max) / h
from x + i h e_j: of the flow itself, without the derivative of the score, and without a difference that cancels.

    python data/reference/flow.py
"""
import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy.integrate import solve_ivp

LOW, HIGH = 0.01, 80.0
STEP = 1e-20
WEIGHTS = [0.5, 0.3, 0.2]
MEANS = [[-1.5, 0.0], [1.5, 0.5], [0.0, -1.5]]
POINTS = [[-1.4, 0.3], [-0.8, -0.5], [1.3, 0.8], [0.6, 0.1], [0.1, -1.2], [-0.2, -0.4]]


def turned(along: float, across: float, degrees: float) -> list:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    R = np.array([[c, -s], [s, c]])
    return (R @ np.diag([along, across]) @ R.T).tolist()


MIXTURES = {
    "isotropic": [turned(0.15, 0.15, 0)] * 3,
    "anisotropic": [turned(0.25, 0.05, degrees) for degrees in (0, 60, 120)],
}


def score(x, sigma, covariances):
    """Of one point, which may be complex."""
    logs, scores = [], []
    for w, mean, covariance in zip(WEIGHTS, MEANS, covariances):
        noised = np.array(covariance) + sigma**2 * np.eye(2)
        centred = x - np.array(mean)
        scores.append(-np.linalg.solve(noised, centred))
        logs.append(np.log(w) - np.log(np.linalg.det(noised)) / 2 + scores[-1] @ centred / 2)
    r = np.exp(np.array(logs) - max(log.real for log in logs))
    return r / r.sum() @ np.array(scores)


def up(x, covariances):
    def field(u, x):
        return -np.exp(2 * u) * score(x, np.exp(u), covariances)

    return solve_ivp(field, (np.log(LOW), np.log(HIGH)), x, method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]


def encoded(x, covariances):
    columns = [up(np.array(x) + 1j * STEP * e, covariances) for e in np.eye(2)]
    return {"x": x, "code": columns[0].real.tolist(), "jacobian": (np.array(columns).imag.T / STEP).tolist()}


result = {
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
    "sigmaMin": LOW,
    "sigmaMax": HIGH,
    "mixtures": {
        name: {"weights": WEIGHTS, "means": MEANS, "covariances": covariances, "points": [encoded(x, covariances) for x in POINTS]}
        for name, covariances in MIXTURES.items()
    },
}

target = Path(__file__).with_suffix(".json")
temporary = target.with_suffix(".json.tmp")
temporary.write_text(json.dumps(result, indent=1) + "\n")
temporary.replace(target)
