"""Each request does what the protocol says it does; the fixture checks that it is answered once, between busy and idle."""
import pytest


def test_all_kinds_at_once_are_answered_in_order(kernel):
    kinds = [
        lambda i: kernel.execute(f"console.log({i}); {i}"),
        lambda i: kernel.send("complete_request", {"code": "Math.hyp", "cursor_pos": 8}),
        lambda i: kernel.send("inspect_request", {"code": "Math.hypot", "cursor_pos": 7, "detail_level": 0}),
        lambda i: kernel.send("is_complete_request", {"code": "if (1) {"}),
        lambda i: kernel.send("history_request", {"output": False, "raw": True, "hist_access_type": "tail", "n": 3}),
        lambda i: kernel.send("kernel_info_request"),
        lambda i: kernel.send("comm_info_request"),
    ]
    ids = [kinds[i % len(kinds)](i) for i in range(70)]
    kernel.pump(lambda: all(map(kernel.done, ids)), 30)
    order = [m["parent_header"]["msg_id"] for m in kernel.seen("shell") if m["parent_header"]["msg_id"] in ids]
    assert order == ids
    assert all(m["content"]["status"] == "ok" for m in kernel.seen("shell") if m["parent_header"]["msg_id"] in ids and m["header"]["msg_type"] != "is_complete_reply")
    for n, msg_id in list(enumerate(ids))[::7]:
        assert [m["content"].get("text") for m in kernel.seen("iopub", msg_id) if m["header"]["msg_type"] == "stream"] == [f"{n}\n"]


def test_silent_runs_without_trace(kernel):
    count = kernel.run("'before'").reply["execution_count"]
    silent = kernel.run("var hidden = 5; console.log('heard'); hidden", silent=True)
    assert silent.outputs == [] and silent.reply["status"] == "ok" and silent.reply["execution_count"] == count
    shown = kernel.run("hidden")
    assert (shown.value, shown.reply["execution_count"]) == ("5", count + 1)
    assert all("heard" not in line for _, _, line in tail(kernel, 3))


def test_silent_failures_are_told_in_the_reply_alone(kernel):
    answer = kernel.run("throw new RangeError('quiet')", silent=True)
    assert answer.outputs == [] and (answer.reply["status"], answer.reply["ename"], answer.reply["evalue"]) == ("error", "RangeError", "quiet")


def test_store_history_false_shows_but_does_not_count(kernel):
    count = kernel.run("'before'").reply["execution_count"]
    answer = kernel.run("'unstored'", store_history=False)
    assert answer.value == "'unstored'" and answer.reply["execution_count"] == count
    assert kernel.run("'after'").reply["execution_count"] == count + 1
    assert [line for _, _, line in tail(kernel, 2)] == ["'before'", "'after'"]


def test_empty_cells_do_not_count(kernel):
    count = kernel.run("'before'").reply["execution_count"]
    assert kernel.run(" \n").reply["execution_count"] == count
    assert kernel.run("'after'").reply["execution_count"] == count + 1
    assert [line for _, _, line in tail(kernel, 2)] == ["'before'", "'after'"]


def test_history_has_the_outputs_and_counts_code_in_order(kernel):
    count = kernel.run("20 + 1").reply["execution_count"]
    kernel.run("const unseen = 1;")
    wanted = {"hist_access_type": "range", "session": 0, "start": count, "stop": count + 2, "output": True, "raw": True}
    assert kernel.wait(kernel.send("history_request", wanted)).reply["history"] == [[1, count, ["20 + 1", "21"]], [1, count + 1, ["const unseen = 1;", None]]]


def test_user_expressions_give_values_and_errors(kernel):
    expressions = {"sum": "ours + 1", "object": "({ a: ours })", "missing": "nowhere", "printed": "console.log('aside')", "awaited": "await Promise.resolve(ours)"}
    answer = kernel.run("const ours = 41; console.log('main')", user_expressions=expressions)
    values = answer.reply["user_expressions"]
    assert values["sum"] == {"status": "ok", "data": {"text/plain": "42"}, "metadata": {}}
    assert values["object"]["data"] == {"text/plain": "{ a: 41 }"} and values["awaited"]["data"] == {"text/plain": "41"}
    assert values["missing"]["status"] == "error" and "nowhere" in values["missing"]["evalue"] and isinstance(values["missing"]["traceback"], list)
    assert answer.stdout == "main\n" and answer.of("error") == []
    assert kernel.run("ours").value == "41"


def test_an_error_has_name_message_and_typescript_lines(kernel):
    count = kernel.run("interface P { x: number }\nfunction far(p: P): never {\n  throw new RangeError(`too far: ${p.x}`)\n}").reply["execution_count"]
    answer = kernel.run("\nawait Promise.resolve()\nfar({ x: 3 })")
    [error] = answer.of("error")
    assert (error["ename"], error["evalue"]) == ("RangeError", "too far: 3")
    assert {k: answer.reply[k] for k in ("ename", "evalue", "traceback")} == error
    text = "\n".join(error["traceback"])
    assert f"cell {count}:3:9" in text and f"cell {count + 1}:3:1" in text and "node:" not in text and "/dist/" not in text


@pytest.mark.parametrize("stop", [True, False])
def test_queued_cells_after_an_error(kernel, stop):
    kernel.run("const ran: number[] = []")
    failing = kernel.execute("await new Promise((r) => setTimeout(r, 300)); throw new Error('first')", stop_on_error=stop)
    kernel.pump(lambda: kernel.state(failing) == ["busy"])
    queued = [kernel.execute(f"ran.push({i})") for i in range(3)]
    info = kernel.send("kernel_info_request")
    assert kernel.wait(failing).reply["evalue"] == "first"
    replies = [kernel.wait(i).reply for i in queued]
    assert kernel.wait(info).reply["status"] == "ok"
    at_once = kernel.run("ran.length")
    assert at_once.value == ("0" if stop else "3")
    assert [r["status"] for r in replies] == ["error" if stop else "ok"] * 3
    assert not stop or all(r["ename"] == "ExecutionAborted" and r["evalue"] and r["traceback"] == [] for r in replies)


ASTRAL = "const face = '😀😀'; Math.hypo"


def test_completion_counts_code_points(kernel):
    reply = kernel.wait(kernel.send("complete_request", {"code": ASTRAL + "; 1", "cursor_pos": len(ASTRAL)})).reply
    assert reply["matches"] == ["hypot"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (len(ASTRAL) - 4, len(ASTRAL))
    assert reply["metadata"]["_jupyter_types_experimental"][0]["start"] == len(ASTRAL) - 4


def test_inspection_counts_code_points(kernel):
    code = "const faces = '😀😀😀😀'; Math.hypot; Math.cos"
    reply = kernel.wait(kernel.send("inspect_request", {"code": code, "cursor_pos": code.index("hypot") + 1, "detail_level": 0})).reply
    assert reply["found"] and "hypot" in reply["data"]["text/plain"] and "cos" not in reply["data"]["text/plain"].split("\n")[0]
    nothing = kernel.wait(kernel.send("inspect_request", {"code": "   ", "cursor_pos": 1, "detail_level": 0})).reply
    assert (nothing["status"], nothing["found"], nothing["data"]) == ("ok", False, {})


def test_comms_are_closed_at_once(kernel):
    opened = kernel.wait(kernel.send("comm_open", {"comm_id": "c1", "target_name": "jupyter.widget", "data": {}}))
    assert opened.of("comm_close") == [{"comm_id": "c1", "data": {}}]
    assert kernel.wait(kernel.send("comm_info_request", {"target_name": "jupyter.widget"})).reply == {"status": "ok", "comms": {}}
    assert kernel.wait(kernel.send("comm_msg", {"comm_id": "c1", "data": {}})).outputs == []


def test_displays_can_be_updated_and_outputs_cleared(kernel):
    kernel.run("import { clearOutput, display, updateDisplay } from 'scorebook/notebook'\ndisplay({ 'text/html': '<i>1</i>' }, { id: 'd' })")
    [update] = kernel.run("updateDisplay('d', { 'text/html': '<i>2</i>' })").of("update_display_data")
    assert update == {"data": {"text/html": "<i>2</i>"}, "metadata": {}, "transient": {"display_id": "d"}}
    assert [kind for kind, _ in kernel.run("console.log(1); clearOutput({ wait: true }); console.log(2)").outputs] == ["execute_input", "stream", "clear_output", "stream"]


def test_empty_code_is_no_cell_of_its_own(kernel):
    answer = kernel.run("  \n")
    assert answer.reply["status"] == "ok" and answer.of("execute_result") == []


def tail(kernel, n):
    return kernel.wait(kernel.send("history_request", {"hist_access_type": "tail", "n": n, "output": False, "raw": True})).reply["history"]
