import pc from 'picocolors';

/** Colours for a stream: none where it is no terminal, or NO_COLOR is set (picocolors itself colours whatever CI logs). */
export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const { NO_COLOR, TERM } = process.env;
  return pc.createColors(stream.isTTY === true && !NO_COLOR && TERM !== 'dumb');
}

/** Columns of the terminal on stderr; without end where it is none: as wide as the line. */
export function columns(): number {
  return process.stderr.columns ?? Number.POSITIVE_INFINITY;
}

/** Whether a live line has to do without words. */
export function isNarrow(): boolean {
  return columns() < 104;
}
