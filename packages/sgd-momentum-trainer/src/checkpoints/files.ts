// The disk, in one module that is loaded when a checkpoint is first written or looked for: the package also runs in a
// browser. It imports namespaces because bundlers replace `node:` modules with empty ones, which have no names to import.
import * as fs from 'node:fs/promises';
import { replaceFolder, wholeFolder } from '@alexnet/durable-files';
import type { Snapshot } from './checkpoint-snapshot.js';
import { sha256 } from './sha256.js';

/** A checkpoint that is on the disk. */
export interface SavedCheckpoint {
  bytes: number;
  /** SHA-256 of `weights.bin`: the weights in the order of the model, float32, little endian. */
  weightsSha256: string;
}

/** One checkpoint of a run: its path, and the step after which it was taken. */
export interface CheckpointPlace {
  path: string;
  step: number;
}

/** Writes a snapshot as `saveCheckpoint` does. */
export async function writeSnapshot(
  directory: string,
  { files, description }: Snapshot,
): Promise<SavedCheckpoint> {
  const hashed = [...files].map(([name, pieces]) => [name, sha256(...pieces)] as const);
  const sha256OfFiles = Object.fromEntries(hashed);
  const content = { ...description, files: sha256OfFiles };
  const text = new TextEncoder();
  const own = sha256(text.encode(JSON.stringify(content)));
  const json = text.encode(JSON.stringify({ ...content, sha256: own }, null, 2));
  await replaceFolder(directory, [...files, ['checkpoint.json', [json]]]);
  const bytes = [...[...files.values()].flat(), json].reduce((sum, { length }) => sum + length, 0);
  return { bytes, weightsSha256: sha256OfFiles['weights.bin'] as string };
}

export async function isCheckpointIn(directory: string): Promise<boolean> {
  return (await wholeFolder(directory)) !== undefined;
}

/** All checkpoints in a folder of `Checkpoints`, oldest first; none if there is no such folder. */
export async function listCheckpoints(directory: string): Promise<CheckpointPlace[]> {
  const names = await fs.readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const steps = names.flatMap((name) => /^step-(\d+)(?:\.previous)?$/.exec(name)?.[1] ?? []);
  const places = [...new Set(steps)].map((digits) => ({
    path: `${directory}/step-${digits}`,
    step: Number(digits),
  }));
  return places.sort((a, b) => a.step - b.step);
}

/** Removes all checkpoints but the last `keep`, and folders that a killed process left unfinished. */
export async function removeOldCheckpoints(directory: string, keep: number): Promise<void> {
  const old = (await listCheckpoints(directory)).slice(0, -keep);
  const unfinished = (await fs.readdir(directory)).filter((name) => /^step-\d+\.partial$/.test(name));
  for (const path of [
    ...old.flatMap(({ path }) => [path, `${path}.previous`]),
    ...unfinished.map((name) => `${directory}/${name}`),
  ]) {
    await fs.rm(path, { recursive: true, force: true });
  }
}
