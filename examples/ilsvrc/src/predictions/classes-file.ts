import { readFile } from 'node:fs/promises';
import { PartialFile } from '@alexnet/durable-files';
import type { PredictionsWriter } from './predictions-writer.js';

/** The file of the classes that belong to predictions: `ten-classes.json` for `ten.npy` or `ten.jsonl`. */
export function classesFile(path: string): string {
  return path.replace(/\.(npy|jsonl)$/, '-classes.json');
}

/** Writes the IDs of the classes, in the order of the labels and probabilities, as a list in JSON. */
export async function classesWriter(path: string, ids: readonly string[]): Promise<PredictionsWriter> {
  const file = await PartialFile.create(classesFile(path));
  await file.write(Buffer.from(`${JSON.stringify(ids)}\n`));
  return {
    async add() {},
    async finish() {
      await file.end();
      await file.rename();
    },
    abandon: () => file.abandon(),
  };
}

/**
 * The IDs of the classes of predictions, if they were written.
 *
 * @throws Error that names the file, if it is damaged or of other predictions.
 */
export async function readClasses(path: string, classes: number): Promise<string[] | undefined> {
  const file = classesFile(path);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${file}: cannot be read (${error.code}).`, { cause: error });
  });
  return text === undefined ? undefined : parseClasses(text, file, classes);
}

function parseClasses(text: string, file: string, classes: number): string[] {
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    throw new Error(`${file}: this is not JSON; the file was cut off or damaged.`);
  }
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) {
    throw new Error(`${file}: this must be a list of the IDs of classes.`);
  }
  if (ids.length !== classes) {
    throw new Error(`${file}: there are ${ids.length} classes, but the predictions have ${classes}.`);
  }
  if (new Set(ids).size !== ids.length) throw new Error(`${file}: a class is listed twice.`);
  return ids;
}
