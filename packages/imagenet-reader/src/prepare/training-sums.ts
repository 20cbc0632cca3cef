import type { RgbCovarianceJson } from '@alexnet/augment-pca';
import { wasm } from '../prepared/web-assembly.js';
import { trainingSumsWasm } from './training-sums.wasm.js';

type AddImage = (from: number, bytes: number, sums: number, out: number) => void;

const STEP = 48; // bytes in a step of the loop: 16 pixels
/** Steps whose sums of products are certain to stay under 2^31: each step adds at most 2^16 to a lane. */
const STEPS = 16_384;
/** Images whose bytes are certain to sum to less than 2^16. */
const IMAGES = 257;
const PAGE = 65536;
const NINE = 9 * 16; // bytes of the loop's result

/**
 * Sums every value over images, and each channel and each product of two channels over an image, in one pass
 * of 128-bit vectors. It takes 0.05 ms for an image of 256 x 256, where JavaScript takes 0.4.
 */
export class ImageSums {
  readonly #add: AddImage;
  readonly #image: Uint8Array;
  readonly #sums: Uint16Array;
  readonly #answer: Int32Array;
  readonly #at: { readonly image: number; readonly sums: number };
  readonly #length: number;
  #images = 0;

  /** @param length Bytes in an image. */
  constructor(length: number) {
    const padded = Math.ceil(length / STEP) * STEP;
    this.#length = length;
    this.#at = { image: NINE, sums: NINE + padded };
    const memory = new wasm.Memory({ initial: Math.ceil((NINE + padded * 3) / PAGE) });
    const module_ = new wasm.Module(Buffer.from(trainingSumsWasm, 'base64'));
    const instance = new wasm.Instance(module_, { reader: { memory } });
    this.#add = (instance.exports as { addImage: AddImage }).addImage;
    this.#answer = new Int32Array(memory.buffer, 0, NINE / 4);
    this.#image = new Uint8Array(memory.buffer, this.#at.image, padded).fill(128); // adds 0 to the products
    this.#sums = new Uint16Array(memory.buffer, this.#at.sums, length);
  }

  /** Adds an image. Returns the sums of its channels and their products in the form of `RgbCovariance`. */
  add(pixels: Uint8Array): RgbCovarianceJson {
    this.#image.set(pixels);
    const nine = new Float64Array(9);
    for (let from = 0; from < this.#image.length; from += STEP * STEPS) {
      const bytes = Math.min(STEP * STEPS, this.#image.length - from);
      this.#add(this.#at.image + from, bytes, this.#at.sums + from * 2, 0);
      for (let i = 0; i < nine.length * 4; i++) {
        nine[i >> 2] = (nine[i >> 2] as number) + (this.#answer[i] as number);
      }
    }
    this.#images++;
    return { count: this.#length / 3, sums: [...nine.subarray(0, 3)], products: [...nine.subarray(3)] };
  }

  /** Whether the sums have no room for another image. */
  get isFull(): boolean {
    return this.#images === IMAGES;
  }

  /** Adds the sum of every value to `totals` and resets the sums. */
  moveTo(totals: Float64Array): void {
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] as number) + (this.#sums[i] as number);
    this.#sums.fill(0);
    this.#images = 0;
  }
}
