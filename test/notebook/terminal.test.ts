import assert from "node:assert/strict";
import { terminalText } from "../../src/notebook/terminal.js";

describe("The text of a terminal", () => {
  for (const [what, sent, shown] of [
    [
      "is the text itself where nothing moves back",
      "one\n\ttwo \x1b[31mred\x1b[0m\n",
      "one\n\ttwo \x1b[31mred\x1b[0m\n",
    ],
    ["writes over a line from its start", "10 %\r20 %\rdone", "done"],
    ["keeps what a shorter line does not cover", "loading\rok", "okading"],
    ["ends lines by \\r\\n as by \\n", "one\r\ntwo\r\n", "one\ntwo\n"],
    ["returns within its own line", "kept\nab\rc", "kept\ncb"],
    ["steps back by \\b, no further than the start", "abc\b\bX\n\b\bY", "aXc\nY"],
    ["erases the rest of the line by ESC [K", "loading\rok\x1b[K", "ok"],
    ["erases the whole line by ESC [2K, and stays where it is", "loading\x1b[2K\rok", "ok"],
    ["fills up with blanks after an erased line", "abc\x1b[2Kd\r", "   d"],
    ["keeps colours with the character they precede", "\x1b[31mab\x1b[0mc\r\x1b[32mX", "\x1b[32mXb\x1b[0mc"],
    ["keeps a colour at the end", "ab\r\x1b[32mX\x1b[0m", "\x1b[32mXb\x1b[0m"],
    ["counts characters beyond the basic plane as one column", "😀😀b\ra", "a😀b"],
  ] as const)
    it(what, () => assert.equal(terminalText(sent), shown));
});
