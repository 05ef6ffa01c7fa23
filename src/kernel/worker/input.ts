/** The way to ask the reader a question. */
export type Ask = (prompt: string, password: boolean) => Promise<string>;

const askKey = Symbol.for("scorebook.input");

/** Sends all later questions of this process to a front end. */
export function installInput(ask: Ask): void {
  Object.defineProperty(globalThis, askKey, { value: ask, configurable: true });
}

/**
 * Asks the reader for a line of text: `const name = await input("Your name? ")`.
 *
 * @throws Error at once where nobody can answer: in a headless run, or in a front end that takes no input
 */
export async function input(prompt = "", { password = false }: { readonly password?: boolean } = {}): Promise<string> {
  const ask = (globalThis as Record<symbol, unknown>)[askKey] as Ask | undefined;
  if (!ask) throw new Error("input: there is no notebook to ask in");
  return ask(String(prompt), password);
}

/** Makes whoever wants to read the process's own input, as readline does, fail at once: nobody types there. */
export function installStdin(): void {
  const refuse = (): never => {
    throw new Error('process.stdin: a notebook has none; ask with `await input("…")`, from "scorebook/notebook"');
  };
  for (const name of ["on", "once", "addListener", "read", "resume", "pipe", "setRawMode", Symbol.asyncIterator])
    Object.defineProperty(process.stdin, name, { value: refuse, configurable: true });
}
