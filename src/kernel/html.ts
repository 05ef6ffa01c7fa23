const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Returns a text as it has to stand in HTML, within an attribute's quotes too. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);
