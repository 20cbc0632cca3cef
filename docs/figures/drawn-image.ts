import { drawJpeg } from '@alexnet/embedded-ilsvrc';

/** The vase in the README. It is not part of the embedded data set, which is drawn from another seed. */
export function drawnImage(): Promise<Buffer> {
  return drawJpeg(2026, 'val', 3, 0);
}
