import type { WindowGeometry } from '@alexnet/native-backend';

/** True if the window overhangs equally on both sides, which PyTorch does without a padded copy. */
export function isSymmetric({ padBefore, padAfter }: WindowGeometry): boolean {
  return padBefore[0] === padAfter[0] && padBefore[1] === padAfter[1];
}

/** The padding as PyTorch's `pad` lists it for [N, C, H, W]: left, right, top, bottom. */
export function paddingOf({ padBefore, padAfter }: WindowGeometry): number[] {
  return [padBefore[1], padAfter[1], padBefore[0], padAfter[0]];
}

/** True if there is any padding. */
export function isPadded(g: WindowGeometry): boolean {
  return paddingOf(g).some((amount) => amount > 0);
}
