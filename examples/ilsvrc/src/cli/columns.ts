/** Columns of the terminal on stderr; without end where it is none: as wide as the line. */
export function columns(): number {
  return process.stderr.columns ?? Number.POSITIVE_INFINITY;
}

/** Whether a live line has to do without words. */
export function isNarrow(): boolean {
  return columns() < 104;
}
