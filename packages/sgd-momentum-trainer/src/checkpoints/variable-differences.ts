import * as tf from '@tensorflow/tfjs-core';
import { type ReadCheckpoint, readCheckpoint } from './read-checkpoint.js';

/** How far a variable of one checkpoint is from that of another. */
export interface VariableDifference {
  name: string;
  /** The weight itself, or what the optimizer keeps for it. */
  kind: 'weight' | 'velocity';
  shape: readonly number[];
  /** Largest |a - b| over the largest |a| or |b| of the variable: 0 where all bits agree. */
  relative: number;
  /** Largest |a - b| / max(|a|, |b|), element by element. */
  elementwise: number;
  /** How many elements are not the same. */
  different: number;
}

/** See `compareCheckpoints`. */
export async function variableDifferences(a: string, b: string): Promise<VariableDifference[]> {
  const [first, second] = [await readCheckpoint(a), await readCheckpoint(b)];
  return (['weight', 'velocity'] as const).flatMap((kind) => {
    const [ours, theirs] = [valuesOf(first, kind), valuesOf(second, kind)];
    for (const [name, { shape }] of [...ours, ...theirs]) requireSameShape(kind, name, shape, ours, theirs);
    return [...ours].map(([name, { shape, values }]) => {
      return { name, kind, shape, ...difference(values, theirs.get(name)?.values as Float32Array) };
    });
  });
}

interface Values {
  shape: readonly number[];
  values: Float32Array;
}

function valuesOf(
  { weightSpecs, weights, velocities, description }: ReadCheckpoint,
  kind: VariableDifference['kind'],
): Map<string, Values> {
  const [specs, bytes] = kind === 'weight' ? [weightSpecs, weights] : [description.velocities, velocities];
  let offset = 0;
  return new Map(
    specs.map(({ name, shape, dtype }) => {
      if (dtype !== 'float32') {
        throw new RangeError(`variables must be float32 (compareCheckpoints), got ${dtype} '${name}'.`);
      }
      const begin = bytes.byteOffset + offset;
      const end = begin + tf.util.sizeFromShape(shape) * Float32Array.BYTES_PER_ELEMENT;
      offset += end - begin;
      return [name, { shape, values: new Float32Array(bytes.buffer.slice(begin, end)) }];
    }),
  );
}

function requireSameShape(
  kind: VariableDifference['kind'],
  name: string,
  shape: readonly number[],
  ours: ReadonlyMap<string, Values>,
  theirs: ReadonlyMap<string, Values>,
): void {
  const text = (of: ReadonlyMap<string, Values>): string => {
    const found = of.get(name)?.shape;
    return found ? `of shape [${found.join(', ')}]` : 'absent';
  };
  if (String(ours.get(name)?.shape) === String(shape) && String(theirs.get(name)?.shape) === String(shape))
    return;
  throw new RangeError(
    `both checkpoints must have the same variables (compareCheckpoints), got ${kind} '${name}' ${text(ours)} in the first and ${text(theirs)} in the second.`,
  );
}

function difference(
  a: Float32Array,
  b: Float32Array,
): Pick<VariableDifference, 'relative' | 'elementwise' | 'different'> {
  let [largest, apart, elementwise, different] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (Object.is(x, y)) {
      if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
      continue;
    }
    if (x === y) continue; // 0 and -0
    different++;
    if (!Number.isFinite(x - y)) {
      apart = elementwise = Number.POSITIVE_INFINITY; // NaN or infinite: as far apart as can be
      continue;
    }
    const [gap, scale] = [Math.abs(x - y), Math.max(Math.abs(x), Math.abs(y))];
    largest = Math.max(largest, scale);
    apart = Math.max(apart, gap);
    elementwise = Math.max(elementwise, gap / scale);
  }
  const relative = apart === 0 || apart === Number.POSITIVE_INFINITY ? apart : apart / largest;
  return { relative, elementwise, different };
}
