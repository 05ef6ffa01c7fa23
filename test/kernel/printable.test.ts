import assert from "node:assert/strict";
import { printable } from "../../src/kernel/printable.js";

describe("Printable text", () => {
  for (const [what, text, shown] of [
    ["is what it was where it has no controls", "σ = 1\n\t√2 − é 😀 日本", "σ = 1\n\t√2 − é 😀 日本"],
    ["has no colours", "\x1b[1;31mred\x1b[0m \x1b[38;5;4mblue\x1b[m", "red blue"],
    ["clears no screen and moves no cursor", "a\x1b[2J\x1b[H\x1b[?25lb\x1b[10;5Hc\x1bcd\x1b(0e\x1b7", "abcde"],
    ["sets no title, ended by BEL or ST", "a\x1b]0;title\x07b\x1b]0;title\x1b\\c", "abc"],
    ["writes to no clipboard", "a\x1b]52;c;aGVsbG8=\x07b", "ab"],
    ["has no links, whose text stays", "\x1b]8;;http://a.b/\x1b\\text\x1b]8;;\x1b\\", "text"],
    ["has no DCS, APC, PM or SOS", "a\x1bPq#0;1\x1b\\b\x1b_Gi=1\x1b\\c\x1b^x\x1b\\d\x1bXy\x1b\\e", "abcde"],
    ["has no sequences of C1", "a\x9b2Jb\x9d0;title\x9cc\x90q\x9cd\x85e\x8df", "abcdef"],
    ["ends a sequence without an end with its line", "a\x1b]0;title\nb\x1bPq\nc\x1b[1;\nd\x1b", "a\nb\nc\nd"],
    ["ends lines by \\n alone", "a\r\nb\rc\r\r# d", "a\nb\nc\n\n# d"],
    ["has no other controls", "a\0b\x07c\bd\x0be\x0cf\x0eg\x7fh", "abcdefgh"],
    ["turns no direction", "a\u202etxt.exe\u202c\u2066b\u2069 \u05d0\u200f", "atxt.exeb \u05d0\u200f"],
    ["has the line ends of Unicode as such", "a\u2028b\u2029c", "a\nb\nc"],
    ["has none that another hides", "\x1b\x1b[31[31mx\x1b[\x1b[2J2Jy", "31mx2Jy"],
  ] as const)
    it(what, () => assert.equal(printable(text), shown));

  it("takes a time that grows with its length alone", () => {
    const start = performance.now();
    for (const text of ["\x1b;#", ";#", "\x1b]", "\x1b[;", "\x1b[ ", "\x1b ", "\x9d"]) {
      printable(`\x1b${text.repeat(200_000)}`);
      printable(text.repeat(200_000));
    }
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
  });
});
