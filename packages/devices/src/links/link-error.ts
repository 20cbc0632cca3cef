/** The other tower can no longer be reached. Its own error tells why. */
export class LinkError extends Error {
  override name = 'LinkError';
}
