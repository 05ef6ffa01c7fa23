"""Control, heartbeat and stdin while a cell is busy."""
import time


def beat(kernel):
    """Seconds that the heartbeat takes to come back."""
    socket = kernel.manager.connect_hb()
    try:
        start = time.monotonic()
        socket.send(b"ping")
        assert socket.poll(1000), "the heart did not beat within 1 s"
        assert socket.recv() == b"ping"
        return time.monotonic() - start
    finally:
        socket.close(linger=0)


def ask_control(kernel):
    start = time.monotonic()
    assert kernel.wait(kernel.send("kernel_info_request", channel="control"), 1).reply["status"] == "ok"
    return time.monotonic() - start


def test_control_and_heartbeat_answer_during_a_loop(kernel):
    cell = kernel.execute("console.log('in'); { const end = Date.now() + 2500; while (Date.now() < end); }\nconsole.log('out')")
    kernel.until_output(cell, "in")
    slowest = max(max(beat(kernel), ask_control(kernel)) for _ in range(10))
    assert kernel.state(cell) == ["busy"]
    assert slowest < 0.5
    assert kernel.wait(cell).stdout == "in\nout\n"


def test_an_idle_kernel_takes_an_interrupt_as_nothing(kernel):
    kernel.run("var kept = 1")
    assert kernel.wait(kernel.send("interrupt_request", channel="control")).reply == {"status": "ok"}
    assert kernel.run("kept").value == "1"


def asked(kernel, cell, n=1):
    kernel.pump(lambda: len(kernel.seen("stdin", cell)) >= n)
    return kernel.seen("stdin", cell)[n - 1]


def answer(kernel, request, value):
    reply = kernel.session.msg("input_reply", {"value": value, "status": "ok"}, parent=request)
    kernel.session.send(kernel.sockets["stdin"], reply)


def test_input_asks_and_gets_its_answers(kernel):
    cell = kernel.execute("import { input } from 'scorebook/notebook'\nconst name = await input('Name? ')\nconst word = await input('Word? ', { password: true })\nname + word")
    first = asked(kernel, cell)
    assert first["content"] == {"prompt": "Name? ", "password": False}
    answer(kernel, first, "Ada 😀 ")
    second = asked(kernel, cell, 2)
    assert second["content"] == {"prompt": "Word? ", "password": True}
    answer(kernel, second, "s")
    assert kernel.wait(cell).value == "'Ada 😀 s'"


def test_heartbeat_and_control_answer_while_input_waits(kernel):
    cell = kernel.execute("await input('?')")
    request = asked(kernel, cell)
    assert max(beat(kernel), ask_control(kernel)) < 0.5
    answer(kernel, request, "late")
    assert kernel.wait(cell).value == "'late'"


def test_input_is_refused_at_once_where_nobody_answers(kernel):
    start = time.monotonic()
    reply = kernel.run("await input('?')", allow_stdin=False).reply
    assert reply["status"] == "error" and "nobody can answer" in reply["evalue"]
    assert time.monotonic() - start < 1


def test_input_can_be_interrupted_and_a_late_answer_harms_nothing(kernel):
    cell = kernel.execute("await input('?')")
    request = asked(kernel, cell)
    kernel.wait(kernel.send("interrupt_request", channel="control"))
    assert kernel.wait(cell, 3).reply["ename"] == "Interrupted"
    answer(kernel, request, "too late")
    second = kernel.execute("await input('again?')")
    answer(kernel, asked(kernel, second), "now")
    assert kernel.wait(second).value == "'now'"


def test_late_output_belongs_to_the_cell_that_made_it(fresh):
    cell = fresh.execute("setTimeout(() => console.log('late'), 300)")
    fresh.wait(cell)
    following = fresh.execute("await new Promise((r) => setTimeout(r, 600)); console.log('mine')")
    assert fresh.wait(following).stdout == "mine\n"
    fresh.until_output(cell, "late\n")
    fresh.late.add(cell)
    fresh.check()
