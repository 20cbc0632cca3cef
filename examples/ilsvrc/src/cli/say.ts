import { coloursFor } from './terminal.js';

const { bold } = coloursFor(process.stderr);

/** Prints a line for the user on stderr; stdout is for results only. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints the heading of the next part of the work. */
export function sayPart(title: string): void {
  say(bold(title));
}
