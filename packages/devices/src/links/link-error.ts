/** The other tower cannot be reached any more: why, the other knows. */
export class LinkError extends Error {
  override name = 'LinkError';
}
