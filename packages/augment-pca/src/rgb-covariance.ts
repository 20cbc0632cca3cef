import { describeValue } from '@alexnet/validate';
import type { Triple } from './rgb-pca.js';

/** The most pixels whose products, 255 * 255 at most, surely sum to less than 2^32. */
const BLOCK_PIXELS = 65536;

/** What {@link RgbCovariance} writes into JSON; all whole numbers, so nothing is lost. */
export interface RgbCovarianceJson {
  readonly count: number;
  /** Sums of R - 128, G - 128, B - 128. */
  readonly sums: readonly number[];
  /** Sums of the products RR, RG, RB, GG, GB, BB of the same. */
  readonly products: readonly number[];
}

/**
 * Mean and covariance of RGB bytes, gathered as the pictures go by.
 *
 * `covariance = sum((x - mean)(x - mean)^T) / count`, over every pixel of every picture (Krizhevsky et al. 2012,
 * sec. 4.1). Values are kept as exact sums of whole numbers around 128, so the order of pictures and of merges changes
 * nothing, to the bit, up to 5e11 pixels (ILSVRC at 256x256 has 8.4e10).
 *
 * @example
 * const colours = new RgbCovariance();
 * for (const pixels of pictures) colours.add(pixels);
 * const pca = fitRgbPca(colours);
 */
export class RgbCovariance {
  #count = 0;
  readonly #sums: Float64Array = new Float64Array(3);
  readonly #products: Float64Array = new Float64Array(6);

  /** Pixels seen so far. */
  get count(): number {
    return this.#count;
  }

  /** Mean of R, G and B, 0..255. @throws RangeError before the first pixel. */
  get mean(): Triple {
    const [r = 0, g = 0, b = 0] = this.#sums;
    const n = this.#pixels();
    return [128 + r / n, 128 + g / n, 128 + b / n];
  }

  /** The 3x3 covariance of R, G and B, divided by `count`. @throws RangeError before the first pixel. */
  get covariance(): readonly [Triple, Triple, Triple] {
    const n = this.#pixels();
    const [r = 0, g = 0, b = 0] = this.#sums;
    const [rr = 0, rg = 0, rb = 0, gg = 0, gb = 0, bb = 0] = this.#products;
    const centred = (product: number, x: number, y: number): number => (product - x * (y / n)) / n;
    const [crg, crb, cgb] = [centred(rg, r, g), centred(rb, r, b), centred(gb, g, b)];
    return [
      [centred(rr, r, r), crg, crb],
      [crg, centred(gg, g, g), cgb],
      [crb, cgb, centred(bb, b, b)],
    ];
  }

  /**
   * Adds every pixel of a picture, given as R, G, B, R, G, B, ... bytes.
   *
   * @throws TypeError if the pixels are no bytes; RangeError if their number is no multiple of 3.
   */
  add(pixels: Uint8Array | Uint8ClampedArray): this {
    if (!(pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray)) {
      throw new TypeError(
        `pixels must be a Uint8Array or Uint8ClampedArray (RgbCovariance), got ${describeValue(pixels)}.`,
      );
    }
    if (pixels.length % 3 !== 0) {
      throw new RangeError(`pixels must hold whole RGB triples (RgbCovariance), got ${pixels.length} bytes.`);
    }
    for (let at = 0; at < pixels.length; at += BLOCK_PIXELS * 3) {
      this.#addBlock(pixels, at, Math.min(pixels.length, at + BLOCK_PIXELS * 3));
    }
    return this;
  }

  /** Adds all that another has seen. @throws TypeError if it is no RgbCovariance. */
  merge(other: RgbCovariance): this {
    if (!(other instanceof RgbCovariance)) {
      throw new TypeError(`other must be an RgbCovariance (RgbCovariance), got ${describeValue(other)}.`);
    }
    return this.#accumulate(other.#count, other.#sums, other.#products);
  }

  /** The sums, for a file. */
  toJSON(): RgbCovarianceJson {
    return { count: this.#count, sums: [...this.#sums], products: [...this.#products] };
  }

  /**
   * The inverse of `toJSON`.
   *
   * @throws TypeError if the value is not what `toJSON` gives.
   */
  static fromJSON(json: RgbCovarianceJson): RgbCovariance {
    const { count, sums, products } = json ?? {};
    const whole = (list: unknown, length: number): boolean =>
      Array.isArray(list) && list.length === length && list.every(Number.isSafeInteger);
    if (!whole([count], 1) || count < 0 || !whole(sums, 3) || !whole(products, 6)) {
      throw new TypeError(
        `json must be {count, sums: 3 whole numbers, products: 6} (RgbCovariance), got ${JSON.stringify(json)}.`,
      );
    }
    return new RgbCovariance().#accumulate(count, sums, products);
  }

  /** Sums at most `BLOCK_PIXELS` as 32-bit whole numbers, then moves them to around 128. */
  #addBlock(pixels: Uint8Array | Uint8ClampedArray, from: number, to: number): void {
    let [r, g, b, rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = from; i < to; i += 3) {
      const x = pixels[i] as number;
      const y = pixels[i + 1] as number;
      const z = pixels[i + 2] as number;
      r = (r + x) | 0;
      g = (g + y) | 0;
      b = (b + z) | 0;
      rr = (rr + Math.imul(x, x)) | 0;
      rg = (rg + Math.imul(x, y)) | 0;
      rb = (rb + Math.imul(x, z)) | 0;
      gg = (gg + Math.imul(y, y)) | 0;
      gb = (gb + Math.imul(y, z)) | 0;
      bb = (bb + Math.imul(z, z)) | 0;
    }
    const n = (to - from) / 3;
    const around128 = (product: number, x: number, y: number): number =>
      (product >>> 0) - 128 * (x + y) + 128 * 128 * n;
    this.#accumulate(
      n,
      [r - 128 * n, g - 128 * n, b - 128 * n],
      [
        around128(rr, r, r),
        around128(rg, r, g),
        around128(rb, r, b),
        around128(gg, g, g),
        around128(gb, g, b),
        around128(bb, b, b),
      ],
    );
  }

  #accumulate(count: number, sums: ArrayLike<number>, products: ArrayLike<number>): this {
    this.#count += count;
    for (let i = 0; i < 3; i++) this.#sums[i] = (this.#sums[i] as number) + (sums[i] as number);
    for (let i = 0; i < 6; i++) this.#products[i] = (this.#products[i] as number) + (products[i] as number);
    return this;
  }

  #pixels(): number {
    if (this.#count === 0)
      throw new RangeError('add must be called before the result is read (RgbCovariance), got 0 pixels.');
    return this.#count;
  }
}
