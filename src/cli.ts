#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { checkCommand, runCommand } from "./notebook/command.js";

const { version, description } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string; description: string };

function positive(text: string): number {
  const value = Number(text);
  if (!(text.trim() !== "" && value > 0 && value < Infinity)) throw new InvalidArgumentError("Expected a number greater than 0.");
  return value;
}

function positiveInteger(text: string): number {
  if (!Number.isSafeInteger(positive(text))) throw new InvalidArgumentError("Expected a whole number greater than 0.");
  return Number(text);
}

const seconds = (text: string) => positive(text) * 1000;

function parameter(text: string, others: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Expected name=value; notebooks go before --parameters.");
  return { ...others, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** Runs a command that SIGINT and SIGTERM stop cleanly; a second signal ends the process at once. */
async function stoppable(command: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const abort = new AbortController();
  let stopped = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      if (stopped) process.exit(stopped);
      stopped = 128 + constants.signals[signal];
      abort.abort();
    });
  try {
    const status = await command(abort.signal);
    process.exit(stopped || status);
  } catch (error) {
    const { name, message, stack } = error as Error;
    console.error(name === "NotebookError" ? `scorebook: ${message}` : stack);
    process.exit(stopped || 1);
  }
}

const program = new Command("scorebook").description(description).version(version).showHelpAfterError();

const shared = (command: Command) => command
  .argument("<notebooks...>", "files, folders or globs")
  .option("--parameters <name=value...>", "values for names that a notebook's parameters cell declares", parameter)
  .option("--quick", "sets quick=true in the notebooks whose parameters cell declares quick")
  .option("--timeout <seconds>", "limit for each notebook", seconds)
  .option("--cell-timeout <seconds>", "limit for each cell", seconds)
  .option("--memory <MB>", "heap limit of each notebook's process", positiveInteger);

shared(program.command("run"))
  .description("run notebooks and report their claims")
  .option("--out <directory>", "where executed notebooks, figures and the report go", "out")
  .option("--jobs <n>", "notebooks that run at the same time", positiveInteger, 1)
  .option("--allow-errors", "go on after a failing cell; the run still fails")
  .option("--in-place", "write the outputs into the notebooks themselves")
  .addHelpText("after", `
The exit status is 1 if a cell failed, a notebook could not be read or an output was lost; 130 or 143 after an interrupt.
A claim that does not hold is reported and is no failure: to find that out is what a notebook is for, and the run that
found it is a good one. Programs read it in report.json.`)
  .action((notebooks: readonly string[], { memory: memoryLimit, ...options }) =>
    stoppable((signal) => runCommand(notebooks, { ...options, memoryLimit, signal })));

shared(program.command("check"))
  .description("run notebooks and compare their stored outputs with the fresh ones")
  .option("--tolerance <relative>", "largest relative difference of two numbers", positive, 1e-6)
  .addHelpText("after", `
The exit status is 1 if an output differs, a cell failed or an output was lost. Of pictures only the type is compared;
cells tagged ignore-output or nbval-ignore-output are run and not compared.`)
  .action((notebooks: readonly string[], { memory: memoryLimit, ...options }) =>
    stoppable((signal) => checkCommand(notebooks, { ...options, memoryLimit, signal })));

await program.parseAsync();
