/** A batch as typed arrays. */
export interface RawBatch<Pixels extends Float32Array | Uint8Array = Float32Array> {
  /** `[rows, cropSize, cropSize, 3]`, laid out as `shape` says. */
  readonly pixels: Pixels;
  /** One a row: with ten views an image, ten equal ones. */
  readonly labels: Int32Array;
  /** Numbers of the images within the split, one an image. */
  readonly indices: Uint32Array;
  readonly shape: [rows: number, height: number, width: number, channels: number];
}

/** A batch of either kind. */
export type AnyBatch = RawBatch<Float32Array | Uint8Array>;
