import {
  fitRgbPca,
  RgbCovariance,
  type RgbCovarianceJson,
  type RgbPca,
  type Triple,
} from '@alexnet/augment-pca';
import { ImageSums } from './training-sums.js';

/** The sums of {@link TrainingStatistics}, for a file or another process. All are whole numbers. */
export interface TrainingSums {
  readonly images: number;
  /** Sum over the images of every value of the square, `[size, size, 3]`. */
  readonly pixels: Float64Array;
  readonly covariance: RgbCovarianceJson;
}

/**
 * Statistics of the training images: the mean image, the channel means and the colour covariance.
 *
 * Pixels are summed as whole numbers, which is exact far beyond the size of ILSVRC, so the order of images
 * and merges does not matter.
 */
export class TrainingStatistics {
  readonly #covariance: RgbCovariance = new RgbCovariance();
  readonly #pixels: Float64Array;
  #images = 0;
  readonly #recent: ImageSums;

  constructor(size: number) {
    this.#pixels = new Float64Array(size * size * 3);
    this.#recent = new ImageSums(this.#pixels.length);
  }

  /** Adds an image of `size * size` RGB bytes. */
  add(pixels: Uint8Array): void {
    this.#covariance.merge(RgbCovariance.fromJSON(this.#recent.add(pixels)));
    if (this.#recent.isFull) this.#recent.moveTo(this.#pixels);
    this.#images++;
  }

  /** Adds the images of another. */
  merge({ images, pixels, covariance }: TrainingSums): void {
    for (let i = 0; i < this.#pixels.length; i++) {
      this.#pixels[i] = (this.#pixels[i] as number) + (pixels[i] as number);
    }
    this.#covariance.merge(RgbCovariance.fromJSON(covariance));
    this.#images += images;
  }

  /** The sums so far. */
  sums(): TrainingSums {
    this.#recent.moveTo(this.#pixels);
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
}
