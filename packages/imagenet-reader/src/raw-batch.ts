/** What a {@link RawBatch} holds, as it travels between threads. */
export interface BatchArrays<Pixels extends Float32Array | Uint8Array = Float32Array | Uint8Array> {
  readonly pixels: Pixels;
  readonly labels: Int32Array;
  readonly indices: Uint32Array;
  readonly shape: [rows: number, height: number, width: number, channels: number];
}

/** A batch as typed arrays. */
export class RawBatch<Pixels extends Float32Array | Uint8Array = Float32Array>
  implements BatchArrays<Pixels>
{
  /** `[rows, cropSize, cropSize, 3]`, laid out as `shape` says. */
  readonly pixels: Pixels;
  /** One a row: with ten views an image, ten equal ones. */
  readonly labels: Int32Array;
  /** Numbers of the pictures within the split, one an image. */
  readonly indices: Uint32Array;
  readonly shape: [rows: number, height: number, width: number, channels: number];
  #giveBack: ((memory: ArrayBuffer) => void) | undefined;

  constructor(
    { pixels, labels, indices, shape }: BatchArrays<Pixels>,
    giveBack: (memory: ArrayBuffer) => void,
  ) {
    this.pixels = pixels;
    this.labels = labels;
    this.indices = indices;
    this.shape = shape;
    this.#giveBack = giveBack;
  }

  /**
   * Gives the memory of `pixels` back for a later batch, which otherwise takes fresh memory: that costs more than filling it.
   * `pixels` must not be used afterwards, by a tensor made of it neither; its length is then 0 where a worker made it.
   */
  recycle(): void {
    this.#giveBack?.(this.pixels.buffer as ArrayBuffer);
    this.#giveBack = undefined;
  }
}
