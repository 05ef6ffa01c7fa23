import { gaussLegendre, type Quadrature } from "../../math/quadrature.js";

const rules = new Map<number, Quadrature>();

/** Gauss and Legendre's rule with 160 nodes, or another number. */
export function integral(f: (x: number) => number, from: number, to: number, count = 160): number {
  const { nodes, weights } = rules.get(count) ?? rules.set(count, gaussLegendre(count)).get(count)!;
  const half = (to - from) / 2;
  return nodes.reduce((total, node, i) => total + half * weights[i] * f(from + half * (1 + node)), 0);
}

/** The integral of a positive function by halving intervals until their sum is that of the whole. */
export function adaptiveIntegral(
  f: (x: number) => number,
  from: number,
  to: number,
  least: number,
  whole = integral(f, from, to, 20),
  depth = 0,
): number {
  const middle = (from + to) / 2;
  const [left, right] = [integral(f, from, middle, 20), integral(f, middle, to, 20)];
  if (depth === 40 || Math.abs(left + right - whole) <= 1e-11 * Math.abs(left + right) + least) return left + right;
  return (
    adaptiveIntegral(f, from, middle, least, left, depth + 1) + adaptiveIntegral(f, middle, to, least, right, depth + 1)
  );
}
