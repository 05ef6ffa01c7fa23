/** Fonts for npm's Chromium: the same everywhere, whatever a figure asks for and whatever the system has. */

/** The fonts of dejavu-fonts-ttf that are taken: the other kinds of letter, and the signs that Open Sans lacks. */
export const dejaVuFonts = ["Sans", "SansMono", "Serif"].flatMap((kind) => {
  const slanted = kind === "Serif" ? "Italic" : "Oblique";
  return ["", "-Bold", `-${slanted}`, `-Bold${slanted}`].map((style) => `DejaVu${kind}${style}.ttf`);
});

/** Names of fonts that stand for another kind of letter than Open Sans, plotly.js's own. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  "DejaVu Sans Mono": [
    "monospace",
    "Courier",
    "Courier New",
    "Consolas",
    "Menlo",
    "Monaco",
    "Lucida Console",
    "Liberation Mono",
    "Droid Sans Mono",
  ],
  "DejaVu Serif": [
    "serif",
    "Times",
    "Times New Roman",
    "Georgia",
    "Garamond",
    "Palatino",
    "Cambria",
    "Liberation Serif",
    "Droid Serif",
    "Old Standard TT",
  ],
};

const edit = (tests: string, mode: string, family: string): string =>
  `  <match target="pattern">${tests}<edit name="family" mode="${mode}" binding="strong"><string>${family}</string></edit></match>`;
const test = (attributes: string, family: string): string =>
  `<test name="family" ${attributes}><string>${family}</string></test>`;

/**
 * Settings for fontconfig: every family is Open Sans, or one of two fonts for what is asked for as monospaced or with
 * serifs; DejaVu Sans has the signs that they lack, and the system's fonts lend what no other has. The folder is named
 * from the file's own place, so that a cache may be moved or have any name.
 */
export const fontconfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
${Object.entries(kinds)
  .flatMap(([family, names]) => names.map((name) => edit(test("", name), "assign", family)))
  .join("\n")}
${edit(
  Object.keys(kinds)
    .map((family) => test('qual="all" compare="not_eq"', family))
    .join(""),
  "assign",
  "Open Sans",
)}
${edit("", "append_last", "DejaVu Sans")}
</fontconfig>
`;
