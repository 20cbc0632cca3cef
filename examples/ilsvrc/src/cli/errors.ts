/** The command was called in the wrong way: exit code 2. */
export class UsageError extends Error {}

/** The message of an error on one line. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, ' ');
}
