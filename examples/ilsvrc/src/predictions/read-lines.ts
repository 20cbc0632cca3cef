import { createReadStream } from 'node:fs';

/** A line of 22,000 classes has about 300 kB. */
const LONGEST_LINE = 1 << 24;

/** Yields the lines of a file; the last one may lack a line break. @throws Error that names the file. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new Error(`a line has more than ${LONGEST_LINE} characters`);
      yield* lines;
    }
  } catch (error) {
    throw new Error(`${path}: cannot be read (${(error as Error).message}).`, { cause: error });
  }
  if (rest !== '') yield rest;
}
