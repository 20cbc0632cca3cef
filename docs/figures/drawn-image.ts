import { drawJpeg } from '@alexnet/embedded-ilsvrc';

/** The vase of the README, which is no image of the embedded data set: that is drawn from another seed. */
export function drawnImage(): Promise<Buffer> {
  return drawJpeg(2026, 'val', 3, 0);
}
