import * as crypto from 'node:crypto';

/** The SHA-256 of pieces that follow each other, in hexadecimal digits. */
export function sha256(...pieces: readonly Uint8Array[]): string {
  const hash = crypto.createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
