"""How processes begin and end: no orphan, no file left, no dead kernel for what a cell did."""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from client import Client


def ended(process):
    """Also if its new parent has not collected it yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def gone(processes, seconds):
    """Waits until the processes have ended; the seconds that it took."""
    start = time.monotonic()
    while left := [p for p in processes if not ended(p)]:
        assert time.monotonic() < start + seconds, f"still there after {seconds} s: {left}"
        time.sleep(0.005)
    return time.monotonic() - start


def busy(kernel, code="for (;;);"):
    cell = kernel.execute(f"console.log('in'); {code}")
    kernel.until_output(cell, "in")
    return cell


CELLS = {
    "idle": lambda kernel: kernel.run("1"),
    "in a loop": busy,
    "with a live timer and a child process": lambda kernel: kernel.run("import { spawn } from 'node:child_process'; spawn('sleep', ['60']); setInterval(() => {}, 1000)"),
}


@pytest.mark.parametrize("channel, doing", [("shell", "idle"), *(("control", doing) for doing in CELLS)])
def test_shutdown_takes_less_than_a_second(fresh, channel, doing):
    CELLS[doing](fresh)
    processes = fresh.processes()
    assert len(processes) >= 2
    request = fresh.send("shutdown_request", {"restart": False}, channel=channel)
    assert gone(processes, 3) < 1
    fresh.pump(lambda: fresh.done(request), 2)
    assert fresh.seen(channel, request)[0]["content"] == {"status": "ok", "restart": False}
    assert fresh.manager.provisioner.process.wait(1) == 0


def test_a_signal_to_end_is_a_clean_shutdown(fresh):
    busy(fresh)
    processes = fresh.processes()
    os.kill(fresh.pid, signal.SIGTERM)
    assert gone(processes, 3) < 1
    assert fresh.manager.provisioner.process.wait(1) == 0


def test_no_browser_of_a_figure_stays_behind(fresh):
    answer = fresh.run("({ data: [{ type: 'scatter', y: [1, 3, 2] }], layout: {} })", 60)
    assert "image/png" in answer.of("execute_result")[0]["data"]
    processes = fresh.processes()
    assert len(processes) > 3
    fresh.send("shutdown_request", {"restart": False}, channel="control")
    assert gone(processes, 3) < 1


@pytest.mark.parametrize("doing", ["in a loop", "with a live timer and a child process"])
def test_a_killed_kernel_leaves_no_orphan(fresh, doing):
    CELLS[doing](fresh)
    processes = fresh.processes()
    os.kill(fresh.pid, signal.SIGKILL)
    assert gone(processes, 3) < 3


FRONT_END = """
import json, sys, time
from client import Client
kernel = Client()
if sys.argv[1] == "busy":
    kernel.until_output(kernel.execute("console.log('in'); for (;;);"), "in")
print(json.dumps([p.pid for p in kernel.processes()]), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("doing", ["idle", "busy"])
def test_a_killed_front_end_takes_its_kernel_along(doing):
    here = os.path.dirname(__file__)
    with subprocess.Popen([sys.executable, "-c", FRONT_END, doing], stdout=subprocess.PIPE, cwd=here) as front_end:
        processes = [psutil.Process(pid) for pid in json.loads(front_end.stdout.readline())]
        front_end.kill()
    assert gone(processes, 4) < 4


def test_a_killed_evaluator_is_replaced(fresh):
    fresh.run("var before = 1")
    cell = busy(fresh)
    fresh.evaluator().kill()
    reply = fresh.wait(cell).reply
    assert (reply["status"], reply["ename"]) == ("error", "ProcessDied") and "SIGKILL" in reply["evalue"] and "variables are lost" in reply["evalue"]
    following = fresh.execute("'next'")
    assert fresh.wait(following, 15).value == "'next'"
    fresh.evaluator().kill()  # between two cells
    fresh.pump(lambda: any(m["header"]["msg_type"] == "error" for m in fresh.seen("iopub", following)))
    assert fresh.run("'again'", 15).value == "'again'"
    fresh.late.add(following)
    fresh.check()


@pytest.mark.parametrize("code, ename, text", [
    ("console.log('last'); process.exit(3)", "ProcessExit", "process.exit(3)"),
    ("console.log('last'); process.abort()", "ProcessDied", "SIGABRT"),
    ("console.log('last'); process.kill(process.pid, 'SIGSEGV'); for (;;);", "ProcessDied", "SIGSEGV"),
], ids=["process.exit", "abort", "segmentation fault"])
def test_what_ends_the_process_is_an_error_of_the_cell(kernel, code, ename, text):
    answer = kernel.run(code, 15)
    assert answer.stdout == "last\n"
    [error] = answer.of("error")
    assert error["ename"] == ename and text in error["evalue"]
    assert kernel.run("40 + 2", 15).value == "42"


def test_a_request_to_the_evaluator_while_it_dies_is_answered(kernel):
    cell = kernel.execute("process.exit(0)")
    question = kernel.send("complete_request", {"code": "Math.hyp", "cursor_pos": 8})
    kernel.wait(cell)
    assert kernel.wait(question, 15).reply["status"] == "ok"


def test_a_restart_gives_a_clean_state(fresh):
    fresh.run("var old = 1; import { writeFileSync } from 'node:fs'")
    fresh.run("setInterval(() => console.log('ghost'), 10)")
    processes = fresh.processes()
    for socket in fresh.sockets.values():
        socket.close(linger=0)
    fresh.manager.restart_kernel()
    gone(processes, 1)
    fresh.connect()
    answer = fresh.run("typeof (globalThis as any).old")
    assert (answer.reply["execution_count"], answer.value, answer.stdout) == (1, "'undefined'", "")
    wanted = {"hist_access_type": "tail", "n": 10, "output": False, "raw": True}
    assert fresh.wait(fresh.send("history_request", wanted)).reply["history"] == [[1, 1, "typeof (globalThis as any).old"]]
    fresh.check()


def test_a_session_leaves_no_file_behind(tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    kernel = Client(env=env, cwd=str(tmp_path))
    try:
        kernel.run("({ data: [{ type: 'scatter', y: [1, 3, 2] }], layout: {} })", 60)
        busy(kernel)
        processes = kernel.processes()
        kernel.send("shutdown_request", {"restart": False}, channel="control")
        gone(processes, 3)
        assert [str(p.relative_to(tmp_path)) for p in Path(tmp_path).rglob("*")] == []
    finally:
        kernel.close()


def test_a_wrong_connection_file_is_one_sentence(kernel, tmp_path):
    file = tmp_path / "connection.json"
    file.write_text(json.dumps({"ip": "0.0.0.0", "transport": "tcp", "key": "", **{f"{c}_port": 1 for c in ("shell", "iopub", "stdin", "control", "hb")}}))
    started = subprocess.run([*kernel.manager.kernel_spec.argv[:-1], file], capture_output=True, text=True, timeout=10)
    assert started.returncode == 1 and started.stderr.count("\n") == 1 and "loopback" in started.stderr
