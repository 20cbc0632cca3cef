import { endianness } from 'node:os';
import {
  fitRgbPca,
  RgbCovariance,
  type RgbCovarianceJson,
  type RgbPca,
  type Triple,
} from '@alexnet/augment-pca';

/** The sums of {@link TrainingStatistics}, for a file or another process; all whole numbers. */
export interface TrainingSums {
  readonly images: number;
  /** Sum of every value of the square, `[size, size, 3]`. */
  readonly pixels: Float64Array;
  readonly covariance: RgbCovarianceJson;
}

/** Pictures whose bytes surely sum to less than 2^16. */
const PACKED_PICTURES = 257;

/**
 * What is measured over the training pictures: the mean image, the channel means and the colour covariance.
 *
 * Pixels are summed as whole numbers, exact far beyond ILSVRC, so the order of pictures and of merges changes nothing.
 */
export class TrainingStatistics {
  readonly #covariance: RgbCovariance = new RgbCovariance();
  readonly #pixels: Float64Array;
  #images = 0;
  // Two sums of 16 bits in one word: four bytes are added in two additions, four times as fast as one by one.
  readonly #even: Uint32Array;
  readonly #odd: Uint32Array;
  readonly #padded: Uint32Array;
  #packed = 0;

  constructor(size: number) {
    this.#pixels = new Float64Array(size * size * 3);
    const words = Math.ceil(this.#pixels.length / 4);
    this.#even = new Uint32Array(words);
    this.#odd = new Uint32Array(words);
    this.#padded = new Uint32Array(words);
  }

  /** Adds a picture of `size * size` RGB bytes. */
  add(pixels: Uint8Array): void {
    const words = this.#words(pixels);
    const [even, odd] = [this.#even, this.#odd];
    for (let i = 0; i < words.length; i++) {
      const four = words[i] as number;
      even[i] = (even[i] as number) + (four & 0x00ff00ff);
      odd[i] = (odd[i] as number) + ((four >>> 8) & 0x00ff00ff);
    }
    if (++this.#packed === PACKED_PICTURES) this.#unpack();
    this.#covariance.add(pixels);
    this.#images++;
  }

  /** Adds all that another has seen. */
  merge({ images, pixels, covariance }: TrainingSums): void {
    for (let i = 0; i < this.#pixels.length; i++) {
      this.#pixels[i] = (this.#pixels[i] as number) + (pixels[i] as number);
    }
    this.#covariance.merge(RgbCovariance.fromJSON(covariance));
    this.#images += images;
  }

  /** The sums so far. */
  sums(): TrainingSums {
    this.#unpack();
    return { images: this.#images, pixels: this.#pixels, covariance: this.#covariance.toJSON() };
  }

  /** Mean of every pixel, `[size, size, 3]`. */
  meanImage(): Float32Array {
    const { pixels, images } = this.sums();
    const mean = new Float32Array(pixels.length);
    for (let i = 0; i < mean.length; i++) mean[i] = (pixels[i] as number) / images;
    return mean;
  }

  get channelMeans(): Triple {
    return this.#covariance.mean;
  }

  get pca(): RgbPca {
    return fitRgbPca(this.#covariance);
  }

  /** The bytes as 32-bit words, copied only where they do not lie so. */
  #words(pixels: Uint8Array): Uint32Array {
    if (pixels.byteOffset % 4 === 0 && pixels.length % 4 === 0) {
      return new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
    }
    new Uint8Array(this.#padded.buffer).set(pixels);
    return this.#padded;
  }

  #unpack(): void {
    const halves = [this.#even, this.#odd].map(({ buffer }) => new Uint16Array(buffer));
    const [first, second] = endianness() === 'LE' ? halves : halves.reverse();
    for (let i = 0; i < this.#pixels.length; i++) {
      const sum = (i % 2 === 0 ? first : second)?.[i >> 1] as number;
      this.#pixels[i] = (this.#pixels[i] as number) + sum;
    }
    this.#even.fill(0);
    this.#odd.fill(0);
    this.#packed = 0;
  }
}
