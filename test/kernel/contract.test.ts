import { describePython } from "../helpers/pytest.js";

describePython(
  "the kernel, with a client of its own:",
  ["test_requests.py", "test_busy.py", "test_fuzz.py", "test_interrupt.py", "test_processes.py"],
  { timeout: 90_000 },
);
