import { linspace } from "../../math/ode.js";
import { row, type Matrix } from "../../math/matrix.js";
import type { Path } from "./action.js";
import { relativeSpread } from "./attractor.js";
import { onsagerMachlup, type Lagrangian } from "./lagrangian.js";
import { mostLikelyPath, straightGuess } from "./mostLikelyPath.js";
import { bumpRotation, rotation, type Transformation } from "./transformation.js";
import { energies, kinematicAngularMomentum, noetherCharge } from "./noether.js";
import type { Refinement } from "./refinement.js";
import type { NoisySystem } from "./system.js";
import { ringNetwork } from "./systems.js";

/** A system with a symmetry and a transition along which its charge is measured. */
export interface ChargeExample {
  readonly system: NoisySystem;
  readonly symmetry: Transformation;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** What is conserved along one transition in the time 1. */
export interface ChargeRow {
  readonly system: string;
  readonly symmetry: string;
  readonly charge: number;
  /** the largest less the smallest: of the discrete charge, and of the one in the middle of the intervals */
  readonly discreteSpread: number;
  readonly spread: number;
  readonly E: number;
  readonly spreadE: number;
}

/** Measures charge and energy along the most likely path of each example, of N steps. */
export function chargeRows(examples: readonly ChargeExample[], N: number): ChargeRow[] {
  return examples.map(({ system, symmetry, from, to }) => {
    const lagrangian = onsagerMachlup(system);
    const path = mostLikelyPath({ lagrangian, times: linspace(0, 1, N), from, to });
    const discrete = noetherCharge(lagrangian, symmetry, path, { discrete: true });
    const E = energies(lagrangian, path);
    return {
      system: system.name,
      symmetry: symmetry.name,
      charge: discrete.mean,
      discreteSpread: discrete.spread,
      spread: noetherCharge(lagrangian, symmetry, path).spread,
      E: E.mean,
      spreadE: E.spread,
    };
  });
}

/** The charge of the rotation of a bump on a ring of few neurons, which is not quite a symmetry. */
export interface NeuronRow {
  readonly neurons: number;
  readonly charge: number;
  /** the largest less the smallest along the path, and that over the mean */
  readonly spread: number;
  readonly relative: number;
}

/** Measures the charge along the most likely path that turns a bump by 1.3 rad in the time 2. */
export function neuronRows(counts: readonly number[]): NeuronRow[] {
  return counts.map((neurons) => {
    const lagrangian = onsagerMachlup(ringNetwork({ neurons }));
    const bump = (at: number) =>
      Array.from({ length: neurons }, (_, i) => 2 * Math.cos((2 * Math.PI * i) / neurons - at));
    const path = mostLikelyPath({ lagrangian, times: linspace(0, 2, 40), from: bump(0.2), to: bump(1.5) });
    const options = { discrete: true, tolerance: Infinity };
    const { mean, spread } = noetherCharge(lagrangian, bumpRotation(neurons), path, options);
    return { neurons, charge: mean, spread, relative: spread / Math.abs(mean) };
  });
}

/** Energy and both angular momenta along a path in the plane, as curves over time, of at most 100 points each. */
export function chargeSeries(
  lagrangian: Lagrangian,
  path: Path,
): { readonly name: string; readonly x: Float64Array; readonly y: Float64Array }[] {
  return [
    { ...energies(lagrangian, path), name: "energy E" },
    { ...noetherCharge(lagrangian, rotation(), path), name: "canonical x × p" },
    { ...kinematicAngularMomentum(lagrangian, path), name: "kinematic x × x′ / 2D" },
  ].map(({ name, times, values }) => {
    const isSeen = (_: number, k: number) => k % Math.ceil(times.length / 100) === 0;
    return { name, x: times.filter(isSeen), y: values.filter(isSeen) };
  });
}

/** Returns the spread of the energy along other points at the times of a path, over the mean of its absolute value. */
export function energySpread(lagrangian: Lagrangian, times: Float64Array, points: Matrix): number {
  return relativeSpread(energies(lagrangian, { times, points }).values);
}

/** The spreads of the energy along the paths of a refinement, and along straight ones. */
export interface EnergyRefinement {
  /** 1 / N */
  readonly h: number[];
  /** as of energySpread, of the most likely paths */
  readonly spread: number[];
  /** of the straight paths at constant speed between the same ends, which conserve no energy */
  readonly ofStraight: number[];
}

/** Measures the spread of the energy along the paths of a refinement, beside that along straight paths. */
export function energyRefinement({ paths }: Pick<Refinement, "paths">): EnergyRefinement {
  return {
    h: paths.map(({ times }) => 1 / (times.length - 1)),
    spread: paths.map(({ lagrangian, times, points }) => energySpread(lagrangian, times, points)),
    ofStraight: paths.map(({ lagrangian, times, points }) => {
      const ends = { from: row(points, 0), to: row(points, points.rows - 1) };
      return energySpread(lagrangian, times, straightGuess({ times, ...ends }));
    }),
  };
}
