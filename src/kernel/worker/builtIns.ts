/**
 * JavaScript's own functions, which the reader, TypeScript and this kernel share. A cell may put others in their place:
 * the kernel's work is done with the first ones, and what is no function any more is put back.
 */
import { EventEmitter } from "node:events";

interface BuiltIn {
  readonly object: Readonly<Record<PropertyKey, unknown>>;
  readonly key: PropertyKey;
  /** how the reader knows it */
  readonly name: string;
  readonly value: unknown;
  readonly descriptor: PropertyDescriptor;
}

// What follows calls nothing that a cell could have changed, and iterates by counting.
const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Object;
const { deleteProperty, ownKeys } = Reflect;
const global = globalThis as unknown as BuiltIn["object"];
const root = Object.prototype as unknown as BuiltIn["object"];

/** Fields of property descriptors: with one of them in every object, no property can be defined. */
const descriptorFields = ["get", "set", "value", "writable", "enumerable", "configurable"];

const classes = [
  ...["Object", "Function", "Array", "String", "Number", "Boolean", "RegExp", "Symbol", "Map", "Set", "WeakMap"],
  ...["WeakSet", "WeakRef", "Promise", "Error", "TypeError", "RangeError", "Date", "BigInt", "Uint8Array"],
  ...["Int32Array", "SharedArrayBuffer", "Buffer", "AbortController", "URL"],
];
const functions = ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"];

let builtIns: readonly BuiltIn[] = [];

/** Notes what the built-in functions are; to be called once, before cells run. */
export function rememberBuiltIns(): void {
  const found: BuiltIn[] = [];
  const add = (object: object, path: string, keys = ownKeys(object)): void => {
    for (const key of keys) {
      const own = getOwnPropertyDescriptor(object, key)!;
      const descriptor = key === "Buffer" ? { value: Buffer, configurable: true, writable: true } : own; // by a getter
      if (typeof descriptor.value !== "function" || !descriptor.configurable) continue;
      const name = typeof key === "symbol" ? `${path.replace(/\.$/, "")}[${key.description}]` : `${path}${key}`;
      found.push({
        object: object as BuiltIn["object"],
        key,
        name,
        value: descriptor.value,
        descriptor: setPrototypeOf(descriptor, null) as PropertyDescriptor,
      });
    }
  };
  add(globalThis, "", [...classes, ...functions]);
  for (const name of classes) {
    const constructor = global[name] as { prototype: object };
    add(constructor, `${name}.`);
    add(constructor.prototype, `${name}.prototype.`);
  }
  for (const name of ["JSON", "Math", "Reflect", "Atomics"]) add(global[name] as object, `${name}.`);
  add(process, "process.", ["nextTick", "cwd"]);
  add(EventEmitter.prototype, "EventEmitter.prototype.");
  add(Object.getPrototypeOf(Uint8Array.prototype) as object, "TypedArray.prototype.");
  for (const [name, iterator] of Object.entries({
    Array: [].values(),
    Map: new Map().values(),
    Set: new Set().values(),
  }))
    add(Object.getPrototypeOf(iterator) as object, `${name} iterator.`);
  builtIns = found;
}

/** Does work of the kernel's own with the built-in functions as they were, and nothing added to every object. */
export function withBuiltIns<T>(work: () => T): T {
  if (builtIns.length === 0) return work();
  const objects: object[] = [],
    keys: PropertyKey[] = [],
    own: (PropertyDescriptor | undefined)[] = [];
  let count = 0;
  const leave = (object: object, key: PropertyKey): void => {
    const descriptor = getOwnPropertyDescriptor(object, key);
    objects[count] = object;
    keys[count] = key;
    own[count++] = descriptor && (setPrototypeOf(descriptor, null) as PropertyDescriptor);
  };
  const added = addedToAll();
  for (let i = 0; i < added.length; i++) {
    leave(root, added[i]);
    deleteProperty(root, added[i]);
  }
  for (let i = 0; i < builtIns.length; i++) {
    const { object, key, value } = builtIns[i];
    if (object[key] === value) continue;
    leave(object, key);
    putBack(builtIns[i]);
  }
  try {
    return work();
  } finally {
    while (count-- > 0) {
      const descriptor = own[count];
      if (descriptor) defineProperty(objects[count], keys[count], descriptor);
      else deleteProperty(objects[count], keys[count]);
    }
  }
}

/**
 * Puts back what is no function any more, but for names that are the reader's own, and takes away what keeps properties
 * from being defined; returns what that was.
 */
export function mendBuiltIns(isReaders: (name: PropertyKey) => boolean): string[] {
  const mended: string[] = [];
  let count = 0;
  for (let i = 0; i < descriptorFields.length; i++)
    if (getOwnPropertyDescriptor(root, descriptorFields[i]) && deleteProperty(root, descriptorFields[i]))
      mended[count++] = `Object.prototype.${descriptorFields[i]}`;
  for (let i = 0; i < builtIns.length; i++) {
    const { object, key, name } = builtIns[i];
    if (typeof object[key] === "function" || (object === global && isReaders(key))) continue;
    if (putBack(builtIns[i])) mended[count++] = name;
  }
  return mended;
}

function putBack({ object, key, descriptor }: BuiltIn): boolean {
  try {
    defineProperty(object, key, descriptor);
    return true;
  } catch {
    return false; // frozen
  }
}

const rootKeys = ownKeys(root);

/** Returns what was added to Object.prototype and can be taken away. */
function addedToAll(): PropertyKey[] {
  const keys = ownKeys(root),
    added: PropertyKey[] = [];
  if (keys.length === rootKeys.length) return added;
  let count = 0;
  for (let i = 0; i < keys.length; i++) {
    let known = false;
    for (let j = 0; j < rootKeys.length; j++) known ||= rootKeys[j] === keys[i];
    if (!known && getOwnPropertyDescriptor(root, keys[i])!.configurable) added[count++] = keys[i];
  }
  return added;
}
