/** The names of cells as properties of the global object, where every cell and every function finds them. */
import type { CellParts } from "./cellScript.js";

const shape = { configurable: true, writable: true, enumerable: false };

const names = new Set<PropertyKey>();
const isIn = Set.prototype.has.bind(names) as (name: PropertyKey) => boolean;

/** Says whether a cell has declared a name, be it that of a built-in function. */
export function isDeclared(name: PropertyKey): boolean {
  return isIn(name);
}

/**
 * Makes the names of a cell properties of the global object. One that was never declared before throws until it is
 * assigned to, as between braces; any other keeps its value until then.
 */
export function declare({ names: own, variables }: Pick<Readonly<CellParts>, "names" | "variables">): void {
  for (const name of own) {
    names.add(name);
    const known = Object.getOwnPropertyDescriptor(globalThis, name);
    if (known?.configurable && !known.writable && !known.set)
      Object.defineProperty(globalThis, name, { ...shape, value: valueOf(name) });
    else if (known) continue;
    else if (variables.includes(name)) Object.defineProperty(globalThis, name, { ...shape, value: undefined });
    else
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get: () => {
          throw new ReferenceError(`Cannot access '${name}' before initialization`);
        },
        set: (value) => Object.defineProperty(globalThis, name, { ...shape, value }),
      });
  }
}

/** Keeps a name that was declared a constant from being assigned to. */
export function fix(name: string): void {
  if (Object.getOwnPropertyDescriptor(globalThis, name)?.writable)
    Object.defineProperty(globalThis, name, { writable: false });
}

/**
 * Binds a name to what a module exports, so that it follows the module's own assignments. A function is taken once: V8
 * calls it faster, and what exports one assigns another to it hardly ever.
 */
export function bindExport(name: string, module: Readonly<Record<string, unknown>>, key: string): void {
  const value = module[key];
  Object.defineProperty(
    globalThis,
    name,
    typeof value === "function" ? { ...shape, value } : { configurable: true, get: () => module[key] },
  );
}

const valueOf = (name: string): unknown => (globalThis as Record<string, unknown>)[name];
