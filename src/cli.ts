#!/usr/bin/env node
import { spawn } from "node:child_process";
import { setMaxListeners } from "node:events";
import { constants } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { findJupyter, installKernelspec, listKernelspecs, removeKernelspec } from "./kernel/protocol/kernelspec.js";
import { printable } from "./kernel/printable.js";
import { installOpenblas, openblasIsThere, withoutOpenblas } from "./math/openblas.js";
import { installOnnxruntime, onnxruntimeIsThere, withoutOnnxruntime } from "./math/onnxruntime.js";
import { installTensorflow, tensorflowIsThere, withoutTensorflow } from "./math/tensorflow.js";
import { packageManifest } from "./files/packageRoot.js";
import { checkCommand, runCommand, typeCheckCommand } from "./notebook/command.js";

const { version, description } = packageManifest;

function positive(text: string): number {
  const value = Number(text);
  if (!(text.trim() !== "" && value > 0 && value < Infinity))
    throw new InvalidArgumentError("Expected a number greater than 0.");
  return value;
}

function notNegative(text: string): number {
  const value = Number(text);
  if (!(text.trim() !== "" && value >= 0 && value < Infinity))
    throw new InvalidArgumentError("Expected a number, 0 or more.");
  return value;
}

function positiveInteger(text: string): number {
  if (!Number.isSafeInteger(positive(text))) throw new InvalidArgumentError("Expected a whole number greater than 0.");
  return Number(text);
}

function seedList(text: string): number[] {
  const seeds = text.split(",").map((seed) => (/^\s*\d+\s*$/.test(seed) ? Number(seed) : NaN));
  if (!seeds.every(Number.isSafeInteger) || new Set(seeds).size < seeds.length)
    throw new InvalidArgumentError("Expected different whole numbers with commas between them, such as 1,2,3.");
  return seeds;
}

const withoutJupyter =
  "no jupyter command is on the PATH; get it by `pip install jupyterlab` (https://jupyter.org/install), or open the notebook in VS Code, which finds the kernel too";

const seconds = (text: string) => positive(text) * 1000;

function parameter(text: string, others: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Expected name=value; notebooks go before --parameters.");
  return { ...others, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** Runs a command that SIGINT, SIGTERM and SIGHUP stop cleanly; a second signal ends the process at once. */
async function stoppable(command: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal); // one for each notebook that runs
  let stopped = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (stopped) process.exit(stopped);
      stopped = 128 + constants.signals[signal];
      abort.abort();
    });
  await ended(
    () => command(abort.signal),
    () => stopped,
  );
}

/** Runs a command and ends the process with its status, or with that of what stopped it. */
async function ended(command: () => Promise<number>, stopped = () => 0): Promise<void> {
  try {
    const status = await command();
    process.exit(stopped() || status);
  } catch (error) {
    const { name, message, stack } = error as Error;
    console.error(
      printable(name === "NotebookError" || /^SCOREBOOK_\w+ is /.test(message) ? `scorebook: ${message}` : stack!),
    );
    process.exit(stopped() || 1);
  }
}

const program = new Command("scorebook")
  .description(description)
  .version(version)
  .showHelpAfterError()
  .enablePositionalOptions();

const warned = (command: Command) =>
  command.hook("preAction", () => {
    if (!openblasIsThere()) console.error(`scorebook: ${withoutOpenblas}`);
    if (!onnxruntimeIsThere()) console.error(`scorebook: ${withoutOnnxruntime}`);
    if (!tensorflowIsThere()) console.error(`scorebook: ${withoutTensorflow}`);
  });

const shared = (command: Command) =>
  warned(command)
    .argument("<notebooks...>", "files, folders or globs")
    .option("--parameters <name=value...>", "values for names that a notebook's parameters cell declares", parameter)
    .option("--quick", "sets quick=true in the notebooks whose parameters cell declares quick")
    .option("--timeout <seconds>", "limit for each notebook", seconds)
    .option("--cell-timeout <seconds>", "limit for each cell", seconds)
    .option("--memory <MB>", "limit of each notebook's process: heap, typed arrays and tensors", positiveInteger);

shared(program.command("run"))
  .description("run notebooks and report their claims")
  .option("--out <directory>", "where executed notebooks, figures and the report go", "out")
  .addOption(
    new Option(
      "--seeds <numbers>",
      "runs each notebook that declares seed once with each, such as 1,2,3; the report has one row a claim",
    )
      .argParser(seedList)
      .conflicts("inPlace"),
  )
  .option("--jobs <n>", "notebooks that run at the same time", positiveInteger, 1)
  .option("--allow-errors", "go on after a failing cell; the run still fails")
  .option(
    "--follow-links",
    "write through symbolic links that lie in the output directory, which are refused otherwise",
  )
  .option("--in-place", "write the outputs into the notebooks themselves")
  .addHelpText(
    "after",
    `
With --jobs each notebook has its share of the processors, as by SCOREBOOK_THREADS; with another number of them sums are
rounded otherwise, in their last digits.
The exit status is 1 if a cell failed, a notebook could not be read or an output was lost; 130, 143 or 129 after an interrupt.
With --seeds the executed notebooks are x.seed-1.ipynb, x.seed-2.ipynb and so on. A claim's row has the mean of its
values and the least favourable of its verdicts, which need not be that of the mean; it is at most undecided where a run
did not come to it. Figures are those of the first seed whose run left a notebook. It does not go with
--parameters seed=… or --in-place.
A claim that does not hold is reported and is no failure: to find that out is what a notebook is for, and the run that
found it is a good one. Programs read it in report.json.`,
  )
  .action((notebooks: readonly string[], { memory: memoryLimit, ...options }) =>
    stoppable((signal) => runCommand(notebooks, { ...options, memoryLimit, signal })),
  );

shared(program.command("check"))
  .description("run notebooks and compare their stored outputs with the fresh ones")
  .option("--tolerance <relative>", "largest relative difference of two numbers", notNegative, 1e-6)
  .option("--absolute <difference>", "largest difference of two numbers, however small they are", notNegative, 1e-12)
  .addHelpText(
    "after",
    `
The exit status is 1 if an output differs, a cell failed or an output was lost. Whole numbers, words, versions and
digests are compared exactly; an estimate may differ by its standard error. Of pictures only the type is compared;
cells tagged ignore-output or nbval-ignore-output are run and not compared.`,
  )
  .action((notebooks: readonly string[], { memory: memoryLimit, ...options }) =>
    stoppable((signal) => checkCommand(notebooks, { ...options, memoryLimit, signal })),
  );

program
  .command("typecheck")
  .description("type-check the cells of notebooks without running them")
  .argument("<notebooks...>", "files, folders or globs")
  .addHelpText(
    "after",
    `
Cells are checked in order, each against what those before it declare, as when they run. The exit status is 1 if one has
an error; cells tagged skip-execution are not checked, those tagged raises-exception may have errors.`,
  )
  .action((notebooks: readonly string[]) => ended(() => typeCheckCommand(notebooks))); // it leaves nothing: a signal ends it as any process

const kernel = program.command("kernel").description("make the kernel known to Jupyter, JupyterLab and VS Code");

const located = (command: Command) =>
  command
    .option(
      "--prefix <directory>",
      "an environment's folder, such as a venv or /usr/local; default: your own Jupyter folder",
    )
    .option("--environment", "the virtual or conda environment that is active")
    .option("--name <name>", "the kernel's name", "scorebook");

/** Prints what a step says, or its error in one sentence. */
function step(run: () => string): void {
  try {
    console.log(run());
  } catch (error) {
    console.error(`scorebook: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

warned(located(kernel.command("install").description("write the kernel's specification"))).action(
  ({ name, ...location }) =>
    step(() => {
      const folder = installKernelspec(location, name);
      return `installed ${folder}${findJupyter() ? "" : `\n${withoutJupyter}`}`;
    }),
);

kernel
  .command("list")
  .description("show where the kernel is installed")
  .action(() =>
    step(
      () =>
        listKernelspecs()
          .map(({ folder, problem }) => folder + (problem ? `  (${problem})` : ""))
          .join("\n") || "not installed; scorebook kernel install does it",
    ),
  );

located(kernel.command("remove").description("remove the kernel's specification")).action(({ name, ...location }) =>
  step(() => `removed ${removeKernelspec(location, name)}`),
);

program
  .command("setup")
  .description(
    "install the native libraries that the analysis library computes with: OpenBLAS, ONNX Runtime and TensorFlow",
  )
  .option("--unpinned", "where nothing else helps, take TensorFlow from its maker's host without checking a checksum")
  .action(async ({ unpinned }: { unpinned?: boolean }) => {
    for (const install of [installOpenblas, installOnnxruntime, () => installTensorflow(unpinned)])
      await install().catch((error: Error) => {
        console.error(`scorebook: ${error.message}`);
        process.exitCode = 1;
      });
  });

program
  .command("lab")
  .description("open JupyterLab with this kernel")
  .passThroughOptions()
  .allowUnknownOption()
  .helpOption(false)
  .argument("[arguments...]", "passed on to jupyter lab")
  .action((passed: readonly string[]) => {
    const jupyter = findJupyter();
    if (!jupyter)
      return step(() => {
        throw new Error(withoutJupyter);
      });
    if (!listKernelspecs().some(({ problem }) => !problem)) step(() => `installed ${installKernelspec()}`);
    const lab = spawn(jupyter, ["lab", ...passed], { stdio: "inherit", shell: process.platform === "win32" });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => lab.kill(signal));
    lab.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code!));
  });

await program.parseAsync();
