/** A batch as typed arrays. */
export interface RawBatch<Pixels extends Float32Array | Uint8Array = Float32Array> {
  /** `[rows, cropSize, cropSize, 3]`, laid out as `shape` says. */
  readonly pixels: Pixels;
  /** One label per row; an image with ten views has ten equal ones. */
  readonly labels: Int32Array;
  /** Numbers of the images within the split. */
  readonly indices: Uint32Array;
  readonly shape: [rows: number, height: number, width: number, channels: number];
}

/** A batch of floats or bytes. */
export type AnyBatch = RawBatch<Float32Array | Uint8Array>;
