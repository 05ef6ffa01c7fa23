import { spawnSync } from "node:child_process";
import { processors } from "../processors.js";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { keptApart } from "./affinity.js";
import { foreign, type Library } from "./foreign.js";
import { inMember, isAlone } from "./members.js";
import { openblasPlaces, withoutOpenblas } from "./openblasFiles.js";

/*
 * BLAS and LAPACK called in place on Float64Arrays, by the Fortran interface that all libraries share. An integer is
 * passed as 8 bytes, its sign extended: a library of 32-bit integers reads the lower half of it.
 */

/** A value of a Fortran argument: a character, an integer or a number by their signature, or an array. */
export type Argument = string | number | Float64Array | BigInt64Array;

/** A Fortran routine; it returns its `info`, 0 if it has none. */
export type Routine = (...given: readonly Argument[]) => number;

/** A library of BLAS and LAPACK. */
export interface Blas {
  readonly path: string;
  /** what the library says of itself, empty where it does not */
  readonly about: string;
  /**
   * the routine of a name, such as dgemm; the signature has a letter for each argument: c for a character, i for an
   * integer, d for a number, a for an array, and x for `info`
   */
  readonly routine: (name: string, signature: string) => Routine;
  /** sets the number of threads of the following calls in the whole process */
  readonly setThreads: (count: number) => void;
  /** keeps so many threads apart for the next call, where the library can; see keptApart */
  readonly keepApart?: (count: number) => void;
}

/** Multiplications from which a call is divided among threads: below, it costs less than to wake them. */
export const THREADS_FROM = 2 ** 22;

/** Prefixes and suffixes of a routine's name, and of the calls that set threads and tell of the library. */
const dialects = [
  { name: (name: string) => `scipy_${name}_64_`, own: (name: string) => `scipy_openblas_${name}64_` },
  { name: (name: string) => `${name}_64_`, own: (name: string) => `openblas_${name}64_` },
  { name: (name: string) => `${name}$NEWLAPACK`, own: (name: string) => `openblas_${name}` },
  { name: (name: string) => `${name}_`, own: (name: string) => `openblas_${name}` },
];

/**
 * Loads a library whose idle threads sleep after 2^22 cycles, 2 ms: OpenBLAS lets them spin for 2^26 of its own accord,
 * which takes a core from whoever else computes.
 */
function loadRestful(path: string): Library {
  const { OPENBLAS_THREAD_TIMEOUT: own } = process.env;
  process.env.OPENBLAS_THREAD_TIMEOUT ??= "22";
  try {
    return foreign().load(path);
  } finally {
    if (own === undefined) delete process.env.OPENBLAS_THREAD_TIMEOUT;
  }
}

/**
 * Loads a library and tries it.
 *
 * @throws Error if it does not load, lacks a routine or computes wrong
 */
export function openBlas(path: string): Blas {
  const library = loadRestful(path);
  const found = dialects.find(({ name }) => {
    try {
      return library.symbol(name("dgemm"));
    } catch {
      return false;
    }
  });
  if (!found) throw new Error("it has no dgemm");
  const optional = (definition: string): ((...given: unknown[]) => unknown) | undefined => {
    try {
      return library.func(definition) as (...given: unknown[]) => unknown;
    } catch {
      return undefined;
    }
  };
  const threads =
    optional(`void ${found.own("set_num_threads")}(int count)`) ?? optional("void MKL_Set_Num_Threads(int count)");
  const routines = new Map<string, Routine>();
  const blas: Blas = {
    path,
    about: (optional(`const char *${found.own("get_config")}(void)`)?.() as string | undefined) ?? "",
    routine(name, signature) {
      const known = routines.get(name);
      if (known) return known;
      const characters = signature.replace(/[^c]/g, "").length; // their lengths follow, as gfortran has it
      const native = library.func(found.name(name), "void", [
        ...Array.from(signature, () => "void *"),
        ...Array.from({ length: characters }, () => "size_t"),
      ]) as (...given: unknown[]) => void;
      const made = bound(native, signature, characters);
      routines.set(name, made);
      return made;
    },
    setThreads: (count) => threads?.(count),
    keepApart: keptApart(library),
  };
  const product = new Float64Array(1);
  const signature = "cciiidaiaidai";
  const [row, column] = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
  blas.routine("dgemm", signature)("N", "N", 1, 1, 2, 1, row, 1, column, 2, 0, product, 1);
  if (product[0] !== 11) throw new Error(`[1 2]·[3 4]ᵀ = ${product[0]}, expected 11`);
  return blas;
}

/** A routine that puts its arguments where they stay, and passes their addresses. */
function bound(native: (...given: unknown[]) => void, signature: string, characters: number): Routine {
  const kinds = [...signature];
  const passed: unknown[] = kinds.map((kind) =>
    kind === "c"
      ? new Uint8Array(1)
      : kind === "d"
        ? new Float64Array(1)
        : kind === "a"
          ? undefined
          : new Int32Array(2),
  );
  for (let i = 0; i < characters; i++) passed.push(1);
  const info = kinds.indexOf("x");
  return (...given) => {
    for (let i = 0, at = 0; i < kinds.length; i++) {
      if (kinds[i] === "a") passed[i] = given[at++];
      else if (kinds[i] === "x") (passed[i] as Int32Array)[0] = 0;
      else if (kinds[i] === "c") (passed[i] as Uint8Array)[0] = (given[at++] as string).charCodeAt(0);
      else if (kinds[i] === "d") (passed[i] as Float64Array)[0] = given[at++] as number;
      else {
        const value = given[at++] as number;
        (passed[i] as Int32Array)[0] = value; // its lower 32 bits
        (passed[i] as Int32Array)[1] = Math.floor(value / 2 ** 32);
      }
    }
    native(...passed);
    return info < 0 ? 0 : (passed[info] as Int32Array)[0];
  };
}

let known: Blas | undefined;
let searched = false;
let threads = 0;
let ensembles = 0;

/**
 * The library, or undefined where plain JavaScript has to do, which the first call then says. The first call loads it
 * (about 50 ms) and, where there is none, installs it.
 */
export function blas(): Blas | undefined {
  if (!isMainThread && !inMember()) return undefined; // two threads of the main program would set each other's number
  if (!searched) {
    searched = true;
    known = search();
    if (!isMainThread) known?.setThreads(1);
  }
  return known;
}

/** The library for a call of so many multiplications; sets the number of its threads. */
export function blasFor(multiplications: number): Blas | undefined {
  const found = blas();
  if (!found || !isMainThread) return found;
  const count = multiplications >= THREADS_FROM && ensembles === 0 && isAlone() ? processors() : 1;
  if (count > 1 || count !== threads) found.setThreads((threads = count)); // it starts those that a fork has ended
  if (count > 1) found.keepApart?.(count);
  return found;
}

/** Runs an ensemble: until it ends, every call has one thread, here and in the worker threads. */
export async function withOneThread<T>(ensemble: () => Promise<T>): Promise<T> {
  ensembles++;
  if (searched) known?.setThreads(1);
  try {
    return await ensemble();
  } finally {
    ensembles--;
    threads = 0;
  }
}

function search(): Blas | undefined {
  const wanted = process.env.SCOREBOOK_BLAS;
  if (wanted === "none") return undefined;
  const failures: string[] = [];
  const first = (places: readonly string[]): Blas | undefined => {
    for (const place of places)
      try {
        return openBlas(place);
      } catch (error) {
        failures.push(`${place}: ${(error as Error).message.split("\n")[0]}`);
      }
    return undefined;
  };
  const found =
    first([...(wanted ? [wanted] : []), ...openblasPlaces()]) ?? (isMainThread ? first(installed()) : undefined);
  if (failures.length > 0)
    console.warn(`scorebook: a library of linear algebra does not load (${failures.join("; ")})`);
  if (!found && isMainThread) console.warn(`scorebook: ${withoutOpenblas}`);
  return found;
}

/** Installs the library in a process of its own, which tries no more than once a day, and returns its place. */
function installed(): string[] {
  const script = fileURLToPath(new URL("install/firstUse.js", import.meta.url));
  spawnSync(process.execPath, [script], { stdio: "ignore", timeout: 180_000 });
  return openblasPlaces();
}
