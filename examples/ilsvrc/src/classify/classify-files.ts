import type { ImageInput } from '@alexnet/imagenet-reader';
import { topLabels } from '@alexnet/topk-metrics';
import { type Predictor, predictViews } from '../evaluate/predict-views.js';
import type { ImageFile } from './image-files.js';

/** A network, how an image becomes its input, and how many views of an image it gets. */
export interface Classifier {
  readonly model: Predictor;
  readonly read: (file: Uint8Array) => Promise<ImageInput>;
  readonly views: number;
}

/** The most probable classes of an image, or why it could not be read. */
export type Classified =
  | { readonly name: string; readonly labels: readonly number[]; readonly probabilities: readonly number[] }
  | { readonly name: string; readonly error: string };

/** Rows that the network gets at a time: six images of ten views, or 60 of one. */
const ROWS = 60;

/**
 * Classifies images in their order. While the network computes a batch, the files of the next are decoded; so
 * at most two batches are in memory.
 *
 * @param top The number of classes of each image.
 */
export async function* classifyFiles(
  { model, read, views }: Classifier,
  files: readonly ImageFile[],
  { top, signal }: { top: number; signal: AbortSignal },
): AsyncGenerator<Classified> {
  const size = Math.max(1, Math.floor(ROWS / views));
  const decode = (from: number): Promise<Decoded[]> =>
    Promise.all(files.slice(from, from + size).map((file) => decoded(file, read)));
  let next = decode(0);
  for (let from = 0; from < files.length; from += size) {
    const batch = await next;
    signal.throwIfAborted();
    next = decode(from + size);
    const inputs = batch.flatMap(({ input }) => input ?? []);
    const outputs = inputs.length > 0 ? await predictViews(model, joined(inputs), views) : new Float32Array();
    const classes = outputs.length / Math.max(1, inputs.length);
    let row = 0;
    for (const { name, input, error = '' } of batch) {
      if (!input) yield { name, error };
      else yield { name, ...best(outputs.subarray(row * classes, ++row * classes), top) };
    }
  }
}

interface Decoded {
  readonly name: string;
  readonly input?: ImageInput;
  readonly error?: string;
}

async function decoded(file: ImageFile, read: Classifier['read']): Promise<Decoded> {
  const { name } = file;
  try {
    return { name, input: await read(await file.read()) };
  } catch (error) {
    return { name, error: reasonOf(error as NodeJS.ErrnoException) };
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EACCES' || code === 'EPERM' ? `it may not be read (${code})` : message;
}

/** The inputs of several images as one. */
function joined(inputs: readonly ImageInput[]): ImageInput {
  const [first] = inputs as [ImageInput];
  if (inputs.length === 1) return first;
  const [views, ...view] = first.shape;
  const pixels = new Float32Array(inputs.length * first.pixels.length);
  for (const [i, input] of inputs.entries()) pixels.set(input.pixels, i * first.pixels.length);
  return { pixels, shape: [inputs.length * views, ...view] };
}

function best(probabilities: Float32Array, top: number): { labels: number[]; probabilities: number[] } {
  const labels = topLabels(probabilities, Math.min(top, probabilities.length));
  return { labels, probabilities: labels.map((label) => probabilities[label] as number) };
}
