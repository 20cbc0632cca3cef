import { coloursFor } from './terminal.js';

const { bold } = coloursFor(process.stderr);

/** A line for the person who watches: on stderr, so that stdout holds results only. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A heading for the next part of the work. */
export function sayPart(title: string): void {
  say(bold(title));
}
