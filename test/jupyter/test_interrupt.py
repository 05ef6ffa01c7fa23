"""Interrupts at random moments: the cell ends within 3 s and the variables stay, unless the error says otherwise."""
import random
import time

CELLS = {
    "loop": "for (;;) rounds++",
    "loop after an await": "await Promise.resolve(); for (;;) rounds++",
    "await": "await new Promise(() => {})",
    "awaits in a loop": "for (;;) { rounds++; await new Promise((r) => setTimeout(r, 1)) }",
    "loop of resolved awaits": "for (;;) { rounds++; await null }",
    "caught awaits": "for (;;) { try { rounds++; await null } catch {} }",
    "loop in try and catch": "for (;;) { try { for (;;) rounds++ } catch { rounds = 0 } }",
    "loop in a nested async function": "async function deep() { await null; for (;;) rounds++ }\nawait deep()",
    "loop in a timer": "setTimeout(() => { for (;;) rounds++ }, 0); await new Promise(() => {})",
    "printing loop": "for (;;) { console.log(rounds++) }",
    "printing awaits": "for (;;) { console.log(rounds++); await new Promise((r) => setTimeout(r, 0)) }",
    "generator": "function* all() { for (;;) yield rounds++ }\nfor (const _ of all());",
    "short": "rounds++",
}


def interrupt(kernel):
    return kernel.wait(kernel.send("interrupt_request", channel="control"), 1).reply


def test_fifty_at_random_moments_keep_the_state(kernel):
    chance = random.Random(20240622)
    kernel.run("let rounds = 0; const kept: number[] = []")
    slowest = 0
    for i in range(50):
        name = chance.choice(list(CELLS))
        cell = kernel.execute(f"kept.push({i}); {CELLS[name]}")
        end = time.monotonic() + chance.uniform(0, 0.5)
        kernel.pump(lambda: kernel.state(cell) == ["busy"] or kernel.done(cell))
        while time.monotonic() < end:
            kernel.receive(1000 * max(0, end - time.monotonic()))
        start = time.monotonic()
        assert interrupt(kernel) == {"status": "ok"}
        reply = kernel.wait(cell, 3).reply
        slowest = max(slowest, time.monotonic() - start)
        ended = (name, reply["status"], reply.get("ename"), reply.get("evalue"))
        assert reply["status"] == "ok" or reply["ename"] == "Interrupted", ended
        assert name == "short" or reply["status"] == "error", ended
        # Interrupted before it ran, a cell has pushed nothing; the state is there in any case.
        after = kernel.run(f"kept.length > {i} || kept.push({i}); kept.length")
        assert after.of("execute_result"), (i, ended, after.outputs)
        value = after.value
        assert value == str(i + 1), (ended, value)
    assert slowest < 3


def test_nothing_of_an_interrupted_cell_runs_on(kernel):
    cell = kernel.execute("var steps = 0; setInterval(() => steps++, 5)\nfor (;;) { steps++; console.log('step'); await new Promise((r) => setTimeout(r, 5)) }")
    kernel.until_output(cell, "step")
    interrupt(kernel)
    assert kernel.wait(cell, 3).reply["ename"] == "Interrupted"
    seen = kernel.run("steps").value
    assert kernel.run("await new Promise((r) => setTimeout(r, 200)); steps").value == seen


def test_cells_queued_behind_an_interrupted_one(kernel):
    cell = kernel.execute("console.log('in'); for (;;);")
    kernel.until_output(cell, "in")
    stopped = kernel.execute("'aborted'")
    interrupt(kernel)
    assert kernel.wait(cell, 3).reply["ename"] == "Interrupted"
    assert kernel.wait(stopped).reply["ename"] == "ExecutionAborted"
    assert kernel.run("'runs'").value == "'runs'"


def test_twice_is_once(kernel):
    kernel.run("var still = 'there'")
    cell = kernel.execute("console.log('in'); for (;;);")
    kernel.until_output(cell, "in")
    for _ in range(5):
        interrupt(kernel)
    assert kernel.wait(cell, 3).reply["ename"] == "Interrupted"
    assert kernel.run("still").value == "'there'"


def test_a_cell_that_does_not_stop_is_ended_and_says_so(kernel):
    kernel.run("var lost = 1")
    program = "trap '' INT; sleep 10"  # programs that heed an interrupt end with the cell
    cell = kernel.execute(f"""import {{ execSync }} from 'node:child_process'; console.log('in'); execSync("{program}")""")
    kernel.until_output(cell, "in")
    start = time.monotonic()
    interrupt(kernel)
    answer = kernel.wait(cell, 3)
    assert time.monotonic() - start < 3
    [error] = answer.of("error")
    assert error["ename"] == "Interrupted" and "its variables are lost" in error["evalue"]
    assert kernel.run("typeof (globalThis as any).lost", 15).value == "'undefined'"
