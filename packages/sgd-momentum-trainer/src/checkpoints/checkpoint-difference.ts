import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { architectureDifference } from './architecture-difference.js';

/** How many differences an error lists; the others are counted. */
const LISTED = 3;

/**
 * @throws RangeError that says what differs, unless the model has the saved weights and computes what the saved one did.
 * It names the numbers of classes if only the last layer's weights differ, else the weights, else the layer.
 */
export function requireSameModel(
  model: tfl.LayersModel,
  saved: readonly tf.io.WeightsManifestEntry[],
  topology: unknown,
): void {
  const theirs = new Map(saved.map(({ name, shape }) => [name, shape]));
  const ours = new Map(model.weights.map(({ originalName, shape }) => [originalName, shape as number[]]));
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  const different = [...names].filter((name) => String(ours.get(name)) !== String(theirs.get(name)));
  if (different.length === 0) {
    const difference = architectureDifference(model, topology);
    if (difference) throw new RangeError(difference);
    return;
  }
  const classes = otherClasses(model, different, ours, theirs);
  if (classes) throw new RangeError(`it has ${classes.theirs} classes, the model ${classes.ours}`);
  const listed = different.slice(0, LISTED).map((name) => {
    return `'${name}' is ${shapeText(theirs.get(name))} there, ${shapeText(ours.get(name))} in the model`;
  });
  const more = different.length - listed.length;
  throw new RangeError(`${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''}`);
}

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The numbers of classes, if only the weights of the layer before the softmax differ, in their last dimension. */
function otherClasses(
  model: tfl.LayersModel,
  different: readonly string[],
  ours: Shapes,
  theirs: Shapes,
): { ours: number; theirs: number } | undefined {
  const last = model.layers.filter((layer) => layer.weights.length > 0).at(-1);
  const ofLast = new Set(last?.weights.map(({ originalName }) => originalName));
  const isOnlyLast = different.every((name) => {
    const [a, b] = [ours.get(name), theirs.get(name)];
    return ofLast.has(name) && a && b && String(a.slice(0, -1)) === String(b.slice(0, -1));
  });
  const [first = ''] = different;
  const counts = { ours: ours.get(first)?.at(-1), theirs: theirs.get(first)?.at(-1) };
  return isOnlyLast ? (counts as { ours: number; theirs: number }) : undefined;
}

function shapeText(shape: readonly number[] | undefined): string {
  return shape ? `[${shape.join(', ')}]` : 'not';
}
