"""The peer of dimension.ts: scikit-dimension, and FLIPD by JAX (CPU, float64, jitted). Reads a request a line, answers a line.

A request names a case and its settings; {"case": "array", "name": ..., "path": ..., "shape": ...} hands over float64 data.
"""
import json
import sys
import time
import warnings

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
import jax.numpy as jnp
import numpy as np

warnings.filterwarnings("ignore")
import skdim.id

arrays: dict[str, np.ndarray] = {}


def log_density(x, sigma, points):
    return jax.scipy.special.logsumexp(-((x - points) ** 2).sum(-1) / (2 * sigma**2)) - points.shape[1] * jnp.log(sigma)


@jax.jit
def flipd(x, sigma, points):
    """D + sigma^2 (tr of the Hessian + squared gradient) of log p, by automatic differentiation."""
    gradient = jax.grad(log_density)
    one = lambda x: len(x) + sigma**2 * (jnp.trace(jax.jacfwd(gradient)(x, sigma, points)) + (gradient(x, sigma, points) ** 2).sum())
    return jax.vmap(one)(x)


@jax.jit
def flipd_formula(x, sigma, points):
    """The same from the weights p of the points: D - D + (sum p |y - x|^2) / sigma^2, by products of matrices."""
    squares = (points**2).sum(1)
    p = jax.nn.softmax((x @ points.T - squares / 2) / sigma**2, axis=-1)
    m = p @ points
    spread = p @ squares - (m**2).sum(1)
    return spread / sigma**2 + ((m - x) ** 2).sum(1) / sigma**2


def run(request):
    name = request["case"]
    if name == "mle":
        return skdim.id.MLE().fit(arrays["x"], n_neighbors=request["k"]).dimension_
    if name == "twonn":
        return skdim.id.TwoNN().fit(arrays["x"]).dimension_
    if name == "lpca":
        return skdim.id.lPCA().fit_pw(arrays["x"], n_neighbors=request["k"]).dimension_pw_.mean()
    function = {"flipd": flipd, "flipd formula": flipd_formula}[name]
    return np.linalg.norm(function(arrays["x"], request["sigma"], arrays["points"]).block_until_ready())


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict = {}
        if request["case"] == "array":
            arrays[request["name"]] = np.fromfile(request["path"]).reshape(request["shape"])
        else:
            start = time.perf_counter()
            result = run(request)
            answer["seconds"] = time.perf_counter() - start
            answer["check"] = float(result)
        print(json.dumps(answer), flush=True)
