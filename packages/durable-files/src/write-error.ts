/**
 * Turns an error of the system into one line that names the file or folder, with its code; others stay as
 * they are.
 */
export function writeError(path: string, error: unknown): unknown {
  const { syscall, message } = Object(error) as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return Object.assign(new Error(`${path}: could not be written (${message}).`, { cause: error }), {
    code: codeOf(error),
  });
}

/**
 * The code of a system's error, such as ENOENT; empty if it has none. Not by `instanceof Error`, which is false under
 * Jest, where Node's errors are from another realm.
 */
export function codeOf(error: unknown): string {
  return (Object(error) as NodeJS.ErrnoException).code ?? '';
}
