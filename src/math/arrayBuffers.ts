/** Returns the memory of all typed arrays in plain data, each once: what can be moved to another thread. */
export function arrayBuffers(data: unknown): ArrayBuffer[] {
  const seen = new Set<unknown>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null || seen.has(part)) return;
    seen.add(part);
    if (ArrayBuffer.isView(part)) visit(part.buffer);
    else if (part instanceof Map) for (const entry of part) entry.forEach(visit);
    else if (part instanceof Set) part.forEach(visit);
    else Object.values(part).forEach(visit);
  };
  visit(data);
  return [...seen].filter((part) => part instanceof ArrayBuffer);
}
