"""Copies the official notebook schema beside this file and writes layout.ipynb the way Jupyter writes a notebook.

    python3 -m venv .venv && .venv/bin/pip install nbformat==5.11.1 && .venv/bin/python data/nbformat/make.py
"""

import shutil
from pathlib import Path

import nbformat
from nbformat import v4

here = Path(__file__).parent
package = Path(nbformat.__file__).parent
assert nbformat.__version__ == "5.11.1", nbformat.__version__
shutil.copy(package / "v4" / "nbformat.v4.5.schema.json", here)

plot = {"layout": {"title": {"text": "σ ≤ 80"}}, "data": [{"10": 1, "9": [], "a": {}, "y": [0.1, -2, 3e-05]}]}
notebook = v4.new_notebook(
    metadata={"zeta": 1, "kernelspec": {"name": "scorebook", "display_name": "TypeScript"}, "orig_nbformat": 4, "custom": {"b": None, "a": True}},
    cells=[
        v4.new_markdown_cell("# Größe 🎲\n\nnot <ascii> \u2028 & \x7f\n", id="title", attachments={"a.txt": {"text/plain": "one\ntwo"}}),
        v4.new_code_cell("", id="empty"),
        v4.new_code_cell(
            "let a = 1\r\nlet b = 2\n\n  a + b",
            id="code",
            execution_count=2,
            metadata={"tags": ["z", "a"], "trusted": True},
            outputs=[
                v4.new_output("stream", text="one\ntwo\x0bthree\x1b[31m\t\n"),
                v4.new_output("stream", name="stderr", text=""),
                v4.new_output("display_data", {"text/plain": "a\nb", "image/png": "AAAA\nBBBB\n", "image/svg+xml": "<svg>\n</svg>", "application/vnd.plotly.v1+json": plot}),
                v4.new_output("execute_result", {"application/json": ["kept\n", "apart\n"], "text/html": "<b>\n</b>"}, execution_count=2),
                v4.new_output("error", ename="TypeError", evalue="x\ny", traceback=["one\ntwo", "three"]),
            ],
        ),
        v4.new_raw_cell("raw\n", id="raw"),
    ],
)
nbformat.write(notebook, here / "layout.ipynb")
