import { describeValue } from '@alexnet/validate';
import type { Triple } from './rgb-pca.js';

/** The largest number of pixels whose products, at most 255 * 255 each, are sure to sum to less than 2^32. */
const BLOCK_PIXELS = 65536;

/** The JSON form of {@link RgbCovariance}. All are whole numbers, so nothing is lost. */
export interface RgbCovarianceJson {
  readonly count: number;
  /** Sums of R - 128, G - 128, B - 128. */
  readonly sums: readonly number[];
  /** Sums of their products RR, RG, RB, GG, GB, BB. */
  readonly products: readonly number[];
}

/**
 * Mean and covariance of RGB bytes, gathered image by image.
 *
 * `covariance = sum((x - mean)(x - mean)^T) / count`, over every pixel of every image (Krizhevsky et al.
 * 2012, sec. 4.1). The class keeps exact sums of whole numbers around 128. So up to 5e11 pixels, results in
 * any order of images and merges are bit-identical (ILSVRC at 256x256 has 8.4e10).
 *
 * @example
 * const colors = new RgbCovariance();
 * for (const pixels of images) colors.add(pixels);
 * const pca = fitRgbPca(colors);
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
    const centered = (product: number, x: number, y: number): number => (product - x * (y / n)) / n;
    const [crg, crb, cgb] = [centered(rg, r, g), centered(rb, r, b), centered(gb, g, b)];
    return [
      [centered(rr, r, r), crg, crb],
      [crg, centered(gg, g, g), cgb],
      [crb, cgb, centered(bb, b, b)],
    ];
  }

  /**
   * Adds every pixel of an image, given as R, G, B, R, G, B, ... bytes.
   *
   * @throws TypeError if the pixels are not bytes; RangeError if their number is not a multiple of 3.
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

  /** Adds all pixels of another. @throws TypeError if `other` is not an RgbCovariance. */
  merge(other: RgbCovariance): this {
    if (!(other instanceof RgbCovariance)) {
      throw new TypeError(`other must be an RgbCovariance (RgbCovariance), got ${describeValue(other)}.`);
    }
    return this.#accumulate(other.#count, other.#sums, other.#products);
  }

  /** The sums, to be saved. */
  toJSON(): RgbCovarianceJson {
    return { count: this.#count, sums: [...this.#sums], products: [...this.#products] };
  }

  /**
   * The inverse of `toJSON`.
   *
   * @throws TypeError if the value does not have the form of `toJSON`.
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

  /**
   * Sums at most `BLOCK_PIXELS` pixels as 32-bit whole numbers, then shifts the sums to values around 128.
   */
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
