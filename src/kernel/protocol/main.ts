/** The kernel process that front ends start: `node main.js CONNECTION_FILE`. */
import { Evaluator } from "../host/evaluator.js";
import { printable } from "../printable.js";
import { chromiumRenderer } from "../host/renderer.js";

const [file] = process.argv.slice(2);
if (!file) {
  process.stderr.write(
    "usage: node main.js CONNECTION_FILE; front ends start the kernel by its specification, see `scorebook kernel install`\n",
  );
  process.exit(2);
}
const warned = new Set<string>();
const onWarning = (text: string): void => {
  if (!warned.has(text)) process.stderr.write(printable(`scorebook: ${text}\n`));
  warned.add(text);
};
try {
  const renderer = chromiumRenderer();
  const evaluator = new Evaluator({ renderer, onWarning }); // its process starts while this one loads what speaks the protocol
  const [{ readConnection }, { KernelServer }] = await Promise.all([import("./message.js"), import("./server.js")]);
  const kernel = new KernelServer(readConnection(file), evaluator);
  process.on("SIGINT", () => kernel.interrupt());
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => void kernel.shutdown());
  // A front end that is killed says no goodbye; its process is then no longer our parent.
  const parent = process.ppid;
  if (process.env.JPY_PARENT_PID)
    setInterval(() => {
      if (process.ppid !== parent) void kernel.shutdown();
    }, 1000).unref();
  await kernel.start();
  await kernel.closed;
  await renderer.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(printable(`scorebook: ${(error as Error).message}\n`));
  process.exit(1);
}
