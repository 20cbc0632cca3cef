/** The lines of a file, with or without the last line's end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Labels from 0 of the ILSVRC IDs (1 .. classes) of a line, of which there must be `least` to `most`.
 *
 * @throws RangeError, in the name of `of`, naming the line.
 */
export function labelsOfLine(line: string, index: number, most: number, of: string): number[] {
  const ids = line.trim().split(/\s+/);
  if (ids.length > most || !ids.every((id) => /^[1-9]\d{0,8}$/.test(id))) {
    const rule = most === 1 ? 'an ILSVRC ID >= 1' : `1 to ${most} ILSVRC IDs >= 1`;
    throw new RangeError(`line ${index + 1} must be ${rule} (${of}), got '${line}'.`);
  }
  return ids.map((id) => Number(id) - 1);
}
