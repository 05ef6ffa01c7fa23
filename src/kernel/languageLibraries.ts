/** Libraries of TypeScript that are newer than ES2023, each with what tells that this Node.js has it. */
const newer: readonly (readonly [library: string, present: boolean])[] = [
  ["es2024.arraybuffer", "resizable" in ArrayBuffer.prototype && "transfer" in ArrayBuffer.prototype],
  ["es2024.collection", "groupBy" in Map],
  ["es2024.object", "groupBy" in Object],
  ["es2024.promise", "withResolvers" in Promise],
  ["es2024.regexp", true],
  ["es2024.sharedmemory", "waitAsync" in Atomics],
  ["es2024.string", "isWellFormed" in String.prototype],
  ["es2025.collection", "union" in Set.prototype],
  ["es2025.float16", "Float16Array" in globalThis],
  ["es2025.iterator", "Iterator" in globalThis],
  ["es2025.promise", "try" in Promise],
  ["es2025.regexp", "escape" in RegExp],
  ["esnext.array", "fromAsync" in Array],
  ["esnext.collection", "getOrInsert" in Map.prototype],
  ["esnext.decorators", true],
  ["esnext.disposable", true],
  ["esnext.error", "isError" in Error],
  ["esnext.typedarrays", "fromBase64" in Uint8Array],
];

/** Names of the libraries of the language that the running Node.js has. */
export const languageLibraries: readonly string[] = [
  "es2023",
  ...newer.filter(([, present]) => present).map(([name]) => name),
];
