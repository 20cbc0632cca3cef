/**
 * With fewer values than this, tfjs's kernel computes functions and products, in tfjs's own precision. Tests set
 * ALEXNET_ONEDNN_SMALLEST=1 so that small tensors use the native kernels too; empty tensors never do.
 */
export const smallest: number = smallestFrom(process.env.ALEXNET_ONEDNN_SMALLEST ?? '4096');

/**
 * The same for results that are exact, value by value: tfjs's kernel adds 512 values in 33 us and 128 in 10, the
 * native one in 11 and 18.
 */
export const smallestExact: number = Math.min(smallest, 512);

/**
 * The same for values that are moved or reduced across rows, where tfjs's kernel computes each value's position.
 * For 64 and 1024 values it cuts in 36 and 877 us, native in 20 and 10, and transposes in 13 and 114, native in
 * 10 and 17 (one core of a Xeon).
 */
export const smallestMoved: number = Math.min(smallest, 64);

/**
 * From this many values on, oneDNN computes exact functions with all threads; a vector loop on one thread is quicker
 * for fewer, since waking another thread takes some 100 us.
 */
export const smallestShared: number = Math.min(smallest * 16, 65536);

function smallestFrom(text: string): number {
  const values = Number(text);
  if (Number.isInteger(values) && values >= 1) return values;
  throw new RangeError(`ALEXNET_ONEDNN_SMALLEST must be a whole number >= 1, got ${text}.`);
}
