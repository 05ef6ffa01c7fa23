"""The official conformance suite for Jupyter kernels, with what applies to this one."""
import jupyter_kernel_test


class ScorebookTests(jupyter_kernel_test.KernelTests):
    kernel_name = "scorebook"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('test')"
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "const xs: number[] = [1, 2, 3]\nxs.map((x) => x * x)", "result": "[ 1, 4, 9 ]"},
        {"code": "await Promise.resolve('typed')", "result": "'typed'"},
    ]
    code_display_data = [
        {"code": "import { display } from 'scorebook/notebook'\ndisplay({ 'text/html': '<b>bold</b>' })", "mime": "text/html"},
        {"code": "display({ 'image/svg+xml': '<svg/>' })", "mime": "image/svg+xml"},
        {"code": "display({ data: [{ type: 'scatter', y: [1, 3, 2] }], layout: {} })", "mime": "application/vnd.plotly.v1+json"},
    ]
    code_clear_output = "console.clear()"
    completion_samples = [
        {"text": "const word = 'a'; word.toUpp", "matches": {"toUpperCase"}},
        {"text": "Math.hypo", "matches": {"hypot"}},
    ]
    code_inspect_sample = "Math.hypot"
    complete_code_samples = ["1", "const f = (x: number) => {\n  return x\n}", "console.log('hello')"]
    incomplete_code_samples = ["const f = (x: number) => {", "[1, 2,", "console.log("]
    invalid_code_samples = ["const = 1", "import 'a' from 'b'", "let x: = 2"]
    code_history_pattern = "6 *?"
    supported_history_operations = ("tail", "range", "search")
    test_pager = None  # inapplicable: no code here opens a front end's pager, which the protocol deprecates


class ScorebookWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "scorebook"
    support_iopub_welcome = True
