import { binding as connectBinding, DOUBLE, type Attribute, type Binding } from "./binding.js";
import { withoutTensorflow } from "./tensorflow.js";
import { matrix, type Matrix } from "../matrix.js";
import type { ProductOptions } from "../multiply.js";
import type { Eigen } from "../eigen.js";
import type { Svd } from "../svd.js";

/*
 * Dense float64 linear algebra at native speed. TensorFlow.js has no float64, but the library beneath has, and its
 * binding passes it through: a Float64Array goes up as int32 pairs [..., 2], Bitcast reads each pair as one double, any
 * operation runs on doubles, and Bitcast brings them back. Nothing is rounded on the way.
 */

/**
 * Bytes of kept matrices held natively at a time. What finds no room beside those in use is copied anew at each use.
 */
const KEPT_BYTES = 170e6;

/** Operations, or chains of them, for which a kept matrix may stay unused before others may have its room. */
const IDLE = 10;

/** Arrays whose native copy outlives one operation. */
const kept = new WeakSet<Float64Array>();

/**
 * Asks that m, once copied for a native product, stays there for the next one, until it is collected or room is needed.
 * Its values must not change afterwards.
 */
export function keepNative(m: Matrix): Matrix {
  kept.add(m.values);
  return m;
}

/**
 * Operations whose results stay native. A tensor is a number; row and column vectors are spread over the other operand.
 */
export interface Chain {
  /** m with the columns of the matrices `beside` it on its right; of a kept m that is kept too */
  up(m: Matrix, ...beside: Matrix[]): number;
  down(tensor: number): Float64Array;
  multiply(a: number, b: number, options?: ProductOptions): number;
  add(a: number, b: number): number;
  subtract(a: number, b: number): number;
  times(a: number, b: number): number;
  exp(a: number): number;
  /** the largest of each column, shape [1, cols], or of each row, shape [rows, 1] */
  max(a: number, over: "columns" | "rows"): number;
  takeRows(a: number, rows: Uint32Array): number;
  takeColumns(a: number, columns: Uint32Array): number;
  /** a with the rows of b added to some of its own */
  addRows(a: number, rows: Uint32Array, b: number): number;
  /** the columns of the k largest entries of each row, the largest first, shape [rows, k] */
  largest(a: number, k: number): Int32Array;
  /** frees a result before the end of the chain */
  free(tensor: number): void;
}

export interface Native {
  /** What f makes of operations without copying between them. All of its tensors are freed at the end. */
  chain<T>(f: (ops: Chain) => T): T;
  /** A · B with either transposed */
  multiply(a: Matrix, b: Matrix, options?: ProductOptions): Matrix;
  /** eigenvalues and eigenvectors of a symmetric matrix, in the library's order and signs */
  eigen(a: Matrix): Eigen;
  /** thin singular value decomposition, in the library's signs */
  svd(a: Matrix): Svd;
  /** of square symmetric matrices one below the other: the eigenvalues of each, increasing, one after the other */
  eigenvalues(stack: Matrix): Float64Array;
  /** of matrices of so many rows one below the other: the singular values of each, decreasing */
  singularValues(stack: Matrix, rows: number): Float64Array;
  /** their squares, increasing, as eigenvalues of the smaller of AᵀA and AAᵀ */
  squaredSingularValues(stack: Matrix, rows: number): Float64Array;
  /** thin Q R = A, A with at least as many rows as columns, in the library's signs */
  qr(a: Matrix): { readonly Q: Matrix; readonly R: Matrix };
  /** X with A X = B, A square, or undefined if a pivot is 0 */
  solve(a: Matrix, b: Matrix): Matrix | undefined;
  /** lower L with A = L Lᵀ, A symmetric; NaN where A is not positive definite */
  cholesky(a: Matrix): Matrix;
  /** tensors made and not yet freed, kept ones apart: 0 between calls */
  held(): number;
  /** bytes of kept matrices that are held now */
  keptBytes(): number;
}

let instance: Native | undefined | null = null;

/** Native linear algebra, or undefined where TensorFlow does not load. */
export function native(): Native | undefined {
  if (instance === null) instance = connect();
  return instance;
}

function connect(): Native | undefined {
  let binding: Binding;
  try {
    binding = connectBinding();
  } catch {
    console.warn(`scorebook: ${withoutTensorflow}`);
    return undefined;
  }
  const live = new Set<number>();
  const type = (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_TYPE, value });
  const flag = (name: string, value: boolean): Attribute => ({ name, type: binding.TF_ATTR_BOOL, value });

  const execute = (name: string, attributes: Attribute[], inputs: number[], outputs = 1) => {
    const results = binding.executeOp(name, attributes, inputs, outputs);
    for (const { id } of results) live.add(id);
    return results;
  };
  const drop = (id: number): void => {
    if (live.delete(id)) binding.deleteTensor(id); // a kept one stays
  };
  const scalar = (value: number): number => {
    const id = binding.createTensor([], binding.TF_INT32, Int32Array.of(value));
    live.add(id);
    return id;
  };
  const copy = ({ rows, cols, values }: Matrix, stacked?: number): number => {
    const pairs = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    const shape = stacked === undefined ? [rows, cols, 2] : [rows / stacked, stacked, cols, 2];
    const id = binding.createTensor(shape, binding.TF_INT32, pairs);
    live.add(id);
    const [double] = execute("Bitcast", [type("T", binding.TF_INT32), type("type", DOUBLE)], [id]);
    drop(id);
    return double.id;
  };
  // The tensors of kept arrays, the one unused for longest first. The key is an object that dies with no array.
  const residents = new Map<object, { id: number; bytes: number; used: number }>();
  let operation = 0;
  // An array may be kept alone and with others beside it: by its columns and those of all together.
  const keys = new WeakMap<Float64Array, Map<string, object>>();
  let bytes = 0;
  const free = (key: object) => {
    const resident = residents.get(key);
    if (!resident) return;
    residents.delete(key);
    bytes -= resident.bytes;
    binding.deleteTensor(resident.id);
  };
  const collected = new FinalizationRegistry(free);
  const joined = (m: Matrix, beside: readonly Matrix[]): number => {
    if (beside.length === 0) return copy(m);
    const axis = scalar(1),
      parts = [m, ...beside].map((part) => copy(part));
    const attributes = [
      type("T", DOUBLE),
      type("Tidx", binding.TF_INT32),
      { name: "N", type: binding.TF_ATTR_INT, value: parts.length },
    ];
    const [{ id }] = execute("ConcatV2", attributes, [...parts, axis]);
    parts.forEach(drop);
    return id;
  };
  const roomFor = (size: number): boolean => {
    for (const [key, { used }] of residents) {
      if (bytes + size <= KEPT_BYTES || operation - used < IDLE) break;
      free(key);
    }
    return bytes + size <= KEPT_BYTES;
  };
  const up = (m: Matrix, ...beside: Matrix[]): number => {
    const cols = beside.reduce((sum, part) => sum + part.cols, m.cols);
    if (!kept.has(m.values)) return joined(m, beside);
    if (!keys.has(m.values)) keys.set(m.values, new Map());
    const own = keys.get(m.values)!,
      form = `${m.cols} of ${cols}`;
    let key = own.get(form);
    if (!key) {
      own.set(form, (key = {}));
      collected.register(m.values, key);
    }
    let resident = residents.get(key);
    if (!resident) {
      const id = joined(m, beside),
        size = 8 * m.rows * cols;
      if (!roomFor(size)) return id;
      live.delete(id);
      resident = { id, bytes: size, used: operation };
      bytes += size;
    }
    residents.delete(key);
    resident.used = operation;
    residents.set(key, resident); // last: used just now
    return resident.id;
  };
  const down = (id: number): Float64Array => {
    const pairs = execute("Bitcast", [type("T", DOUBLE), type("type", binding.TF_INT32)], [id])[0].id;
    const { buffer, byteOffset, length } = binding.tensorDataSync(pairs);
    return byteOffset % 8 === 0
      ? new Float64Array(buffer as ArrayBuffer, byteOffset, length / 2)
      : new Float64Array(buffer.slice(byteOffset, byteOffset + 4 * length) as ArrayBuffer);
  };
  /** Does something and frees all that was made for it, whatever happens. */
  const tidied = <T>(f: () => T): T => {
    try {
      return f();
    } finally {
      for (const id of live) binding.deleteTensor(id);
      live.clear();
      operation++;
    }
  };
  /** Runs one operation on doubles. */
  const run = (name: string, attributes: Attribute[], inputs: Matrix[], outputs = 1): Float64Array[] =>
    tidied(() =>
      execute(
        name,
        [type("T", DOUBLE), ...attributes],
        inputs.map((m) => up(m)),
        outputs,
      ).map(({ id }) => down(id)),
    );

  const one = (name: string, inputs: number[], attributes: Attribute[] = [type("T", DOUBLE)]) =>
    execute(name, attributes, inputs)[0].id;
  const spectrum = (stack: number) =>
    execute("SelfAdjointEigV2", [type("T", DOUBLE), flag("compute_v", false)], [stack], 2)[0].id;
  const integers = (values: Int32Array, shape = [values.length]): number => {
    const id = binding.createTensor(shape, binding.TF_INT32, values);
    live.add(id);
    return id;
  };
  const chain: Chain = {
    up,
    down,
    multiply: (a, b, { transposeA = false, transposeB = false } = {}) =>
      one("MatMul", [a, b], [type("T", DOUBLE), flag("transpose_a", transposeA), flag("transpose_b", transposeB)]),
    add: (a, b) => one("AddV2", [a, b]),
    subtract: (a, b) => one("Sub", [a, b]),
    times: (a, b) => one("Mul", [a, b]),
    exp: (a) => one("Exp", [a]),
    max: (a, over) =>
      one(
        "Max",
        [a, integers(Int32Array.of(over === "columns" ? 0 : 1))],
        [type("T", DOUBLE), type("Tidx", binding.TF_INT32), flag("keep_dims", true)],
      ),
    takeRows: (a, rows) =>
      one(
        "Gather",
        [a, integers(Int32Array.from(rows))],
        [type("Tparams", DOUBLE), type("Tindices", binding.TF_INT32), flag("validate_indices", true)],
      ),
    takeColumns: (a, columns) =>
      one(
        "GatherV2",
        [a, integers(Int32Array.from(columns)), scalar(1)],
        [type("Tparams", DOUBLE), type("Tindices", binding.TF_INT32), type("Taxis", binding.TF_INT32)],
      ),
    addRows: (a, rows, b) =>
      one(
        "TensorScatterAdd",
        [a, integers(Int32Array.from(rows), [rows.length, 1]), b],
        [type("T", DOUBLE), type("Tindices", binding.TF_INT32)],
      ),
    largest(a, k) {
      const [, columns] = execute("TopKV2", [type("T", DOUBLE), flag("sorted", true)], [a, scalar(k)], 2);
      return binding.tensorDataSync(columns.id) as Int32Array;
    },
    free: drop,
  };

  return {
    chain: (f) => tidied(() => f(chain)),
    multiply(a, b, { transposeA = false, transposeB = false } = {}) {
      const [values] = run("MatMul", [flag("transpose_a", transposeA), flag("transpose_b", transposeB)], [a, b]);
      return matrix(transposeA ? a.cols : a.rows, transposeB ? b.rows : b.cols, values);
    },
    eigen(a) {
      const [values, vectors] = run("SelfAdjointEigV2", [flag("compute_v", true)], [a], 2);
      return { values, vectors: matrix(a.rows, a.cols, vectors) };
    },
    svd(a) {
      const size = Math.min(a.rows, a.cols);
      const [values, U, V] = run("Svd", [flag("compute_uv", true), flag("full_matrices", false)], [a], 3);
      return { U: matrix(a.rows, size, U), values, V: matrix(a.cols, size, V) };
    },
    eigenvalues: (stack) => tidied(() => down(spectrum(copy(stack, stack.cols)))),
    singularValues: (stack, rows) =>
      tidied(() =>
        down(
          execute(
            "Svd",
            [type("T", DOUBLE), flag("compute_uv", false), flag("full_matrices", false)],
            [copy(stack, rows)],
            3,
          )[0].id,
        ),
      ),
    squaredSingularValues: (stack, rows) =>
      tidied(() => {
        const a = copy(stack, rows),
          tall = rows > stack.cols;
        return down(
          spectrum(one("BatchMatMulV2", [a, a], [type("T", DOUBLE), flag("adj_x", tall), flag("adj_y", !tall)])),
        );
      }),
    qr(a) {
      const [Q, R] = run("Qr", [flag("full_matrices", false)], [a], 2);
      return { Q: matrix(a.rows, a.cols, Q), R: matrix(a.cols, a.cols, R) };
    },
    solve(a, b) {
      try {
        return matrix(b.rows, b.cols, run("MatrixSolve", [flag("adjoint", false)], [a, b])[0]);
      } catch (error) {
        if (/not invertible/.test((error as Error).message)) return undefined;
        throw error;
      }
    },
    cholesky(a) {
      return matrix(a.rows, a.cols, run("Cholesky", [], [a])[0]);
    },
    held: () => live.size,
    keptBytes: () => bytes,
  };
}
