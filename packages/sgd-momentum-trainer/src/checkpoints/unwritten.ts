/** The error of a checkpoint that could not be written; of an error about its files, the system's own words. */
export function unwritten(path: string, error: Error): Error {
  const { message } = error.cause instanceof Error ? error.cause : error;
  return new Error(`${path}: the checkpoint could not be written (${message}).`, { cause: error });
}
