const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for HTML, also for an attribute's value. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);
