import type { Reply } from "../channel.js";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const areLines = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** Says whether what came from a worker is a message: its cells can write to the line, too. */
export function isReply(value: unknown): value is Reply {
  if (!isFields(value)) return false;
  const { type, run, id, error, output, origin } = value;
  switch (type) {
    case "ready":
      return true;
    case "program":
      return isNumber(run) && isNumber(value.pid) && typeof value.ended === "boolean";
    case "done":
      return isNumber(run) && (error === undefined || isOutput(error));
    case "output":
      return isNumber(run) && isOutput(output) && (origin === undefined || areLines(origin));
    case "exit":
      return isNumber(value.code) && areLines(origin);
    case "input":
      return isNumber(id) && isNumber(run) && isText(value.prompt) && typeof value.password === "boolean";
    case "taken":
    case "answer":
      return isNumber(id);
    default:
      return false;
  }
}

function isOutput(value: unknown): boolean {
  if (!isFields(value)) return false;
  switch (value.output_type) {
    case "stream":
      return (value.name === "stdout" || value.name === "stderr") && isText(value.text);
    case "error":
      return isText(value.ename) && isText(value.evalue) && areLines(value.traceback);
    case "clear_output":
      return typeof value.wait === "boolean";
    case "execute_result":
      return isNumber(value.execution_count) && isFields(value.data) && isFields(value.metadata);
    case "display_data":
    case "update_display_data":
      return isFields(value.data) && isFields(value.metadata);
    default:
      return false;
  }
}
