import pc from 'picocolors';

/** Colours for a stream: none where it is no terminal, or NO_COLOR is set (picocolors itself colours whatever CI logs). */
export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const { NO_COLOR, TERM } = process.env;
  return pc.createColors(stream.isTTY === true && !NO_COLOR && TERM !== 'dumb');
}
