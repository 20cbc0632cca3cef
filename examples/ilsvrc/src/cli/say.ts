import pc from 'picocolors';

/** By stderr itself: picocolors would look at stdout, and colours whatever CI logs. */
const { bold } = pc.createColors(process.stderr.isTTY === true);

/** A line for the person who watches: on stderr, so that stdout holds results only. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A heading for the next part of the work. */
export function sayPart(title: string): void {
  say(bold(title));
}
