import { printable } from "./printable.js";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes a text for HTML, also for an attribute's value. It is made printable before that: a sequence for the terminal
 * would take escapes and tags with it.
 */
export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => entities[character]);
