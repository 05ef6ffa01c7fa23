/*
 * Titles of columns, for tables of the records of this folder.
 */

/** Columns of chargeRows. */
export const chargeColumns = {
  system: "system",
  symmetry: "symmetry",
  charge: "its charge",
  discreteSpread: "largest − smallest, discrete",
  spread: "at midpoints",
  E: "E",
  spreadE: "largest − smallest E",
} as const;

/** Columns of neuronRows. */
export const neuronColumns = {
  neurons: "neurons",
  charge: "charge",
  spread: "largest − smallest",
  relative: "over the mean",
} as const;

/** Columns of the exact states of momentumStudy. */
export const evidenceColumns = {
  t: "t",
  line: "momentum conserved",
  mean: "exact mean",
  mode: "exact mode",
  sd: "standard deviation",
} as const;

/** Columns of attractorRow. */
export const attractorColumns = {
  omega: "ω",
  T: "T",
  E: "E",
  L: "L",
  S: "S",
  error: "largest error",
  nearest: "distance from the attractor",
  spreadE: "spread of E",
  spreadL: "of L",
  spreadKinematic: "of x × x′",
} as const;

/** Columns of decisionMinima. */
export const decisionColumns = {
  n: "n",
  T: "T",
  action: "action",
  E: "E",
  spread: "spread of E",
  nearest: "distance from the undecided state",
  starts: "starts that lead there",
  gradient: "relative gradient",
} as const;

/** Columns of bridgeStudy. */
export const bridgeColumns = {
  end: "end",
  paths: "paths",
  t: "σ",
  share: "share of σ²",
  deviation: "distance",
  square: "mean square",
  inSigma: "distance from straight in σ",
} as const;
