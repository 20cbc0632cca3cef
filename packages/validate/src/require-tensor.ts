import { describeValue } from './describe-value.js';

/** What a tensor must be. A missing field allows anything. */
export interface TensorRule {
  readonly dtype?: 'float32';
  /**
   * The names or sizes of its axes, e.g. `['N', 'H', 'W', 3]`: a number is the size that the axis must have.
   */
  readonly axes?: readonly (string | number)[];
}

/**
 * @throws TypeError unless `value` is a tensor of tfjs that follows the rule.
 * @example
 * requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, 'overlappingMaxPool');
 */
export function requireTensor(
  name: string,
  value: unknown,
  { dtype, axes }: TensorRule,
  caller: string,
): void {
  const tensor = value as { shape?: unknown; dtype?: unknown } | null | undefined;
  const shape = Array.isArray(tensor?.shape) ? (tensor.shape as unknown[]) : undefined;
  const fits =
    shape !== undefined &&
    (dtype === undefined ? typeof tensor?.dtype === 'string' : tensor?.dtype === dtype) &&
    (axes === undefined ||
      (shape.length === axes.length &&
        axes.every((axis, i) => typeof axis === 'string' || axis === shape[i])));
  if (fits) return;
  const rule = [`a ${dtype ? `${dtype} ` : ''}tensor`, axes && `[${axes.join(', ')}]`].filter(Boolean);
  throw new TypeError(`${name} must be ${rule.join(' ')} (${caller}), got ${describeValue(value)}.`);
}
