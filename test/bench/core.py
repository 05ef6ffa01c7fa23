"""The peer of core.ts: the same work by NumPy and by JAX (CPU, float64, jitted). Reads a request a line, answers a line.

A request names a case and its sizes; {"case": "array", "name": ..., "path": ..., "shape": ...} hands over float64 data.
With --memory SPLIT_SIZE BATCH it evaluates one delta score and prints the peak resident memory in bytes.
"""
import json
import re
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
import jax.numpy as jnp
import numpy as np

arrays: dict[str, np.ndarray] = {}
functions: dict[str, object] = {}


def array(name: str) -> np.ndarray:
    return arrays[name]


def on_device(*names: str):
    key = "device " + " ".join(names)
    if key not in functions:
        functions[key] = [jnp.asarray(arrays[name]) for name in names]
    return functions[key]


def gaussian_score(x, sigma, mean, U, values):
    return -(((x - mean) @ U) / (values + sigma**2)) @ U.T


def mixture_score(x, sigma, centres, U, values):
    """Equal weights; U (d, K r): all eigenvectors side by side, so that each pass is one product; values and U_k' mu_k (K, r)."""
    K, r = values.shape
    c = (x @ U).reshape(-1, K, r) - centres
    inverse = 1 / (values + sigma**2)
    logs = -0.5 * ((c**2 * inverse).sum(-1) + jnp.log(values + sigma**2).sum(-1))
    share = jax.nn.softmax(logs, axis=-1)
    return -(c * inverse * share[:, :, None]).reshape(-1, K * r) @ U.T


def delta_score(x, sigma, points, squares):
    share = jax.nn.softmax((x @ points.T - squares / 2) / sigma**2, axis=-1)
    return (share @ points - x) / sigma**2


def sample(x, sigmas, centres, U, values):
    """Heun's method down the levels, and a step of Euler's to 0."""
    flow = lambda x, sigma: -sigma * mixture_score(x, sigma, centres, U, values)

    def step(i, x):
        h = sigmas[i + 1] - sigmas[i]
        slope = flow(x, sigmas[i])
        return x + h / 2 * (slope + flow(x + h * slope, sigmas[i + 1]))

    x = jax.lax.fori_loop(0, len(sigmas) - 2, step, x)
    return x - sigmas[-2] * flow(x, sigmas[-2])


def log_density_2d(x, sigma, means, variances, weights):
    v = variances[0] + sigma**2
    return jax.scipy.special.logsumexp(jnp.log(weights[0]) - jnp.log(2 * jnp.pi * v) - ((x[None, :] - means) ** 2).sum(-1) / (2 * v))


def likelihood(x, times, means, variances, weights):
    """log p by the change of variables along dx/dτ, τ = log σ, Runge and Kutta's method of order 4; divergence from the Jacobian."""
    score = jax.grad(log_density_2d)

    def slope(state, tau):
        sigma = jnp.exp(tau)
        one = lambda x: -(sigma**2) * score(x, sigma, means, variances, weights)
        return jax.vmap(one)(state[0]), jax.vmap(lambda x: jnp.trace(jax.jacfwd(one)(x)))(state[0])

    def step(i, state):
        tau, h = times[i], times[i + 1] - times[i]
        move = lambda k, factor: (state[0] + factor * h * k[0], state[1] + factor * h * k[1])
        k1 = slope(state, tau)
        k2 = slope(move(k1, 0.5), tau + h / 2)
        k3 = slope(move(k2, 0.5), tau + h / 2)
        k4 = slope(move(k3, 1.0), tau + h)
        return tuple(s + h / 6 * (a + 2 * b + 2 * c + d) for s, a, b, c, d in zip(state, k1, k2, k3, k4))

    end, change = jax.lax.fori_loop(0, len(times) - 1, step, (x, jnp.zeros(len(x))))
    return change + jax.vmap(lambda x: log_density_2d(x, jnp.exp(times[-1]), means, variances, weights))(end)


def jitted(function):
    key = function.__name__
    if key not in functions:
        functions[key] = jax.jit(function)
    return functions[key]


def case(request):
    """The function to time, and what makes the checked number of its result."""
    name = request["case"]
    total = lambda result: float(np.sqrt((np.asarray(result) ** 2).sum()))
    if name == "matmul":
        a, b = array("a"), array("b")
        return lambda: a @ b, total
    if name == "eigh":
        s = array("s")
        return lambda: np.linalg.eigh(s), lambda result: total(result[0])
    if name == "svd":
        a = array("a")
        return lambda: np.linalg.svd(a, full_matrices=False), lambda result: total(result[1])
    if name == "qr":
        a = array("a")
        return lambda: np.linalg.qr(a), lambda result: total(result[1])
    if name == "cholesky":
        s = array("s")
        return lambda: np.linalg.cholesky(s), total
    if name == "solve":
        a, s = array("a"), array("s")
        return lambda: np.linalg.solve(a, s), total
    if name == "general eigenvalues":
        a = array("a")
        return lambda: np.linalg.eigvals(a), lambda result: total(np.real(result))
    # the points are an argument of every run, as of ours; the rest stays on the device
    if name in ("gaussian", "mixture", "delta"):
        function = jitted({"gaussian": gaussian_score, "mixture": mixture_score, "delta": delta_score}[name])
        fixed = on_device(*request["fixed"])
        x = array("x")
        return lambda: function(x, request["sigma"], *fixed).block_until_ready(), total
    if name in ("sample", "likelihood"):
        function = jitted({"sample": sample, "likelihood": likelihood}[name])
        fixed = on_device(*request["fixed"])
        x, levels = array("x"), array("levels")[0]
        return lambda: function(x, levels, *fixed).block_until_ready(), total
    raise ValueError(name)


def digits(path: str) -> np.ndarray:
    return np.frombuffer(open(path, "rb").read(), np.uint8, offset=16).reshape(-1, 784) * (2 / 255) - 1


def memory(path: str, batch: int) -> int:
    points = jnp.asarray(digits(path))
    squares = (points**2).sum(1)
    x = points[:batch] + 5.0
    jax.jit(delta_score)(x, 5.0, points, squares).block_until_ready()
    # getrusage would count the parent too, as it was before this program took its place
    return int(re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]) * 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        print(memory(sys.argv[2], int(sys.argv[3])))
        sys.exit()
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict = {}
        if request["case"] == "array":
            arrays[request["name"]] = np.fromfile(request["path"]).reshape(request["shape"])
            for key in [key for key in functions if key.startswith("device ") and request["name"] in key.split()]:
                del functions[key]
        elif request["case"] == "forget":
            arrays.clear()
            for key in [key for key in functions if key.startswith("device ")]:
                del functions[key]
        else:
            run, check = case(request)
            seconds = []
            for _ in range(request.get("calls", 1)):
                start = time.perf_counter()
                result = run()
                seconds.append(time.perf_counter() - start)
            answer["seconds"], answer["later"] = seconds[0], seconds[1:]
            answer["check"] = check(result)
        print(json.dumps(answer), flush=True)
