import { requireFinite, requireWhole } from '@alexnet/validate';

/** The standard normal quantile of .975: 95% are within this many standard deviations. */
const Z_95 = 1.9599639845400543;

/**
 * Wilson's score interval of a measured error. It has the true errors p whose distance from the measured
 * error is at most z of their own standard deviations, `|error - p| <= z sqrt(p (1 - p) / images)`.
 *
 * @param error 0 .. 1.
 * @param options.z Width in standard deviations; 1.95996 for 95%.
 * @returns `[low, high]` within 0 .. 1; `[0, 1]` if there is no image.
 * @throws RangeError if the error is not in 0 .. 1 or the number of images is not a whole number.
 * @see E. B. Wilson, 'Probable inference, the law of succession, and statistical inference', JASA 22 (1927)
 * @example
 * wilsonInterval(0.407, 50_000); // [0.4027, 0.4113]: the paper's top-1 error, ILSVRC-2012 validation
 */
export function wilsonInterval(
  error: number,
  images: number,
  { z = Z_95 }: { z?: number } = {},
): [low: number, high: number] {
  requireWhole('images', images, 0, 'wilsonInterval');
  requireFinite('z', z, 0, 'wilsonInterval');
  if (images === 0) return [0, 1];
  if (!(error >= 0 && error <= 1)) {
    throw new RangeError(`error must be in 0 .. 1 (wilsonInterval), got ${error}.`);
  }
  const middle = 2 * images * error + z * z;
  const reach = z * Math.sqrt(z * z + 4 * images * error * (1 - error));
  const scale = 2 * (images + z * z);
  return [error === 0 ? 0 : (middle - reach) / scale, error === 1 ? 1 : (middle + reach) / scale];
}
