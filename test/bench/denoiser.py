"""The peer of denoiser.ts: the same networks trained and sampled by PyTorch (eager) and by JAX (jitted), CPU, float32, two threads.

Reads a request a line, answers a line. {"case": "array", ...} hands over float64 data; {"case": "model", "kind": "mlp" | "unet",
"hidden" or "side" and "channels", "shapes", "frequencies", "sigmaData"} names the network, whose parameters are the array "parameters".
"""
import json
import math
import os
import sys
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=true intra_op_parallelism_threads=2")

import jax

jax.config.update("jax_platforms", "cpu")
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(2)
BETAS, EPSILON, RATE, EMA, P_MEAN, P_STD = (0.9, 0.999), 1e-8, 1e-3, 0.9, -0.4, 1.6
arrays: dict[str, np.ndarray] = {}
spec: dict = {}


def frequencies() -> list[float]:
    k = spec["frequencies"]
    return [0.5 * 16 ** (i / (k - 1)) for i in range(k)]


class Torch:
    """Parameters of the shapes that this project gives them; convolutions and images turned into PyTorch's order once."""

    def __init__(self):
        self.data = torch.from_numpy(arrays["data"].astype(np.float32))
        self.frequencies = torch.tensor(frequencies())

    def birth(self):
        flat, at = torch.from_numpy(arrays["parameters"][0].astype(np.float32)), 0
        self.p = []
        for shape in spec["shapes"]:
            size = math.prod(shape)
            piece = flat[at : at + size].reshape(shape)
            if len(shape) == 4:
                piece = piece.permute((3, 2, 0, 1) if shape[0] == shape[1] and shape[0] in (1, 3) else (0, 3, 1, 2))
            self.p.append(piece.clone().contiguous().requires_grad_())
            at += size
        self.adam = torch.optim.Adam(self.p, lr=RATE, betas=BETAS, eps=EPSILON)
        self.average = [p.detach().clone() for p in self.p]

    def features(self, sigma):
        c = sigma.log() / 4
        waves = c * self.frequencies
        return torch.cat([c, torch.stack([waves.sin(), waves.cos()], -1).reshape(len(c), -1)], 1)

    def network(self, x, features):
        p = iter(self.p)
        dense = lambda h: torch.addmm(b, h, W) if (W := next(p), b := next(p)) else None
        if spec["kind"] == "mlp":
            h = torch.cat([x, features], 1)
            for _ in spec["hidden"]:
                h = F.silu(dense(h))
            return dense(h)
        side, channels, patch = spec["side"], spec["channels"], spec["patch"]
        p = self.p
        e = F.silu(torch.addmm(p[1], features, p[0]))
        e = F.silu(torch.addmm(p[3], e, p[2]))
        image = x.reshape(-1, 1, side, side)
        h = F.conv2d(F.pixel_unshuffle(image, patch) if patch == 2 else image, p[4], p[5], padding=1) + p[6]
        at = 7

        def block(h, outputs):
            nonlocal at
            one, b1, W, b, two, b2 = p[at : at + 6]
            at += 6
            y = F.conv2d(F.silu(h), one, b1, padding=1) + torch.addmm(b, e, W)[:, :, None, None]
            y = F.conv2d(F.silu(y), two, b2, padding=1)
            if h.shape[1] != outputs:
                h = F.conv2d(h, p[at], p[at + 1])
                at += 2
            return h + y

        kept = []
        for level, width in enumerate(channels):
            if level > 0:
                kept.append(h)
                h = F.avg_pool2d(h, 2)
            h = block(h, width)
        h = block(h, channels[-1])
        starts, begin = [], at  # the blocks up are laid out from the finest level on
        for level, width in enumerate(channels[:-1]):
            starts.append(begin)
            begin += 8
        for level in reversed(range(len(channels) - 1)):
            at = starts[level]
            h = block(torch.cat([kept[level], F.interpolate(h, scale_factor=2, mode="nearest")], 1), channels[level])
        h = F.conv2d(F.silu(h), p[begin], p[begin + 1], padding=1)
        return (F.pixel_shuffle(h, patch) if patch == 2 else h).reshape(x.shape)

    def descend(self, y, z, sigma):
        s = spec["sigmaData"]
        total = (s * s + sigma * sigma).sqrt()
        target = y * (sigma / (s * total)) - z * (s / total)
        difference = self.network((y + sigma * z) / total, self.features(sigma)) - target
        loss = difference.square().sum() / len(y)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, [p.detach() for p in self.p], 1 - EMA)
        return loss.item() / y.shape[1]

    def fixed_step(self):
        y, z, sigma = (torch.from_numpy(arrays[name].astype(np.float32)) for name in ("y", "z", "sigma"))
        return self.descend(y, z, sigma)

    def steps(self, count, batch):
        for _ in range(count):
            y = self.data[torch.randint(len(self.data), (batch,))]
            self.descend(y, torch.randn_like(y), torch.exp(P_MEAN + P_STD * torch.randn(batch, 1)))

    def sample(self):
        s = spec["sigmaData"]
        x = torch.from_numpy(arrays["x"].astype(np.float32))
        levels = arrays["levels"][0]

        def slope(x, sigma):
            total = math.sqrt(s * s + sigma * sigma)
            level = torch.full((len(x), 1), sigma)
            D = s * s / total**2 * x + sigma * s / total * self.network(x / total, self.features(level))
            return (x - D) / sigma

        with torch.no_grad():
            for i in range(len(levels) - 1):
                sigma, to = float(levels[i]), float(levels[i + 1])
                k = slope(x, sigma)
                if to > 0:
                    k = (k + slope(x + (to - sigma) * k, to)) / 2
                x = x + (to - sigma) * k
        return float(x.norm())


class Jax:
    """The same; images are in this project's order, a whole step is one compiled function."""

    def __init__(self):
        self.data = jnp.asarray(arrays["data"].astype(np.float32))
        self.key = jax.random.key(0)
        self.step = jax.jit(self.descend)
        self.random = jax.jit(self.random_step, static_argnums=2)
        self.sampler = jax.jit(self.heun)

    def birth(self):
        flat, at = arrays["parameters"][0].astype(np.float32), 0
        self.p = []
        for shape in spec["shapes"]:
            size = math.prod(shape)
            self.p.append(jnp.asarray(flat[at : at + size].reshape(shape)))
            at += size
        zeros = [jnp.zeros_like(p) for p in self.p]
        self.state = (self.p, zeros, zeros, self.p, 0)

    def features(self, sigma):
        c = jnp.log(sigma) / 4
        waves = c * jnp.asarray(frequencies(), jnp.float32)
        return jnp.concatenate([c, jnp.stack([jnp.sin(waves), jnp.cos(waves)], -1).reshape(len(c), -1)], 1)

    def network(self, p, x, features):
        silu = jax.nn.silu
        if spec["kind"] == "mlp":
            h = jnp.concatenate([x, features], 1)
            for layer in range(len(spec["hidden"])):
                h = silu(h @ p[2 * layer] + p[2 * layer + 1])
            return h @ p[-2] + p[-1]
        side, channels, patch = spec["side"], spec["channels"], spec["patch"]
        conv = lambda h, W, b: jax.lax.conv_general_dilated(h, W, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b
        e = silu(features @ p[0] + p[1])
        e = silu(e @ p[2] + p[3])
        h = x.reshape(-1, side, side, 1)
        n, first = len(x), side // patch
        if patch == 2:
            h = h.reshape(n, first, 2, first, 2).transpose(0, 1, 3, 2, 4).reshape(n, first, first, 4)
        h = conv(h, p[4], p[5]) + p[6]

        def block(h, at):
            one, b1, W, b, two, b2 = p[at : at + 6]
            y = conv(silu(h), one, b1) + (e @ W + b)[:, None, None, :]
            y = conv(silu(y), two, b2)
            return (h if h.shape[-1] == y.shape[-1] else conv(h, p[at + 6], p[at + 7])) + y

        at, kept = 7, []
        for level, width in enumerate(channels):
            if level > 0:
                kept.append(h)
                h = h.reshape(n, h.shape[1] // 2, 2, h.shape[2] // 2, 2, -1).mean((2, 4))
            wide = h.shape[-1] != width
            h = block(h, at)
            at += 8 if wide else 6
        h = block(h, at)
        at += 6
        last = at + 8 * (len(channels) - 1)
        for level in reversed(range(len(channels) - 1)):
            h = block(jnp.concatenate([kept[level], h.repeat(2, 1).repeat(2, 2)], -1), at + 8 * level)
        h = conv(silu(h), p[last], p[last + 1])
        if patch == 2:
            h = h.reshape(n, first, first, 2, 2).transpose(0, 1, 3, 2, 4)
        return h.reshape(x.shape)

    def descend(self, state, y, z, sigma):
        p, first, second, average, step = state
        s = spec["sigmaData"]
        total = jnp.sqrt(s * s + sigma * sigma)
        target = y * (sigma / (s * total)) - z * (s / total)
        objective = lambda p: ((self.network(p, (y + sigma * z) / total, self.features(sigma)) - target) ** 2).sum() / len(y)
        loss, g = jax.value_and_grad(objective)(p)
        step = step + 1
        first = [BETAS[0] * m + (1 - BETAS[0]) * g for m, g in zip(first, g)]
        second = [BETAS[1] * v + (1 - BETAS[1]) * g * g for v, g in zip(second, g)]
        rate = RATE * jnp.sqrt(1 - BETAS[1] ** step) / (1 - BETAS[0] ** step)
        p = [p - rate * m / (jnp.sqrt(v) + EPSILON) for p, m, v in zip(p, first, second)]
        average = [a + (1 - EMA) * (p - a) for a, p in zip(average, p)]
        return (p, first, second, average, step), loss / y.shape[1]

    def random_step(self, state, key, batch, data):
        rows, noise, levels = jax.random.split(key, 3)
        y = data[jax.random.randint(rows, (batch,), 0, len(data))]
        return self.descend(state, y, jax.random.normal(noise, y.shape), jnp.exp(P_MEAN + P_STD * jax.random.normal(levels, (batch, 1))))

    def fixed_step(self):
        self.state, loss = self.step(self.state, *(jnp.asarray(arrays[name].astype(np.float32)) for name in ("y", "z", "sigma")))
        return float(loss)

    def steps(self, count, batch):
        for _ in range(count):
            self.key, key = jax.random.split(self.key)
            self.state, loss = self.random(self.state, key, batch, self.data)
        float(loss)

    def heun(self, p, x, levels):
        s = spec["sigmaData"]

        def slope(x, sigma):
            total = jnp.sqrt(s * s + sigma * sigma)
            D = s * s / total**2 * x + sigma * s / total * self.network(p, x / total, self.features(jnp.full((len(x), 1), sigma)))
            return (x - D) / sigma

        def step(i, x):
            sigma, to = levels[i], levels[i + 1]
            k = slope(x, sigma)
            return x + (to - sigma) / 2 * (k + slope(x + (to - sigma) * k, to))

        x = jax.lax.fori_loop(0, len(levels) - 2, step, x)
        return x - levels[-2] * slope(x, levels[-2])

    def sample(self):
        x, levels = jnp.asarray(arrays["x"].astype(np.float32)), jnp.asarray(arrays["levels"][0].astype(np.float32))
        return float(jnp.linalg.norm(self.sampler(self.p, x, levels)))


libraries = {"PyTorch": Torch, "JAX": Jax}
models: dict[str, Torch | Jax] = {}

for line in sys.stdin:
    request = json.loads(line)
    answer: dict = {}
    match request["case"]:
        case "array":
            arrays[request["name"]] = np.fromfile(request["path"]).reshape(request["shape"])
        case "model":
            spec = request
            models = {}
        case "train":
            model = models[request["library"]] = models.get(request["library"]) or libraries[request["library"]]()
            model.birth()
            answer["check"] = [model.fixed_step() for _ in range(request["fixed"])][-1]
            model.steps(2, request["batch"])
            start = time.perf_counter()
            model.steps(request["steps"], request["batch"])
            answer["seconds"] = (time.perf_counter() - start) / request["steps"]
        case "sample":
            model = models[request["library"]] = models.get(request["library"]) or libraries[request["library"]]()
            model.birth()
            start = time.perf_counter()
            answer["check"] = model.sample()
            answer["seconds"] = time.perf_counter() - start
    print(json.dumps(answer), flush=True)
