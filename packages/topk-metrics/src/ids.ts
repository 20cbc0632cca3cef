/** The lines of a text. A newline at its end does not add a line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Labels (from 0) for the 1 to `most` ILSVRC IDs (1 .. classes) of a line.
 *
 * @throws RangeError that names the line and `caller`.
 */
export function labelsOfLine(line: string, index: number, most: number, caller: string): number[] {
  const ids = line.trim().split(/\s+/);
  if (ids.length > most || !ids.every((id) => /^[1-9]\d{0,8}$/.test(id))) {
    const rule = most === 1 ? 'an ILSVRC ID >= 1' : `1 to ${most} ILSVRC IDs >= 1`;
    throw new RangeError(`line ${index + 1} must be ${rule} (${caller}), got '${line}'.`);
  }
  return ids.map((id) => Number(id) - 1);
}
