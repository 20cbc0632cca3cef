import {
  type IlsvrcSource,
  sourceDifference,
  type VerifyReport,
  verifyPrepared,
} from '@alexnet/imagenet-reader';
import { type Progress, progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { gigabytes } from './plan-text.js';

/** Runs `verifyPrepared` with a progress bar. */
export async function verifyWithProgress(dir: string, signal: AbortSignal): Promise<VerifyReport> {
  let bar: Progress | undefined;
  try {
    const report = await verifyPrepared(dir, {
      signal,
      onProgress({ done, total }) {
        bar ??= progress('verify', total / 1e6, { unit: 'MB' });
        bar.update(done / 1e6);
      },
    });
    const { train, val, test } = report.images;
    bar?.stop();
    say(`  ${(train + val + test).toLocaleString('en')} squares, ${gigabytes(report.bytes)}: ${report.path}`);
    return report;
  } finally {
    bar?.stop();
  }
}

/** Runs `sourceDifference` on every image with a progress bar. */
export async function compareWithProgress(
  source: IlsvrcSource,
  dir: string,
  signal: AbortSignal,
): Promise<string> {
  let bar: Progress | undefined;
  try {
    return await sourceDifference(source, dir, {
      everyImage: true,
      signal,
      onProgress({ done, total }) {
        bar ??= progress('compare', total, { unit: 'images' });
        bar.update(done);
      },
    });
  } finally {
    bar?.stop();
  }
}
