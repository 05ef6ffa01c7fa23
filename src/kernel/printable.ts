/**
 * Control sequences (ECMA-48): strings for the terminal up to their end or the line's, then those with parameters, then
 * those of two characters. The one of node:util leaves DCS, APC and OSC without an end, and takes seconds for 100 kB of
 * `;#`.
 */
const sequences =
  /(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g;

/**
 * Characters of control (C0, DEL, C1) except the tab and the line's end, and those that turn the direction of what
 * follows, so that it reads otherwise than it is.
 */
const controls = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Returns a text as lines of characters that can be seen, which move nothing and set nothing where they are printed. */
export const printable = (text: string): string =>
  text
    .replace(sequences, "")
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(controls, "");

/** Returns a text as one such line: a name that has a line's end is no further line. */
export const printableLine = (text: string): string => printable(text).replace(/\s*\n\s*/g, " ");
