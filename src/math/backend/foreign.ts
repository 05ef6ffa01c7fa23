import { createRequire } from "node:module";

/*
 * Calls of native libraries by koffi, which is loaded when the first of them is.
 */

type Koffi = typeof import("koffi");

/** A native library that is loaded. */
export type Library = ReturnType<Koffi["load"]>;

const require = createRequire(import.meta.url);
let koffi: Koffi | undefined;

/** Loads koffi, with the largest stack it has: factorisations by several threads put a megabyte of plans on theirs. */
export function foreign(): Koffi {
  if (koffi) return koffi;
  koffi = require("koffi") as Koffi;
  koffi.config({ ...koffi.config(), sync_stack_size: 2 ** 24 });
  return koffi;
}

const PAGE = 4096;
const MADV_HUGEPAGE = 14;
type Advise = (start: Float64Array, bytes: number, advice: number) => number;
let advise: Advise | undefined;

/**
 * Asks Linux to hold an array of several megabytes in large pages: its first use then costs a third. Does nothing before
 * a native library is loaded.
 */
export function preferLargePages(values: Float64Array): void {
  if (!koffi || process.platform !== "linux") return;
  try {
    advise ??= koffi.load("libc.so.6").func("int madvise(void *, size_t, int)") as Advise;
  } catch {
    advise = () => 0; // another C library
  }
  const beyond = Number(koffi.address(values) % BigInt(PAGE));
  const start = values.subarray(beyond === 0 ? 0 : (PAGE - beyond) / 8);
  advise(start, start.byteLength - (start.byteLength % PAGE), MADV_HUGEPAGE);
}
