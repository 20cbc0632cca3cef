/** Of pieces that follow each other, in hexadecimal digits. */
export async function sha256(...pieces: readonly Uint8Array[]): Promise<string> {
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
