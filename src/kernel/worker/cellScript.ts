/**
 * The form in which V8 runs a cell. Its top-level names are properties of the global object, so that every cell and
 * every function sees the newest value, and what a name held before is freed; its statements are one function, which
 * assigns to them:
 *
 *     (require, …, import‌, …) => async () => { f = function () { … }; a = 1; ({ b } = object); return a + b; }
 */
import ts = require("typescript");

/** What TypeScript exports at run time but leaves out of its declarations. */
const { isGeneratedIdentifier } = ts as unknown as { isGeneratedIdentifier(node: ts.Node): boolean };

/** What is known of a cell when it has been converted. */
export interface CellParts {
  /** modules that the cell imports statically, to be loaded before it runs */
  imports: string[];
  /** top-level names that it declares, as they stand in the script */
  names: string[];
  /** those declared by `var`, which are undefined until they are assigned to */
  variables: string[];
  /** those that may not be assigned to again, except by another declaration */
  constants: string[];
  /** all earlier declarations hold on as they are */
  isKept: boolean;
  /** declarations of the variables that stand in blocks */
  blockVariables: string;
  /** what the reader may want to know of its imports */
  hints: string[];
  /** errors in files outside of the working directory */
  outside: ts.Diagnostic[];
}

/** Returns parts without content. */
export function noParts(): CellParts {
  return {
    imports: [],
    names: [],
    variables: [],
    constants: [],
    isKept: false,
    blockVariables: "",
    hints: [],
    outside: [],
  };
}

/** A name that no reader writes: a zero-width character follows it, which is a letter to JavaScript. */
export const hidden = (name: string): string => `${name}\u200c`;

/** Names that a cell finds as a CommonJS module does. */
export const moduleNames = ["require", "module", "exports", "__filename", "__dirname"] as const;

/** Names by which libraries find out where they run: a reader's own value would mislead them. */
const telltales =
  /^(?:window|self|document|navigator|location|define|importScripts|Deno|Bun|jest|jasmine|Image|ImageData|ImageBitmap|Element|HTML\w*Element|OffscreenCanvas|XMLHttpRequest|FileReader|indexedDB|localStorage|\w*WorkerGlobalScope|webkit\w*|chrome|nw|Meteor|__\w+__)$/;

/** The names that cells have declared, and those under which V8 knows them. */
export class CellNames {
  private readonly scripted = new Map<string, string>();

  /** Returns the script's name for a reader's, another where libraries would take it for a global of theirs. */
  of(name: string): string {
    let own = this.scripted.get(name);
    if (own === undefined) {
      const taken = name in globalThis || telltales.test(name) || (moduleNames as readonly string[]).includes(name);
      this.scripted.set(name, (own = taken ? hidden(name) : name));
    }
    return own;
  }
}

/** Gives names of cells that are also names of globals those under which V8 knows them. */
export function renamed(
  checker: ts.TypeChecker,
  scopes: readonly ts.SourceFile[],
  names: CellNames,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const locals = scopes.map((scope) => (scope as { locals?: Map<string, ts.Symbol> }).locals);
    const declared = (name: ts.Identifier, find: () => ts.Symbol | undefined): boolean => {
      const symbols = locals.flatMap((table) => table?.get(name.text) ?? []);
      const symbol = symbols.length > 0 ? find() : undefined; // the checker looks up few names, not all
      return symbol !== undefined && symbols.includes(symbol) && names.of(name.text) !== name.text;
    };
    const own = (name: ts.Identifier): ts.Identifier =>
      ts.setTextRange(factory.createIdentifier(names.of(name.text)), name);
    const isOwn = (name: ts.Identifier): boolean => declared(name, () => checker.getSymbolAtLocation(name));
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isExportDeclaration(node) || ts.isTypeNode(node)) return node;
      if (ts.isShorthandPropertyAssignment(node)) {
        if (!declared(node.name, () => checker.getShorthandAssignmentValueSymbol(node)))
          return ts.visitEachChild(node, visit, context);
        const initializer = ts.visitNode(node.objectAssignmentInitializer, visit, ts.isExpression);
        return factory.createPropertyAssignment(
          node.name.text,
          initializer ? factory.createAssignment(own(node.name), initializer) : own(node.name),
        );
      }
      if (ts.isBindingElement(node) && ts.isIdentifier(node.name) && isOwn(node.name)) {
        const inPattern = ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken;
        return factory.updateBindingElement(
          node,
          node.dotDotDotToken,
          ts.visitNode(node.propertyName, visit, ts.isPropertyName) ?? (inPattern ? node.name : undefined),
          own(node.name),
          ts.visitNode(node.initializer, visit, ts.isExpression),
        );
      }
      if (ts.isImportSpecifier(node) && isOwn(node.name))
        return factory.updateImportSpecifier(node, node.isTypeOnly, node.propertyName ?? node.name, own(node.name));
      if (ts.isIdentifier(node)) return isOwn(node) ? own(node) : node;
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitNode(file, visit, ts.isSourceFile);
  };
}

/** Returns declarations of what a cell declares by `var` within blocks, which TypeScript's own leave out. */
export function blockVariables(checker: ts.TypeChecker, cell: ts.SourceFile): string {
  const all = [...((cell as { locals?: Map<string, ts.Symbol> }).locals ?? [])].flatMap(([name, symbol]) => {
    let node: ts.Node | undefined = symbol.valueDeclaration;
    while (node && !ts.isVariableDeclarationList(node)) node = ts.isFunctionLike(node) ? undefined : node.parent;
    if (!node || (node.parent.parent === cell && ts.isVariableStatement(node.parent))) return [];
    const type = checker.typeToString(
      checker.getTypeOfSymbol(symbol),
      cell,
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseFullyQualifiedType,
    );
    return `declare var ${name}: ${type};\n`;
  });
  return all.join("");
}

/** Returns the names that a cell assigns to and that nobody declares, which JavaScript makes variables of all. */
export function undeclared(checker: ts.TypeChecker, cell: ts.SourceFile): string[] {
  const names = new Set<string>();
  const note = (name: ts.Identifier, symbol: ts.Symbol | undefined): void => {
    if (!symbol) names.add(name.text);
  };
  const target = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) note(node, checker.getSymbolAtLocation(node));
    else if (ts.isShorthandPropertyAssignment(node)) note(node.name, checker.getShorthandAssignmentValueSymbol(node));
    else if (ts.isPropertyAssignment(node)) target(node.initializer);
    else if (ts.isBinaryExpression(node)) target(node.left);
    else if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isSpreadElement(node))
      ts.forEachChild(node, target);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) target(node.left);
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) target(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(cell);
  return [...names];
}

/** Finds each `await` outside any function. */
export function topLevelAwaits(file: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    const awaitsUsing =
      ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier) || awaitsUsing)
      found.push(node);
    if (ts.isFunctionLike(node) || ts.isModuleDeclaration(node)) return;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/**
 * Turns `import()` into a call of the loader, `import.meta` into a parameter, and `await x` into
 * `resume(await pause(x))`, where an interrupted cell stops.
 */
export const hooked: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const { factory } = context;
  const call = (name: string, args: readonly ts.Expression[]): ts.Expression =>
    factory.createCallExpression(factory.createIdentifier(hidden(name)), undefined, args);
  const visit = (node: ts.Node): ts.Node => {
    const inner = ts.visitEachChild(node, visit, context);
    if (ts.isCallExpression(inner) && inner.expression.kind === ts.SyntaxKind.ImportKeyword)
      return ts.setTextRange(call("import", inner.arguments), node);
    if (ts.isMetaProperty(inner) && inner.keywordToken === ts.SyntaxKind.ImportKeyword)
      return ts.setTextRange(factory.createIdentifier(hidden("meta")), node);
    if (ts.isAwaitExpression(inner))
      return call("resume", [factory.updateAwaitExpression(inner, call("pause", [inner.expression]))]);
    return inner;
  };
  return ts.visitNode(file, visit, ts.isSourceFile);
};

/** Turns a cell's module, without its types, into the function that V8 runs, and notes its parts. */
export function scripted(parts: CellParts): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => new Scripted(context, parts).file(file);
}

class Scripted {
  private readonly factory: ts.NodeFactory;
  private readonly first: ts.Statement[] = [];

  constructor(
    private readonly context: ts.TransformationContext,
    private readonly parts: CellParts,
  ) {
    this.factory = context.factory;
  }

  file(file: ts.SourceFile): ts.SourceFile {
    const { factory } = this;
    const statements = file.statements.filter((s) => !ts.isExportDeclaration(s) && !ts.isNotEmittedStatement(s));
    const last = statements.at(-1);
    const body = statements.flatMap((s) => (s === last ? this.last(s) : this.statement(s)));
    const awaits = topLevelAwaits(factory.updateSourceFile(file, body)).length > 0;
    const cell = factory.createArrowFunction(
      awaits ? [factory.createModifier(ts.SyntaxKind.AsyncKeyword)] : [],
      undefined,
      [],
      undefined,
      undefined,
      factory.createBlock([...this.first, ...body], true),
    );
    return factory.updateSourceFile(file, [factory.createExpressionStatement(cell)]);
  }

  /** The last expression is the value of the cell; an enum, which TypeScript makes one, is none. */
  private last(statement: ts.Statement): ts.Statement[] {
    if (!ts.isExpressionStatement(statement) || !ts.isExpressionStatement(ts.getOriginalNode(statement)))
      return this.statement(statement);
    return [ts.setTextRange(this.factory.createReturnStatement(this.nested(statement.expression)), statement)];
  }

  private statement(statement: ts.Statement): ts.Statement[] {
    const { factory, parts } = this;
    if (ts.isImportDeclaration(statement)) {
      this.import(statement);
      return [];
    }
    if (ts.isFunctionDeclaration(statement) && statement.name) {
      const { modifiers, asteriskToken, name, parameters, body } = statement;
      const isAsync = modifiers?.filter((m) => m.kind === ts.SyntaxKind.AsyncKeyword) as ts.Modifier[] | undefined;
      const value = factory.createFunctionExpression(
        isAsync,
        asteriskToken,
        undefined,
        undefined,
        parameters,
        undefined,
        body!,
      );
      parts.names.push(name.text);
      this.first.push(this.assignment(name, ts.setTextRange(value, statement), statement));
      return [];
    }
    if (ts.isClassDeclaration(statement) && statement.name) {
      const { modifiers, name, heritageClauses, members } = statement;
      const plain = modifiers?.filter(
        (m) => m.kind !== ts.SyntaxKind.ExportKeyword && m.kind !== ts.SyntaxKind.DefaultKeyword,
      );
      const value = factory.createClassExpression(plain, name, undefined, heritageClauses, members);
      parts.names.push(name.text);
      return [this.assignment(name, ts.setTextRange(value, statement), statement)];
    }
    if (ts.isVariableStatement(statement)) {
      const { flags, declarations } = statement.declarationList;
      if (declarations.every(({ name }) => isGeneratedIdentifier(name))) return [statement]; // one of TypeScript's own
      // What stands for an enum or a namespace begins anew; a `var` without a value keeps what it has.
      const fresh = !ts.isVariableStatement(ts.getOriginalNode(statement)) || (flags & ts.NodeFlags.BlockScoped) !== 0;
      const assigned = this.assignments(statement.declarationList, fresh);
      return assigned ? [ts.setTextRange(factory.createExpressionStatement(assigned), statement)] : [];
    }
    return [this.nested(statement)];
  }

  private assignment(name: ts.Identifier, value: ts.Expression, from: ts.Statement): ts.Statement {
    const { factory } = this;
    return ts.setTextRange(factory.createExpressionStatement(factory.createAssignment(name, value)), from);
  }

  /** Hoists what a statement declares by `var` out of its blocks. */
  private nested<T extends ts.Node>(node: T): T {
    const { factory, context } = this;
    const isVar = (child: ts.Node | undefined): child is ts.VariableDeclarationList =>
      child !== undefined && ts.isVariableDeclarationList(child) && (child.flags & ts.NodeFlags.BlockScoped) === 0;
    const visit = (child: ts.Node): ts.Node => {
      if (ts.isFunctionLike(child) || ts.isClassLike(child)) return child;
      const inner = ts.visitEachChild(child, visit, context);
      if (ts.isVariableStatement(inner) && isVar(inner.declarationList)) {
        const assigned = this.assignments(inner.declarationList, false);
        return assigned ? factory.createExpressionStatement(assigned) : factory.createEmptyStatement();
      }
      if (ts.isForStatement(inner) && isVar(inner.initializer))
        return factory.updateForStatement(
          inner,
          this.assignments(inner.initializer, false),
          inner.condition,
          inner.incrementor,
          inner.statement,
        );
      if (ts.isForOfStatement(inner) && isVar(inner.initializer))
        return factory.updateForOfStatement(
          inner,
          inner.awaitModifier,
          this.declared(inner.initializer),
          inner.expression,
          inner.statement,
        );
      if (ts.isForInStatement(inner) && isVar(inner.initializer))
        return factory.updateForInStatement(inner, this.declared(inner.initializer), inner.expression, inner.statement);
      return inner;
    };
    return visit(node) as T;
  }

  /** Notes the name of `for (var x of …)`, and returns what is assigned to. */
  private declared(list: ts.VariableDeclarationList): ts.Expression {
    const [{ name }] = list.declarations;
    this.note(name, list);
    return this.target(name);
  }

  /** Returns `a = 1, b = 2` for the declarations; `fresh` ones without a value become undefined. */
  private assignments(list: ts.VariableDeclarationList, fresh: boolean): ts.Expression | undefined {
    const { factory } = this;
    const all = list.declarations.flatMap<ts.Expression>((declaration) => {
      this.note(declaration.name, list);
      if (!declaration.initializer && !fresh) return [];
      const value = declaration.initializer ?? factory.createVoidZero();
      return ts.setTextRange(factory.createAssignment(this.target(declaration.name), value), declaration);
    });
    return all.length > 0 ? all.reduce((left, right) => factory.createComma(left, right)) : undefined;
  }

  private note(name: ts.BindingName, { flags }: ts.VariableDeclarationList): void {
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements)
        if (!ts.isOmittedExpression(element)) this.note(element.name, { flags } as ts.VariableDeclarationList);
      return;
    }
    const kind = flags & ts.NodeFlags.BlockScoped;
    this.parts.names.push(name.text);
    if (kind === 0) this.parts.variables.push(name.text);
    else if (kind !== ts.NodeFlags.Let) this.parts.constants.push(name.text);
  }

  /** Returns the pattern of an assignment that binds what a pattern of a declaration binds. */
  private target(name: ts.BindingName): ts.Expression {
    const { factory } = this;
    if (ts.isIdentifier(name)) return name;
    const withDefault = ({ name: inner, initializer }: ts.BindingElement): ts.Expression =>
      initializer ? factory.createAssignment(this.target(inner), initializer) : this.target(inner);
    if (ts.isArrayBindingPattern(name))
      return factory.createArrayLiteralExpression(
        name.elements.map((e) =>
          ts.isOmittedExpression(e)
            ? e
            : e.dotDotDotToken
              ? factory.createSpreadElement(this.target(e.name))
              : withDefault(e),
        ),
      );
    return factory.createObjectLiteralExpression(
      name.elements.map((e) =>
        e.dotDotDotToken
          ? factory.createSpreadAssignment(this.target(e.name))
          : factory.createPropertyAssignment(e.propertyName ?? (e.name as ts.Identifier), withDefault(e)),
      ),
    );
  }

  private import({ importClause, moduleSpecifier }: ts.ImportDeclaration): void {
    const { factory, parts } = this;
    const module = factory.createElementAccessExpression(
      factory.createIdentifier(hidden("modules")),
      parts.imports.push((moduleSpecifier as ts.StringLiteral).text) - 1,
    );
    const note = (name: ts.Identifier): void => {
      parts.names.push(name.text);
      parts.constants.push(name.text);
    };
    const bind = (name: ts.Identifier, value: ts.Expression): void => {
      note(name);
      this.first.push(factory.createExpressionStatement(factory.createAssignment(name, value)));
    };
    const call = (name: string, ...args: readonly ts.Expression[]): ts.Expression =>
      factory.createCallExpression(factory.createIdentifier(hidden(name)), undefined, args);
    if (importClause?.name)
      bind(importClause.name, factory.createPropertyAccessExpression(call("default", module), "default"));
    const bindings = importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) bind(bindings.name, call("star", module));
    else
      for (const { name, propertyName = name } of bindings?.elements ?? []) {
        note(name);
        const from = propertyName.text === "default" ? call("default", module) : module;
        const [own, key] = [name, propertyName].map(({ text }) => factory.createStringLiteral(text));
        this.first.push(factory.createExpressionStatement(call("live", own, from, key)));
      }
  }
}
