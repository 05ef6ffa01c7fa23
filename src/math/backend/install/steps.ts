/** The course of an installation: steps that are tried in order until what they install loads. */

/** One way to a native library. */
export interface Step {
  readonly name: string;
  run?(): Promise<void>;
  undo?(): Promise<void>;
}

/** Takes a line for the terminal. */
export type Report = (line: string) => void;

/** Does a part of the work and reports it in a sentence. */
export type Timed = <T>(sentence: string, action: () => Promise<T>) => Promise<T>;

/** What is installed, and how to tell whether it is there. */
export interface Installation {
  /** such as TensorFlow */
  readonly name: string;
  readonly steps: readonly Step[];
  /** resolves if it loads, else rejects */
  readonly check: () => Promise<unknown>;
  /** the sentence that ends the error of a failed installation */
  readonly waysOut: string;
}

/**
 * Tries the steps in order until the library loads and resolves with the name of the step that did it. A step that
 * fails, or after which it does not load, is undone and reported in one line.
 *
 * @throws Error naming every step and the ways out if none succeeds
 */
export async function install({ name, steps, check, waysOut }: Installation, report: Report): Promise<string> {
  const failures: string[] = [];
  for (const step of steps) {
    const seconds = stopwatch();
    try {
      await step.run?.();
      await check();
      report(`${name}: loads, by ${step.name} (${seconds()})`);
      return step.name;
    } catch (error) {
      await step.undo?.();
      failures.push(`  ${step.name}: ${firstLine(error)}`);
      report(`${name}: not by ${step.name}: ${firstLine(error)} (${seconds()})`);
    }
  }
  throw new Error([`${name} could not be installed:`, ...failures, waysOut].join("\n"));
}

/** Returns what reports parts of an installation with the time that each took. */
export function timer(name: string, report: Report): Timed {
  return async (sentence, action) => {
    const seconds = stopwatch();
    const result = await action();
    report(`${name}: ${sentence} (${seconds()})`);
    return result;
  };
}

/** The first line of an error's message. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0];

function stopwatch(): () => string {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
