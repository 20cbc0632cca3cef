/** A checkpoint whose files are not as they were written. */
export class DamagedCheckpointError extends Error {
  override name = 'DamagedCheckpointError';
}
