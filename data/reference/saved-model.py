"""Writes saved-model/ and saved-model.json: a denoiser as Python's TensorFlow exports one, and what it gives.

A perceptron of one hidden layer in the preconditioning of Karras et al., with random weights of a fixed seed. Signatures:
serving_default (x [n, 3], sigma [n]) -> denoised; jvp and vjp (x, sigma, v) -> product. With TensorFlow 2.15:

    python data/reference/saved-model.py
"""
import json
import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf

D, HIDDEN, SIGMA_DATA = 3, 8, 0.5
random = np.random.default_rng(1)


def draw(*shape: int) -> tf.Variable:
    return tf.Variable(random.normal(size=shape).astype(np.float32) / np.sqrt(shape[0]))


points = tf.TensorSpec([None, D], tf.float32)
levels = tf.TensorSpec([None], tf.float32)


class Denoiser(tf.Module):
    def __init__(self):
        self.layers = [draw(D + 1, HIDDEN), draw(HIDDEN), draw(HIDDEN, D), draw(D)]

    def denoise(self, x, sigma):
        sigma = sigma[:, None]
        total = tf.sqrt(sigma**2 + SIGMA_DATA**2)
        W0, b0, W1, b1 = self.layers
        h = tf.nn.silu(tf.concat([x / total, tf.math.log(sigma) / 4], 1) @ W0 + b0)
        return (SIGMA_DATA / total) ** 2 * x + sigma * SIGMA_DATA / total * (h @ W1 + b1)

    @tf.function(input_signature=[points, levels])
    def serving_default(self, x, sigma):
        return {"denoised": self.denoise(x, sigma)}

    @tf.function(input_signature=[points, levels, points])
    def vjp(self, x, sigma, v):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = self.denoise(x, sigma)
        return {"product": tape.gradient(y, x, output_gradients=v)}

    @tf.function(input_signature=[points, levels, points])
    def jvp(self, x, sigma, v):
        with tf.autodiff.ForwardAccumulator(x, v) as tape:
            y = self.denoise(x, sigma)
        return {"product": tape.jvp(y)}


here = Path(__file__).parent
model = Denoiser()
shutil.rmtree(here / "saved-model", ignore_errors=True)
signatures = {name: getattr(model, name) for name in ("serving_default", "jvp", "vjp")}
tf.saved_model.save(model, str(here / "saved-model"), signatures=signatures)

x, v = (random.normal(size=(4, D)).astype(np.float32) for _ in range(2))
cases = []
for sigma in (0.01, 0.3, 5.0):
    levels = tf.fill([4], np.float32(sigma))
    cases.append({
        "sigma": sigma,
        "denoised": model.serving_default(x, levels)["denoised"].numpy().astype(float).ravel().tolist(),
        "jvp": model.jvp(x, levels, v)["product"].numpy().astype(float).ravel().tolist(),
        "vjp": model.vjp(x, levels, v)["product"].numpy().astype(float).ravel().tolist(),
    })
record = {"versions": {"tensorflow": tf.__version__, "numpy": np.__version__}, "x": x.astype(float).ravel().tolist(), "v": v.astype(float).ravel().tolist(), "cases": cases}
(here / "saved-model.json").write_text(json.dumps(record, indent=1) + "\n")
