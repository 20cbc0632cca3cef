import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a prepared folder's `meta.json` as `prepare` does, with the SHA-256 of all other fields at the end. */
export async function writeMeta(folder: string, meta: Readonly<Record<string, unknown>>): Promise<void> {
  const { checksum: _, ...fields } = meta;
  const checksum = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  await writeFile(join(folder, 'meta.json'), `${JSON.stringify({ ...fields, checksum }, undefined, 1)}\n`);
}
