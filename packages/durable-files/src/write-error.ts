/**
 * Turns an error of the system into one line that names the file or folder, with its code; others stay as
 * they are.
 */
export function writeError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const { message } = error;
  return Object.assign(new Error(`${path}: could not be written (${message}).`, { cause: error }), {
    code: codeOf(error),
  });
}

/** The code of a system's error, such as ENOENT; empty if it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
