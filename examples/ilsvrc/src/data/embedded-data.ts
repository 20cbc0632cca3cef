import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedClasses, writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { progress } from '../cli/progress.js';
import { requireWritable } from '../cli/require-writable.js';
import { say } from '../cli/say.js';

/** The folder of the embedded data set, laid out like the ILSVRC-2012 download; drawn on the first call. */
export async function embeddedData(
  dataFolder: string,
  { trainPerClass, valPerClass }: { trainPerClass: number; valPerClass: number },
  signal: AbortSignal,
): Promise<string> {
  const folder = join(dataFolder, `embedded-${trainPerClass}-${valPerClass}`);
  if (existsSync(join(folder, 'ILSVRC2012_devkit_t12.tar.gz'))) return folder; // the last file written
  requireWritable(folder, '--data-folder');
  say('  drawing the embedded data set: images made by a program, laid out like the ILSVRC-2012 download');
  const bar = progress('draw', embeddedClasses.length * (trainPerClass + valPerClass));
  try {
    const onProgress = (done: number): void => bar.update(done);
    await writeEmbeddedIlsvrc(folder, { trainPerClass, valPerClass, signal, onProgress });
  } finally {
    bar.stop();
  }
  return folder;
}
