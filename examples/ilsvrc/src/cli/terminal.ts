import pc from 'picocolors';

/**
 * Colours for a stream, or none if it is not a terminal or NO_COLOR is set. (picocolors by itself would
 * colour all CI logs.)
 */
export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const { NO_COLOR, TERM } = process.env;
  return pc.createColors(stream.isTTY === true && !NO_COLOR && TERM !== 'dumb');
}

/** The width of the terminal on stderr, or infinity if it is not a terminal. */
export function columns(): number {
  return process.stderr.columns ?? Number.POSITIVE_INFINITY;
}

/** Whether a live line has too little room for words. */
export function isNarrow(): boolean {
  return columns() < 104;
}
