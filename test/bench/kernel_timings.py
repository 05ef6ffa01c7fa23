"""Times and memory of several kernels, in turn: python kernel_timings.py ROUNDS KERNEL… → JSON of kernel → measure → values."""
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "jupyter"))

import nbformat
from client import Client
from kernel_cells import CELLS

MEGABYTE = 1 << 20


def memory(kernel):
    """MB of all processes, what they share counted once."""
    time.sleep(1)
    return sum(p.memory_full_info().pss for p in kernel.processes()) / MEGABYTE


def answered(kernel, code):
    """Runs a cell until it is answered; idle may get lost."""
    cell = kernel.execute(code)
    kernel.pump(lambda: kernel.seen("shell", cell), 60)


def seconds(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


class Timed(Client):
    """Runs its first cell at once."""

    def greet(self):
        answered(self, CELLS[self.manager.kernel_name]["result"])
        self.first = time.monotonic()
        super().greet()


def session(name, note, cells):
    """Starts a kernel and runs cells in it, each answered before the next."""
    code = CELLS[name]
    start = time.monotonic()
    kernel = Timed(name)
    try:
        note("start to first result", 1000 * (kernel.first - start))
        note("memory at rest", memory(kernel))
        trivial = [seconds(lambda: answered(kernel, code["one"])) for _ in range(30)]
        note("trivial cell", 1000 * statistics.median(trivial))
        typical = [seconds(lambda: answered(kernel, code["new"].format(i))) for i in range(cells)]
        note("typical new cell", 1000 * statistics.median(typical))
        if cells >= 150:
            note("memory after 150 cells", memory(kernel))
    finally:
        kernel.close()


def notebook(name, note, title, sources, lines=0):
    """Through nbconvert: the time, and of a cell that prints lines how many are kept."""
    language = "python" if name == "python3" else "typescript"
    metadata = {"kernelspec": {"name": name, "display_name": name, "language": language}}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources], metadata=metadata), "in.ipynb")
    run = lambda: subprocess.run(["jupyter", "nbconvert", "--execute", "--to", "notebook", "--output", "out.ipynb", "in.ipynb"], capture_output=True, timeout=300)
    note(title, 1000 * seconds(run))
    if lines:
        outputs = nbformat.read("out.ipynb", 4).cells[0].outputs
        note(f"{title}: kept", "".join(o.get("text", "") for o in outputs).count("line "))


def main(rounds, names):
    values = {name: {} for name in names}
    for i in range(rounds):
        for name in names:
            note = lambda title, value: values[name].setdefault(title, []).append(value)
            code = CELLS[name]
            print(f"round {i + 1} of {rounds}: {name}", file=sys.stderr)
            session(name, note, 150 if i == 0 else 20)
            notebook(name, note, "notebook of 4 cells", [code["result"], code["new"].format(1), code["top-level await"], code["print"].format("end")])
            notebook(name, note, "2,000 lines", [code["lines"].format(2000), code["one"]], 2000)
            if i < 2:
                notebook(name, note, "100,000 lines", [code["lines"].format(100_000), code["one"]], 100_000)
    print(json.dumps(values))


main(int(sys.argv[1]), sys.argv[2:])
