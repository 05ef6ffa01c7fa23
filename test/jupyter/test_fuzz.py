"""Hundreds of valid, invalid and broken messages leave the kernel alive and right."""
import json
import random
import socket

from jupyter_client.session import Session

SEED = 20240622
KINDS = ["execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "kernel_info_request", "comm_info_request", "comm_open", "comm_msg", "comm_close"]
ODD = [None, True, -1, 2**53, 1e300, "", "😀", "\x00", "a" * 5000, [], [[]], {}, {"a": None}, "__proto__", "1 +", "'😀'.le"]


def any_content(chance):
    """Content of a request where each field is right, odd or missing."""
    right = {
        "code": "1 + 1", "cursor_pos": 3, "detail_level": 0, "silent": False, "store_history": True, "user_expressions": {"x": "1"}, "allow_stdin": False, "stop_on_error": False,
        "hist_access_type": chance.choice(["tail", "range", "search"]), "n": 2, "session": 0, "start": 1, "stop": 3, "pattern": "*[a", "unique": True, "output": True, "raw": True,
        "comm_id": "c", "target_name": "t", "data": {},
    }
    return {k: chance.choice(ODD) if chance.random() < 0.3 else v for k, v in right.items() if chance.random() < 0.9}


def broken(chance, session):
    """The frames of a request that is no message any more."""
    frames = session.serialize(session.msg("execute_request", {"code": "kept = 'overwritten'", "silent": False}))
    kind = chance.randrange(8)
    if kind == 0:
        return frames[: chance.randrange(1, len(frames))]  # truncated
    if kind == 1:
        return [chance.randbytes(chance.randrange(60)) for _ in range(chance.randrange(1, 9))]  # noise
    if kind == 2:
        return frames[1:]  # no delimiter
    delimiter, signature, *parts = frames
    if kind == 3:
        return [delimiter, chance.choice([b"", b"0" * 64, b"\xff" * 64, signature[:-1] + b"g"]), *parts]
    i = chance.randrange(4)
    parts[i] = chance.choice([b"", b"[]", b"null", b"{", b"\xff\xfe", b'"text"', parts[i][:-1], b"[" * 20000])
    return [delimiter, chance.choice([signature, session.sign(parts)]), *parts]


def alive_and_right(kernel, kept):
    answer = kernel.run("[kept, 6 * 7].join()", 15)
    assert answer.value == f"'{kept},42'"


def test_five_hundred_requests_of_odd_content_are_answered_once_each(kernel):
    chance = random.Random(SEED)
    kernel.run("const kept = 'kept'")
    ids = []
    for i in range(500):
        kind = chance.choice(KINDS)
        ids.append(kernel.send(kind, any_content(chance), channel="shell"))
        if i % 50 == 49:
            kernel.pump(lambda: all(map(kernel.done, ids)), 120)
    alive_and_right(kernel, "kept")


def test_unknown_kinds_are_answered_or_passed_over(kernel):
    kernel.run("const kept = 'kept'")
    for channel in ("shell", "control"):
        for kind in ("create_subshell_request", "__proto___request", "_request", "REQUEST_request"):
            reply = kernel.wait(kernel.send(kind, channel=channel)).reply
            assert reply["status"] == "error" and kind in reply["evalue"]
    assert kernel.wait(kernel.send("debug_request", {"seq": 1, "command": "initialize", "type": "request"}, channel="control")).reply["success"] is False
    alive_and_right(kernel, "kept")


def test_five_hundred_broken_messages_are_dropped(kernel):
    chance = random.Random(SEED)
    kernel.run("let kept = 'kept'")
    before = len(kernel.log)
    for _ in range(500):
        kernel.sockets[chance.choice(["shell", "control", "stdin"])].send_multipart(broken(chance, kernel.session))
    assert kernel.wait(kernel.send("kernel_info_request", channel="control")).reply["status"] == "ok"
    alive_and_right(kernel, "kept")
    strange = [m for _, m in kernel.log[before:] if m["parent_header"].get("msg_id") not in kernel.sent]
    assert strange == []


def test_messages_of_another_key_change_nothing(kernel):
    kernel.run("let kept = 'kept'")
    stranger = Session(key=b"another key", signature_scheme="hmac-sha256")
    for content in ({"code": "kept = 'stolen'", "silent": False}, {"code": "kept = 'stolen'", "silent": True}):
        stranger.send(kernel.sockets["shell"], stranger.msg("execute_request", content))
    stranger.send(kernel.sockets["control"], stranger.msg("shutdown_request", {"restart": False}))
    alive_and_right(kernel, "kept")


def test_bytes_that_are_no_protocol_leave_the_ports_open(kernel):
    kernel.run("let kept = 'kept'")
    chance = random.Random(SEED)
    ports = [getattr(kernel.manager, f"{name}_port") for name in ("shell", "iopub", "stdin", "control", "hb")]
    for port in ports:
        for data in (b"", b"GET / HTTP/1.1\r\n\r\n", chance.randbytes(5000), json.dumps({"a": 1}).encode()):
            with socket.create_connection(("127.0.0.1", port), 2) as stranger:
                stranger.sendall(data)
    subscriber = kernel.sockets["iopub"]
    subscriber.subscribe(b"\xff\x00topic")  # a subscription that is no text
    alive_and_right(kernel, "kept")


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


def test_messages_nested_deeper_than_can_be_sent_back_are_dropped(kernel):
    kernel.run("let kept = 'kept'")
    for channel, kind in (("shell", "execute_request"), ("control", "shutdown_request"), ("shell", "comm_open"), ("control", "debug_request")):
        delimiter, _, header, *_ = kernel.session.serialize(kernel.session.msg(kind, {}))
        deep = header[:-1] + b', "deep": ' + nested(200_000) + b"}"
        for parts in ([deep, b"{}", b"{}", b"{}"], [header, b"{}", b"{}", b'{"restart": ' + nested(200_000) + b"}"]):
            kernel.sockets[channel].send_multipart([delimiter, kernel.session.sign(parts), *parts])
    alive_and_right(kernel, "kept")


def test_a_message_that_is_sent_again_does_nothing(kernel):
    kernel.run("let count = 0")
    message = kernel.session.msg("execute_request", {"code": "count++", "silent": False})
    kernel.sent[message["header"]["msg_id"]] = ("shell", "execute_request")
    for _ in range(3):
        kernel.sockets["shell"].send_multipart(kernel.session.serialize(message))
    assert kernel.run("count", 15).value == "1"


def test_no_pattern_of_the_history_holds_the_kernel(kernel):
    kernel.run("let kept = 'kept'; //" + "a" * 5000)
    request = {"hist_access_type": "search", "output": False, "raw": True}
    assert kernel.wait(kernel.send("history_request", {**request, "pattern": "*a" * 22 + "b"})).reply["history"] == []
    assert len(kernel.wait(kernel.send("history_request", {**request, "pattern": "*a" * 400 + "*"})).reply["history"]) == 1
    refused = kernel.wait(kernel.send("history_request", {**request, "pattern": "*a" * 1000})).reply
    assert refused["status"] == "error" and "2000 characters, expected at most 1000" in refused["evalue"]
    alive_and_right(kernel, "kept")
