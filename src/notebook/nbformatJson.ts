/** The text of notebook files: UTF-8, and JSON as Python writes it. */

/** Returns the text of UTF-8 bytes, without a byte order mark. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const replaced = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    const at = bytes.findIndex((byte, index) => byte !== replaced[index]);
    const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
    throw new SyntaxError(
      `line ${line} has the byte 0x${bytes[at].toString(16)}, which is not UTF-8 there; save the file as UTF-8`,
    );
  }
}

/** A string of JSON, or one of the numbers that JSON has no word for and Python writes. */
const stringOrWord = /"[^"\\]*(?:\\[^][^"\\]*)*"|(-?Infinity|NaN)/g;

/** Reads JSON in which NaN, Infinity and -Infinity may stand for themselves. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // in JSON such a number is an array, which is no key, of a text that is in it nowhere else
    let mark = "number:";
    while (text.includes(mark)) mark += ":";
    let found = false;
    const marked = text.replace(stringOrWord, (whole: string, word?: string) => {
      found ||= word !== undefined;
      return word === undefined ? whole : `["${mark}${word}"]`;
    });
    if (!found) throw error;
    return JSON.parse(marked, (_, value: unknown) => {
      const [text] = Array.isArray(value) ? (value as unknown[]) : [];
      return typeof text === "string" && text.startsWith(mark) ? Number(text.slice(mark.length)) : value;
    });
  }
}
