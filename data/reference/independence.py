"""Writes independence.json: measures of independence and independent components by other implementations.

FastICA, mutual information by nearest neighbours and quantiles of ranks are scikit-learn's and SciPy's, distance correlation is dcor's,
and the Hilbert-Schmidt criterion is written out with the centring matrix H.

    python data/reference/independence.py
"""
import json
import platform
from pathlib import Path

import dcor
import numpy as np
import scipy
import sklearn
from scipy.spatial.distance import pdist, squareform
from scipy.stats import norm, rankdata
from sklearn.decomposition import FastICA
from sklearn.feature_selection._mutual_info import _compute_mi_cc

N = 150
rng = np.random.default_rng(1)
u = rng.standard_normal((N, 2))
x = np.round(u[:, 0] + 0.3 * u[:, 1], 6)
y = np.round(np.sin(2 * x) + 0.5 * rng.standard_normal(N), 6)
wide = np.round(rng.standard_normal((N, 3)) + x[:, None], 6)
apart = np.round(rng.standard_normal(N), 6)


def hsic(a, b):
    n = len(a)
    H = np.eye(n) - np.ones((n, n)) / n

    def kernel(points):
        d = pdist(points)
        return np.exp(-squareform(d) ** 2 / (2 * np.median(d) ** 2))

    return float(np.trace(kernel(a) @ H @ kernel(b) @ H) / n**2)


def column(a):
    return a.reshape(N, -1)


pairs = {"curved": (x, y), "apart": (x, apart), "wide": (x, wide)}
measures = {
    name: {
        "hsic": hsic(column(a), column(b)),
        "distanceCorrelation": float(dcor.distance_correlation(column(a), column(b))),
        **({} if b.ndim > 1 else {f"mutualInformation{k}": float(max(-9, _compute_mi_cc(a, b, k))) for k in (3, 5)}),
    }
    for name, (a, b) in pairs.items()
}

sources = np.column_stack([rng.uniform(-1, 1, 400), rng.laplace(size=400), rng.exponential(size=400)])
mixing = np.array([[1.0, 0.5, -0.3], [0.2, 1.0, 0.4], [-0.6, 0.1, 1.0]])
mixed = np.round(sources @ mixing.T, 6)
ica = FastICA(whiten="unit-variance", fun="logcosh", w_init=np.eye(3), tol=1e-14, max_iter=2000).fit(mixed)

result = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "dcor": dcor.__version__,
    },
    "points": {"x": x.tolist(), "y": y.tolist(), "apart": apart.tolist(), "wide": wide.tolist()},
    "measures": measures,
    "gaussianised": norm.ppf((rankdata(x) - 0.5) / N).tolist(),
    "ica": {"mixed": mixed.tolist(), "unmixing": ica.components_.tolist()},
}

target = Path(__file__).with_suffix(".json")
temporary = target.with_suffix(".json.tmp")
temporary.write_text(json.dumps(result) + "\n")
temporary.replace(target)
