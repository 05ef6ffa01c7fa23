/** Points or vectors of the plane, one per row. */
export interface PointRows {
  readonly rows: number;
  /** 2 */
  readonly cols: number;
  readonly values: ArrayLike<number>;
}
