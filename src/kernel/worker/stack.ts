/**
 * Stack traces in the reader's terms: positions in the cell's TypeScript, short paths, no frame of the kernel's own.
 */
import { homedir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, styleText } from "node:util";
import { withBuiltIns } from "./builtIns.js";
import type { Position } from "./cellCompiler.js";
import { packageRoot } from "../../files/packageRoot.js";
import { failure, type ErrorOutput } from "../output.js";

interface Script {
  /** how the reader knows it: `cell 3`, or a short path */
  readonly label: string;
  readonly source: string;
  /** generated lines before the script's own */
  readonly prefixLines: number;
  original(position: Position): Position | undefined;
}

const scripts = new Map<string, Script>();
const kernelFolder = dirname(fileURLToPath(import.meta.url));

/** Makes the positions of a script known, so that traces can name its source. */
export function registerScript(fileName: string, script: Script): void {
  scripts.set(fileName, script);
}

/** Shortens a path for a stored notebook: relative to the working directory, the package or the home folder. */
export function shortPath(file: string): string {
  const absolute = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (!isAbsolute(absolute)) return absolute;
  const inPackages = absolute.lastIndexOf(`${sep}node_modules${sep}`);
  if (inPackages >= 0) return absolute.slice(inPackages + 1);
  for (const [folder, shown] of [
    [process.cwd(), ""],
    [packageRoot, "scorebook/"],
    [homedir(), "~/"],
  ] as const) {
    const inFolder = relative(folder, absolute);
    if (!inFolder.startsWith("..") && !isAbsolute(inFolder)) return shown + inFolder;
  }
  return relative(process.cwd(), absolute);
}

function isInternal(site: NodeJS.CallSite, file: string): boolean {
  return file.startsWith("node:") || file.includes(kernelFolder) || (site.isNative() && !scripts.has(file));
}

function frame(site: NodeJS.CallSite): string | undefined {
  const file = site.getFileName() ?? site.getEvalOrigin() ?? "";
  if (file === "" || isInternal(site, file)) return undefined;
  const line = site.getLineNumber() ?? 0,
    column = site.getColumnNumber() ?? 0;
  const text = site.toString().replace(/^async /, "");
  const script = scripts.get(file);
  if (!script) return text.replace(file, shortPath(file));
  const at = script.original({ line: line - script.prefixLines, column });
  if (!at) return undefined;
  const where = `${script.label}:${at.line}:${at.column}`;
  // The cell's own function is no function of the reader's.
  const name = /^(.*) \(/
    .exec(text)?.[1]
    ?.replace(/^(?:Object\.)?<anonymous>$|^eval$/, "")
    .replaceAll("\u200c", "");
  return name ? `${name} (${where})` : where;
}

/** Makes every `error.stack` of this process readable; to be called once, before user code runs. */
export function installStackTraces(): void {
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, sites) => {
    try {
      return trace(error, sites);
    } catch {
      return withBuiltIns(() => trace(error, sites));
    }
  };
}

function trace(error: Error, sites: readonly NodeJS.CallSite[]): string {
  const frames = sites
    .map(frame)
    .filter((f) => f !== undefined)
    .slice(0, 12);
  return [headline(error), ...frames.map((f) => `    at ${f}`)].join("\n");
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** Shows the line of source that a frame points at, with its neighbour above and a caret. */
function excerpt(stack: string): string[] {
  for (const line of stack.split("\n")) {
    const match = /(?:at |\()([^()]+):(\d+):(\d+)\)?$/.exec(line);
    const script = match && [...scripts.values()].findLast((s) => s.label === match[1]);
    if (!match || !script) continue;
    const at = Number(match[2]),
      column = Number(match[3]),
      source = script.source.split("\n");
    const width = String(at).length;
    const numbered = (n: number): string => `${String(n).padStart(width + 2)} | ${(source[n - 1] ?? "").slice(0, 160)}`;
    return [
      ...(at > 1 ? [numbered(at - 1)] : []),
      numbered(at),
      ...(column <= 160 ? [`${" ".repeat(width + 2)} | ${" ".repeat(column - 1)}^`] : []),
    ];
  }
  return [];
}

const red = (text: string): string => styleText("red", text, { validateStream: false });

/** Converts an exception to an output; any value can be thrown. */
export function errorOutput(thrown: unknown): ErrorOutput {
  try {
    return withBuiltIns(() => described(thrown, []));
  } catch (error) {
    // a getter, a trap of a Proxy or a way of its own to be shown that throws itself
    return failure(
      "Thrown",
      `a value that cannot be shown: showing it throws ${withBuiltIns(() => inspect(error, { customInspect: false }).split("\n", 1)[0])}`,
    );
  }
}

/** Number of errors, each within the one before, that are told. */
const deepestCause = 10;

/** Describes an error; `around` holds the errors that contain it, in case it contains one of them again. */
function described(thrown: unknown, around: readonly unknown[]): ErrorOutput {
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const evalue = inspect(thrown);
    return { output_type: "error", ename: "Thrown", evalue, traceback: [red(`Thrown: ${evalue}`)] };
  }
  const ename = String(thrown.name || "Error"),
    evalue = String(thrown.message);
  const stack = typeof thrown.stack === "string" ? thrown.stack : "";
  const inner = [...around, thrown];
  const traceOf = (error: unknown): readonly string[] => {
    if (inner.includes(error)) return [red("[Circular]")];
    return inner.length < deepestCause ? described(error, inner).traceback : ["(and so on)"];
  };
  const cause = thrown.cause === undefined ? [] : ["Caused by:", ...traceOf(thrown.cause)];
  const several = Array.isArray((thrown as AggregateError).errors)
    ? (thrown as AggregateError).errors.slice(0, 5).flatMap(traceOf)
    : [];
  return {
    output_type: "error",
    ename,
    evalue,
    traceback: [
      red(`${ename}: ${evalue}`),
      ...excerpt(stack),
      ...traceLines(thrown),
      ...ownFields(thrown),
      ...several,
      ...cause,
    ],
  };
}

/** Shows what an error carries beside its message, as Node does. */
function ownFields(error: Error): string[] {
  const told = new Set(["name", "message", "stack", "cause", "errors"]);
  const fields = Object.entries(error).filter(([name]) => !told.has(name));
  return fields.length === 0 ? [] : inspect(Object.fromEntries(fields)).split("\n");
}

/** Returns the lines of a trace below its headline. */
export function traceLines(error: Error): string[] {
  return String(error.stack)
    .split("\n")
    .filter((l) => /^\s+at /.test(l) && !/\(?node:[\w/]+:\d+:\d+\)?$/.test(l)) // other threads tell of their own
    .map((l) => l.replace(/^\s+/, "  "));
}

/** Recognizes errors of another realm (a `vm` context), which are no instances of this one's Error. */
function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Error).message === "string" &&
    typeof (value as Error).stack === "string"
  );
}
