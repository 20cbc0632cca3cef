/** A checkpoint whose files are not what was written. */
export class DamagedCheckpointError extends Error {
  override name = 'DamagedCheckpointError';
}
