import { messageOf } from '@alexnet/validate';

/** The error of a checkpoint that could not be written; of an error about its files, the system's own words. */
export function unwritten(path: string, error: Error): Error {
  return new Error(`${path}: the checkpoint could not be written (${messageOf(error.cause ?? error)}).`, {
    cause: error,
  });
}
