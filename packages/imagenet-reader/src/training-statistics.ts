import { fitRgbPca, RgbCovariance, type RgbPca, type Triple } from '@alexnet/augment-pca';

/**
 * What is measured over the training pictures: the mean image, the channel means and the colour covariance.
 *
 * Pixels are summed as whole numbers in float64, exact far beyond ILSVRC, so the order of pictures changes nothing.
 */
export class TrainingStatistics {
  readonly covariance: RgbCovariance = new RgbCovariance();
  readonly #sums: Float64Array;
  #images = 0;

  constructor(size: number) {
    this.#sums = new Float64Array(size * size * 3);
  }

  add(pixels: Uint8Array): void {
    const sums = this.#sums;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (pixels[i] as number);
    this.covariance.add(pixels);
    this.#images++;
  }

  /** Mean of every pixel, `[size, size, 3]`. */
  meanImage(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#images);
  }

  get channelMeans(): Triple {
    return this.covariance.mean;
  }

  get pca(): RgbPca {
    return fitRgbPca(this.covariance);
  }
}
