import type { WindowGeometry } from '@alexnet/native-backend';
import type { Window } from '../native/operations.js';

/** The movement of the window, in oneDNN's terms, which counts the holes of a dilation. */
export function window({ strides, dilations, padBefore, padAfter }: WindowGeometry): Window {
  return { strides, dilates: dilations.map((dilation) => dilation - 1), padBefore, padAfter };
}
