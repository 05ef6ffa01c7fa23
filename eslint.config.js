import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { notebookCells } from "./dist/test/checks/eslintProcessor.js";

const notebookModules = "notebooks/*.ipynb/*.ts";

export default defineConfig(
  { ignores: ["dist/", "out/", ".venv/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,js,mjs,cjs}"],
    extends: [tseslint.configs.recommended],
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }], // `== null` means null or undefined
      "object-shorthand": "error",
    },
  },
  {
    files: ["**/*.ts"],
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [notebookModules],
          maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 30,
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-exports": ["error", { fixMixedExportsWithInlineTypeSpecifier: true }],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false }, // `typeof import("…")` is the type of a module loaded late
      ],
      "@typescript-eslint/no-deprecated": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      // what was caught may be passed on as it is
      "@typescript-eslint/only-throw-error": ["error", { allowThrowingUnknown: true }],
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/return-await": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // `import ts = require("typescript")` is the one way to a CommonJS module whose names Node.js does not find
      "@typescript-eslint/no-require-imports": ["error", { allowAsImport: true }],
      // the compiler's noUnusedLocals and noUnusedParameters
      "@typescript-eslint/no-unused-vars": "off",
    },
  },
  {
    files: ["notebooks/*.ipynb"],
    plugins: { notebooks: { processors: { cells: notebookCells } } },
    processor: "notebooks/cells",
  },
  {
    files: [notebookModules],
    rules: {
      "@typescript-eslint/no-redeclare": "error",
      // the kernel lets a cell declare what no other uses
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    // runs in a browser's page, for whose globals no types are installed
    files: [
      "src/kernel/host/plotlyPage.ts",
      "test/helpers/browser.ts",
      "test/kernel/host/png.test.ts",
      "test/kernel/lab.test.ts",
    ],
    rules: { "@typescript-eslint/no-explicit-any": "off" },
  },
  {
    files: ["**/*.cjs"],
    rules: { "@typescript-eslint/no-require-imports": "off" }, // CommonJS has nothing else
  },
);
