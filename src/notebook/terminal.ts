/** An SGR colour or other CSI sequence, or one character */
const piece = /\x1b\[[0-9;?]*([@-~])|[^]/gu;

/**
 * Returns the text that a terminal would show: `\r` goes back to the start of its line, `\b` one to the left, and what
 * follows is written over what is there; ESC [K erases the rest of the line. This is what makes a progress bar one
 * line. Colours stay with the character they precede. Linear in the length of the text.
 */
export function terminalText(text: string): string {
  if (!/[\r\b]/.test(text)) return text;
  return text
    .split("\n")
    .map((line) => (/[\r\b]/.test(line) ? overwritten(line.replace(/\r+$/, "")) : line))
    .join("\n");
}

function overwritten(line: string): string {
  const columns: string[] = [];
  let column = 0;
  let colour = "";
  for (const [token, command] of line.matchAll(piece)) {
    if (token === "\r") column = 0;
    else if (token === "\b") column = Math.max(0, column - 1);
    else if (command === "K") columns.length = /^\x1b\[2/.test(token) ? 0 : Math.min(columns.length, column);
    else if (command) colour += token;
    else {
      while (columns.length < column) columns.push(" ");
      columns[column++] = colour + token;
      colour = "";
    }
  }
  return columns.join("") + colour;
}
