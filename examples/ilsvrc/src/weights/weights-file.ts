import { fetchWeights, publishedWeights } from '@alexnet/published-weights';
import { progress } from '../cli/progress.js';

/**
 * The path of weights: published ones, by name or URL, are fetched into the cache first. A file or folder that is
 * called like published weights is given as `./torchvision`.
 */
export async function weightsFile(given: string, signal?: AbortSignal): Promise<string> {
  if (!Object.hasOwn(publishedWeights, given) && !/^https?:\/\//i.test(given)) return given;
  let bar: ReturnType<typeof progress> | undefined;
  try {
    return await fetchWeights(given, {
      ...(signal && { signal }),
      onProgress({ done, total }) {
        if (total === undefined) return;
        bar ??= progress('fetch', total / 1e6, { unit: 'MB', doneBefore: done / 1e6 });
        bar.update(done / 1e6);
      },
    });
  } finally {
    bar?.stop();
  }
}
