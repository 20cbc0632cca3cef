import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedClasses, writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { progress } from '../cli/progress.js';
import { say } from '../cli/say.js';

/** The folder of the embedded data set, as ILSVRC-2012 is downloaded; drawn at the first call. */
export async function embeddedData(
  dataFolder: string,
  { trainPerClass, valPerClass }: { trainPerClass: number; valPerClass: number },
  signal: AbortSignal,
): Promise<string> {
  const folder = join(dataFolder, `embedded-${trainPerClass}-${valPerClass}`);
  if (existsSync(join(folder, 'ILSVRC2012_devkit_t12.tar.gz'))) return folder; // the file written last
  say('  drawing the embedded data set: pictures made by a program, written as ILSVRC-2012 is downloaded');
  const bar = progress('draw', embeddedClasses.length * (trainPerClass + valPerClass));
  try {
    const onProgress = (done: number): void => bar.update(done);
    await writeEmbeddedIlsvrc(folder, { trainPerClass, valPerClass, signal, onProgress });
  } finally {
    bar.stop();
  }
  return folder;
}
