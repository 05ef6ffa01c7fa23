/** Native libraries out of wheels: in the user's cache, and in this package where that may be written. */
import fs from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { linkFolders, makeEntry } from "../../../files/cache.js";
import { foreignOwner } from "../../../files/owner.js";
import { run } from "./childProcess.js";
import { install, timer, type Report, type Step } from "./steps.js";
import { unpackWheel, type Wheel } from "./wheel.js";

/** A library that is installed out of a wheel. */
export interface NativeLibrary {
  readonly name: string;
  /** the environment variable that names another library, or "none" */
  readonly variable: string;
  /** the folders that may hold it: in this package, in the user's cache */
  readonly folders: readonly string[];
  /** its name there */
  readonly file: string;
  /** those that are installed, in the order of their use */
  readonly places: () => readonly string[];
  /** the name of the script beside this file that tests a library */
  readonly test: string;
  readonly version: string;
  /** the wheel of this platform; throws where there is none */
  readonly wheel: () => Wheel;
  /** the sentence that ends the error of a failed installation */
  readonly waysOut: string;
}

/** Resolves if a library computes right, in a process of its own, which a wrong one may crash. */
export type Test = (library: string) => Promise<string>;

/**
 * Makes a library loadable. `others` are steps to try before the wheel, for the cache's folder. Where the environment
 * names a library, that one is tested and nothing is installed.
 *
 * @throws Error naming every step and the ways out if none succeeds
 */
export async function installLibrary(
  { name, variable, folders, file, places, test, version, wheel, waysOut }: NativeLibrary,
  report: Report,
  others: (passes: Test, folder: string) => readonly Step[] = () => [],
): Promise<void> {
  const passes: Test = (library) =>
    run(process.execPath, [fileURLToPath(new URL(test, import.meta.url)), library], { minutes: 1 });
  const wanted = process.env[variable];
  if (wanted === "none") return report(`${name}: switched off by ${variable}=none`);
  if (wanted) {
    const steps = [{ name: `${variable}=${wanted}` }];
    const way = `Way out: name a library that works in ${variable}, or take the variable away and run \`npx scorebook setup\`.`;
    await install({ name, steps, check: () => passes(wanted), waysOut: way }, report);
    return;
  }
  const [own, cached] = folders;
  const check = async () => {
    const [place] = places();
    if (place === undefined) throw new Error(foreignOwner(cached) ?? "there is none");
    await passes(place);
  };
  const fromWheel = async () => {
    await makeEntry(cached, async (fresh) => {
      await unpackWheel(wheel(), fresh, timer(name, report));
      const { size } = await fs.stat(join(fresh, file));
      await fs.writeFile(join(fresh, `${file}.size`), String(size));
    });
    await fs.rm(own, { recursive: true, force: true }).catch(() => undefined); // it would go before the cache's
  };
  const undo = () => fs.rm(cached, { recursive: true, force: true });
  const steps = [
    { name: "what is there" },
    ...others(passes, cached).map((step) => ({ ...step, undo })),
    { name: `the wheel of ${version}`, run: fromWheel, undo },
  ];
  const done = await install({ name, steps, check, waysOut }, report);
  if (done !== steps[0].name) await linkFolders(cached, own, ["."]).catch(() => undefined); // the cache does as well
}
