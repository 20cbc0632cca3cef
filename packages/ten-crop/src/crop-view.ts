/** Where a square view is cut from an image, in pixels, and whether it is then mirrored left to right. */
export interface CropView {
  readonly top: number;
  readonly left: number;
  readonly mirror: boolean;
}

/** The size of an image: one side of a square, or `[height, width]`. */
export type ImageSize = number | readonly [height: number, width: number];
