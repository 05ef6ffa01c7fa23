"""A front end of one kernel that keeps every message it saw and can check their order."""
import time

import psutil
import zmq
from jupyter_client import KernelManager

CHANNELS = ("shell", "iopub", "stdin", "control")
UNANSWERED = ("comm_open", "comm_msg", "comm_close")


class Answer:
    """What came back for one request."""

    def __init__(self, reply, outputs):
        self.reply = reply
        self.outputs = outputs

    def of(self, msg_type):
        return [content for kind, content in self.outputs if kind == msg_type]

    @property
    def stdout(self):
        return "".join(o["text"] for o in self.of("stream") if o["name"] == "stdout")

    @property
    def value(self):
        return self.of("execute_result")[0]["data"]["text/plain"]


class Client:
    def __init__(self, kernel_name="scorebook", **start):
        self.manager = KernelManager(kernel_name=kernel_name)
        self.manager.start_kernel(**start)
        self.connect()

    def connect(self):
        """Connects to all channels and waits until the kernel answers and publishes."""
        self.session = self.manager.session
        # one identity on all channels: a kernel asks for input whoever sent the cell
        self.sockets = {name: getattr(self.manager, f"connect_{name}")(identity=self.session.bsession) for name in CHANNELS}
        self.sent, self.log, self.checked = {}, [], set()
        self.late = set()  # cells whose outputs may come after idle
        self.greet()
        self.sent, self.log = {}, []

    def greet(self):
        end = time.monotonic() + 30
        while not self.seen("iopub"):  # a kernel that does not welcome its subscribers loses what it publishes before
            assert time.monotonic() < end, "the kernel published nothing within 30 s"
            self.send("kernel_info_request")
            self.receive(1000)
        self.wait(self.send("kernel_info_request"), 30)

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def processes(self):
        """The kernel and all that it started."""
        kernel = psutil.Process(self.pid)
        return [kernel, *kernel.children(recursive=True)]

    def evaluator(self):
        return next(p for p in self.processes() if "worker/main.js" in " ".join(p.cmdline()))

    def close(self):
        for socket in self.sockets.values():
            socket.close(linger=0)
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def send(self, msg_type, content=None, channel="shell", **parts):
        message = self.session.msg(msg_type, content=content or {}, **parts)
        self.session.send(self.sockets[channel], message)
        self.sent[message["header"]["msg_id"]] = (channel, msg_type)
        return message["header"]["msg_id"]

    def execute(self, code, **options):
        return self.send("execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True, "stop_on_error": True, **options})

    def seen(self, channel, msg_id=None):
        return [m for c, m in self.log if c == channel and msg_id in (None, m["parent_header"].get("msg_id"))]

    def receive(self, milliseconds):
        """Takes what is there, waiting for the first message at most so long."""
        poller = zmq.Poller()
        for socket in self.sockets.values():
            poller.register(socket, zmq.POLLIN)
        ready = dict(poller.poll(milliseconds))
        for name, socket in self.sockets.items():
            while socket in ready and socket.poll(0):
                _, message = self.session.recv(socket, zmq.NOBLOCK)
                self.log.append((name, message))
        return bool(ready)

    def pump(self, until, seconds=10):
        end = time.monotonic() + seconds
        while not until():
            left = end - time.monotonic()
            assert left > 0, f"nothing came within {seconds} s; the last: {[(c, m['header']['msg_type'], m['content']) for c, m in self.log[-5:]]}"
            self.receive(1000 * left)

    def state(self, msg_id):
        return [m["content"]["execution_state"] for m in self.seen("iopub", msg_id) if m["header"]["msg_type"] == "status"]

    def done(self, msg_id):
        channel, msg_type = self.sent[msg_id]
        return "idle" in self.state(msg_id) and (msg_type in UNANSWERED or bool(self.seen(channel, msg_id)))

    def wait(self, msg_id, seconds=10):
        self.pump(lambda: self.done(msg_id), seconds)
        replies = self.seen(self.sent[msg_id][0], msg_id)
        outputs = [(m["header"]["msg_type"], m["content"]) for m in self.seen("iopub", msg_id) if m["header"]["msg_type"] != "status"]
        return Answer(replies[0]["content"] if replies else None, outputs)

    def run(self, code, seconds=10, **options):
        return self.wait(self.execute(code, **options), seconds)

    def until_output(self, msg_id, text, seconds=10):
        """Waits until a running cell has printed a text."""
        self.pump(lambda: text in "".join(m["content"].get("text", "") for m in self.seen("iopub", msg_id)), seconds)

    def check(self):
        """Every request so far was answered exactly once, busy first and idle last, and nothing came that nobody asked for."""
        while self.receive(100):
            pass
        for msg_id, (channel, msg_type) in self.sent.items():
            if msg_id in self.checked:
                continue
            self.checked.add(msg_id)
            kinds = [m["header"]["msg_type"] for m in self.seen(channel, msg_id)]
            expected = [] if msg_type in UNANSWERED else [msg_type.replace("_request", "_reply")]
            assert kinds == expected, f"{msg_type} was answered by {kinds}, expected {expected}"
            published = [m["header"]["msg_type"] for m in self.seen("iopub", msg_id)]
            last = published[-1] == "status" or msg_id in self.late
            assert self.state(msg_id) == ["busy", "idle"] and published[0] == "status" and last, f"{msg_type}: {published} with {self.state(msg_id)}, expected busy first and idle last, once"
            if "execute_input" in published:
                assert published.index("execute_input") == 1 and published.count("execute_input") == 1, f"{msg_type}: {published}, expected execute_input second, once"
        for channel in ("shell", "control"):
            asked = [i for i, (c, t) in self.sent.items() if c == channel and t not in UNANSWERED]
            answered = [m["parent_header"]["msg_id"] for m in self.seen(channel)]
            assert set(answered) <= set(asked), f"{channel} answered what nobody asked"
        for message in self.seen("iopub"):
            kind, parent = message["header"]["msg_type"], message["parent_header"].get("msg_id")
            assert parent in self.sent or kind == "iopub_welcome" or (kind == "status" and not parent), f"iopub: {kind} belongs to no request"
