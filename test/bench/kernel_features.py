"""What a kernel can do, found by trying: python kernel_features.py KERNEL → JSON of feature → yes, part, no or n/a."""
import json
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "jupyter"))

from client import Client
from jupyter_client.session import Session
from jupyter_kernel_test.msgspec_v5 import validate_message
from kernel_cells import CELLS

FEATURES = {}


class NoWords(Exception):
    pass


class Cells(dict):
    def __getitem__(self, name):
        if (code := super().__getitem__(name)) is None:
            raise NoWords(name)
        return code


class Patient(Client):
    """Waits longer than the protocol asks: order and loss are measured elsewhere, and some kernels need a rest after an error."""

    def wait(self, msg_id, seconds=10):
        super().wait(msg_id, seconds)
        while self.receive(300):
            pass
        return super().wait(msg_id, seconds)


def feature(title):
    def add(check):
        FEATURES[title] = check
        return check
    return add


def of_three(*checks):
    return "yes" if all(checks) else "part" if any(checks) else "no"


def printed(k, code, text):
    """Whether the cell prints the text and is answered ok."""
    answer = k.run(code, 15)
    return text in answer.stdout and answer.reply["status"] == "ok"


@feature("valid kernel_info_reply")
def _(k, c):
    request = k.send("kernel_info_request")
    k.wait(request)
    validate_message(k.seen("shell", request)[0], "kernel_info_reply", request)
    return True


@feature("execute_input, execute_result, error")
def _(k, c):
    shown, failed = k.run(c["result"]), k.run(c["error"])
    return of_three(shown.of("execute_input"), shown.of("execute_result") and shown.value == "42", failed.of("error") and failed.reply.get("evalue") == "on purpose")


@feature("execution_count")
def _(k, c):
    return k.run(c["one"]).of("execute_result")[0]["execution_count"] > 0


@feature("several MIME types in one display")
def _(k, c):
    return k.run(c["bundle"]).of("display_data")[0]["data"] == {"text/html": "<b>b</b>", "text/plain": "b"}


@feature("update_display_data")
def _(k, c):
    k.run(c["display"])
    return bool(k.run(c["update"]).of("update_display_data"))


@feature("clear_output")
def _(k, c):
    return bool(k.run(c["clear"]).of("clear_output"))


@feature("plot with MIME bundle and static picture")
def _(k, c):
    return {"application/vnd.plotly.v1+json", "image/png"} <= set(k.run(c["figure"], 60).of("execute_result")[0]["data"])


@feature("comms")
def _(k, c):
    info = k.send("comm_info_request")
    valid = k.wait(info, 3).reply.get("status") == "ok" and k.seen("shell", info)[0]["header"]["msg_type"] == "comm_info_reply"
    opened = k.send("comm_open", {"comm_id": "c", "target_name": "nobody", "data": {}})
    return of_three(valid, k.wait(opened, 3).of("comm_close"))


@feature("stdin")
def _(k, c):
    cell = k.execute(c["input"])
    k.pump(lambda: k.seen("stdin", cell), 5)
    k.session.send(k.sockets["stdin"], k.session.msg("input_reply", {"value": "word"}, parent=k.seen("stdin", cell)[0]))
    asks = "got word" in k.wait(cell, 5).stdout
    return of_three(asks, k.run(c["input"], 5, allow_stdin=False).reply["status"] == "error")


@feature("history")
def _(k, c):
    k.run(c["result"])
    wanted = {"hist_access_type": "tail", "n": 1, "output": False, "raw": True}
    return k.wait(k.send("history_request", wanted), 5).reply["history"][0][2] == c["result"]


@feature("is_complete: complete, incomplete, invalid")
def _(k, c):
    return of_three(*(k.wait(k.send("is_complete_request", {"code": c[code]}), 5).reply["status"] == status for code, status in [("one", "complete"), ("unfinished", "incomplete"), ("invalid", "invalid")]))


@feature("completion by types")
def _(k, c):
    return any(m.split(".")[-1] == c["typed has"] for m in k.wait(k.send("complete_request", {"code": c["typed"], "cursor_pos": len(c["typed"])})).reply["matches"])


@feature("inspection")
def _(k, c):
    return bool(k.wait(k.send("inspect_request", {"code": c["inspect"], "cursor_pos": len(c["inspect"]), "detail_level": 0})).reply["data"])


@feature("cursor in code points")
def _(k, c):
    reply = k.wait(k.send("complete_request", {"code": c["astral"] + " + 1", "cursor_pos": len(c["astral"])})).reply
    return any(m.split(".")[-1] == c["astral has"] for m in reply["matches"]) and reply["cursor_end"] == len(c["astral"])


@feature("static type check")
def _(k, c):
    return k.run(c["types"]).reply["status"] == "error"


@feature("top-level await and for await")
def _(k, c):
    return of_three(printed(k, c["top-level await"], "got 5"), printed(k, c["for await"], "got 5"))


@feature("names can be declared again")
def _(k, c):
    return [k.run(code) for code in c["again"]][-1].stdout == "got 2\n"


@feature("closures see later assignments")
def _(k, c):
    return c["closures give"] in [k.run(code) for code in c["closures"]][-1].stdout


@feature("export in a cell")
def _(k, c):
    return "got 5" in [k.run(code) for code in c["export"]][-1].stdout


@feature("local module, edited and imported again")
def _(k, c):
    name = f"edited_{os.getpid()}"
    path = Path(name + (".py" if k.name == "python3" else ".ts"))
    try:
        path.write_text(c["module"].format(1))
        first = printed(k, c["import"].format(name), "got 1")
        time.sleep(0.1)
        path.write_text(c["module"].format(22))
        return of_three(first, printed(k, c["import"].format(name), "got 22"))
    finally:
        path.unlink()


@feature("error at its own line")
def _(k, c):
    answer = k.run(c["error"])
    text = "\n".join(answer.reply.get("traceback") or [o["text"] for o in answer.of("stream")])
    text = re.sub(r"\x1b\[[\d;]*m", "", text)
    return "Error: on purpose" in text and any(place in text for place in (":3:", "line 3", "----> 3"))


for kind in ("loop", "await", "loop after await"):
    @feature(f"interrupt: {kind}, state kept")
    def _(k, c, kind=kind):
        k.run(c["set"].format(7))
        cell = k.execute(c[kind])
        k.until_output(cell, "in", 5)
        time.sleep(0.3)  # well inside
        k.manager.interrupt_kernel()
        stopped = k.wait(cell, 5).reply["status"] == "error"
        return stopped and "kept 7" in k.run(c["get"], 5).stdout


@feature("control and heartbeat during a loop")
def _(k, c):
    heart = k.manager.connect_hb()
    cell = k.execute(c["busy"].format(3000))
    k.until_output(cell, "in", 2)
    heart.send(b"ping")
    beats = bool(heart.poll(500))
    heart.close(linger=0)
    control = k.send("kernel_info_request", channel="control")
    k.pump(lambda: k.seen("control", control) or k.seen("shell", cell))
    answered = not k.seen("shell", cell)
    k.wait(cell)
    return of_three(beats, answered)


@feature("queued cells after an error, by stop_on_error")
def _(k, c):
    failing, after = k.execute(c["error"], stop_on_error=False), k.execute(c["print"].format("ran"), stop_on_error=False)
    k.wait(failing)
    goes_on = "ran" in k.wait(after, 3).stdout
    slow = k.execute(c["sleep"].format(200) + "\n" + c["error"])
    queued = k.execute(c["print"].format("ran"))
    k.wait(slow)
    stops = k.wait(queued, 3).stdout == "" and k.run(c["print"].format("next"), 3).stdout == "next\n"
    return of_three(goes_on, stops)


@feature("silent, store_history, user_expressions")
def _(k, c):
    count = k.run(c["one"]).reply["execution_count"]
    silent = not k.run(c["result"], silent=True).outputs
    unstored = k.run(c["one"], store_history=False).reply["execution_count"] == count or k.run(c["one"]).reply["execution_count"] == count + 1
    expressions = k.run(c["one"], user_expressions={"x": "6 * 7"}).reply.get("user_expressions", {})
    return of_three(silent, unstored, expressions.get("x", {}).get("data") == {"text/plain": "42"})


@feature("late error belongs to its cell")
def _(k, c):
    cell = k.execute(c["late error"])
    k.wait(cell)
    k.receive(500)
    return any(m["header"]["msg_type"] == "error" for m in k.seen("iopub", cell))


@feature("output of child processes")
def _(k, c):
    return "native" in k.run(c["native"]).stdout


@feature("wrong signatures are rejected")
def _(k, c):
    stranger = Session(key=b"another key", signature_scheme="hmac-sha256")
    stranger.send(k.sockets["shell"], stranger.msg("execute_request", {"code": c["set"].format(666), "silent": False}))
    k.run(c["set"].format(7))
    stranger.send(k.sockets["shell"], stranger.msg("execute_request", {"code": c["set"].format(666), "silent": False}))
    return "kept 7" in k.run(c["get"]).stdout


@feature("survives the end of its process by a cell")
def _(k, c):
    k.execute(c["exit"], stop_on_error=False)
    return k.run(c["print"].format("here"), 8).stdout == "here\n"


@feature("shuts down within 1 s, with a timer")
def _(k, c):
    k.run(c["timer"])
    request = k.send("shutdown_request", {"restart": False}, channel="control")
    start = time.monotonic()
    while k.manager.provisioner.process.poll() is None and time.monotonic() < start + 5:
        k.receive(20)
    return time.monotonic() - start < 1 and bool(k.seen("control", request))


def main(name):
    cells, results, kernel = Cells(CELLS[name]), {}, None
    for title, check in FEATURES.items():
        try:
            if kernel is None:
                kernel = Patient(name)
                kernel.name = name
            found = check(kernel, cells)
            results[title] = found if isinstance(found, str) else "yes" if found else "no"
        except NoWords:
            results[title] = "n/a" if name == "python3" else "no"
        except Exception as error:
            print(f"{name}: {title}: {type(error).__name__}: {str(error)[-300:]}", file=sys.stderr)
            results[title] = "no"
        if results[title] != "yes" and kernel:  # what went wrong may last
            kernel.close()
            kernel = None
    if kernel:
        kernel.close()
    print(json.dumps(results))


main(sys.argv[1])
