"""The same cells in the words of each kernel; None where it has no words for it."""
TYPESCRIPT = {
    "one": "1", "result": "6 * 7", "print": "console.log('{}')", "lines": "for (let i = 0; i < {}; i++) console.log(`line ${{i}}`)",
    "error": "const first = 1\nconst second = 2\nthrow new Error('on purpose')", "set": "let kept = {}", "get": "console.log('kept', kept)",
    "new": "interface Point{0} {{ x: number; y: number }}\nconst points{0}: Point{0}[] = Array.from({{ length: 10 }}, (_, i) => ({{ x: i, y: i * {0} }}));\n"
           "function mean{0}(ps: Point{0}[]): number {{\n  return ps.reduce((s, p) => s + p.y, 0) / ps.length;\n}}\nmean{0}(points{0})",
    "loop": "console.log('in'); for (;;) {}", "await": "console.log('in'); await new Promise((r) => setTimeout(r, 60000))",
    "loop after await": "await Promise.resolve(); console.log('in'); for (;;) {}",
    "busy": "console.log('in'); {{ const end = Date.now() + {}; while (Date.now() < end) {{}} }}", "sleep": "await new Promise((r) => setTimeout(r, {}))",
    "exit": "process.exit(3)", "timer": "setInterval(() => {}, 1000)", "clear": "console.clear()",
    "top-level await": "const awaited = await Promise.resolve(5); console.log('got', awaited)", "for await": "for await (const x of [Promise.resolve(5)]) console.log('got', x)",
    "again": ["const twice = 1; class Twice {}", "const twice = 2; class Twice { x = 1 }", "console.log('got', twice)"],
    "closures": ["let counter = 0; const incr = () => { counter++ }", "counter = 100; incr(); console.log('got', counter)"], "closures give": "got 101",
    "export": ["export const exported = 5", "console.log('got', exported)"], "types": "const wrong: number = 'text'",
    "late error": "void Promise.reject(new Error('nobody cares'))", "import": "import {{ value }} from './{}.ts'\nconsole.log('got', value)", "module": "export const value: number = {}",
    "typed": "function f(box: Map<string, number>) { box.ha", "typed has": "has", "inspect": "Math.hypot", "astral": "const face = '😀😀'; Math.hypo", "astral has": "hypot", "unfinished": "const f = () => {", "invalid": "const = 1",
    "native": "import { spawnSync } from 'node:child_process'\nspawnSync('echo', ['native'], { stdio: 'inherit' })",
    "bundle": None, "display": None, "update": None, "input": None, "figure": None,
}
CELLS = {
    "scorebook": TYPESCRIPT | {
        "bundle": "import { display, updateDisplay, input } from 'scorebook/notebook'\ndisplay({ 'text/html': '<b>b</b>', 'text/plain': 'b' })",
        "display": "display({ 'text/plain': 'one' }, { id: 'd' })", "update": "updateDisplay('d', { 'text/plain': 'two' })", "input": "console.log('got', await input('?'))",
        "figure": "({ data: [{ type: 'scatter', y: [1, 3, 2] }], layout: {} })",
    },
    "tslab": TYPESCRIPT | {
        "display": "import * as lab from 'tslab'\nconst shown = lab.newDisplay(); shown.text('one')", "update": "shown.text('two')",
        "import": "import {{ value }} from './{}'\nconsole.log('got', value)",  # it takes no ending
        "input": "import * as readline from 'node:readline/promises'\nconsole.log('got', await readline.createInterface({ input: process.stdin, output: process.stdout }).question('?'))",
    },
    "deno": TYPESCRIPT | {
        "bundle": "await Deno.jupyter.display({ 'text/html': '<b>b</b>', 'text/plain': 'b' }, { raw: true })",
        "display": "await Deno.jupyter.display({ 'text/plain': 'one' }, { raw: true, display_id: 'd' })", "update": "await Deno.jupyter.display({ 'text/plain': 'two' }, { raw: true, display_id: 'd', update: true })",
        "input": "console.log('got', prompt('?'))", "exit": "Deno.exit(3)",
        "clear": "await Deno.jupyter.broadcast('clear_output', { wait: false })", "native": "new Deno.Command('echo', { args: ['native'], stdout: 'inherit' }).outputSync()",
    },
    "python3": {
        "one": "1", "result": "6 * 7", "print": "print('{}')", "lines": "for i in range({}): print(f'line {{i}}')", "error": "first = 1\nsecond = 2\nraise ValueError('on purpose')", "set": "kept = {}", "get": "print('kept', kept)",
        "new": "class Point{0}:\n    def __init__(self, x, y): self.x, self.y = x, y\npoints{0} = [Point{0}(i, i * {0}) for i in range(10)]\ndef mean{0}(ps):\n    return sum(p.y for p in ps) / len(ps)\nmean{0}(points{0})",
        "loop": "print('in', flush=True)\nwhile True: pass", "await": "import asyncio\nprint('in', flush=True)\nawait asyncio.sleep(60)", "loop after await": "import asyncio\nawait asyncio.sleep(0)\nprint('in', flush=True)\nwhile True: pass",
        "busy": "import time\nprint('in', flush=True)\nend = time.monotonic() + {} / 1000\nwhile time.monotonic() < end: pass", "sleep": "import time; time.sleep({} / 1000)",
        "exit": "import os; os._exit(3)", "timer": "import asyncio; asyncio.get_running_loop().call_later(60, print)", "clear": "from IPython.display import clear_output; clear_output()",
        "top-level await": "import asyncio\nprint('got', await asyncio.sleep(0, 5))", "for await": "async def g():\n    yield 5\nasync for x in g(): print('got', x)",
        "again": ["twice = 1", "twice = 2", "print('got', twice)"], "closures": ["counter = 0\ndef incr():\n    global counter\n    counter += 1", "counter = 100; incr(); print('got', counter)"], "closures give": "got 101",
        "export": None, "types": None, "late error": None, "import": "%load_ext autoreload\n%autoreload 2\nfrom {} import value\nprint('got', value)", "module": "value = {}",
        "typed": "def f(box: dict):\n    box.ke", "typed has": "keys", "inspect": "len", "astral": "face = '😀😀'; len.__na", "astral has": "__name__", "unfinished": "def f():", "invalid": "1 = = 2",
        "native": "import os; os.system('echo native')",
        "bundle": "from IPython.display import display; display({'text/html': '<b>b</b>', 'text/plain': 'b'}, raw=True)",
        "display": "shown = display({'text/plain': 'one'}, raw=True, display_id='d')", "update": "shown.update({'text/plain': 'two'}, raw=True)", "input": "print('got', input('?'))", "figure": None,
    },
}
