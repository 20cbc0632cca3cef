import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { weightedSum } from './elementwise.js';
import { nativeScalar } from './scalar.js';

/** The constants of the update, Krizhevsky et al. 2012, sec. 5. */
export interface MomentumConstants {
  learningRate: number;
  momentum: number;
  weightDecay: number;
}

interface MomentumPlan extends Plan {
  /** `run(w, weightDecay, v, g, momentum, v)`. */
  velocity: Primitive;
  /** `run(w, v, w)`. */
  weight: Primitive;
  weightDecay: Address;
  momentum: Address;
}

/**
 * v <- momentum v - learningRate (weightDecay w + g), w <- w + v, on `length` values.
 *
 * The velocity takes one pass, ((weightDecay w + g) (-learningRate / momentum) + v) momentum, in half the
 * time of oneDNN's sum primitive.
 */
export function stepWithMomentum(
  backend: OneDnnBackend,
  constants: MomentumConstants,
  length: number,
  at: { w: Address; v: Address; g: Address },
): void {
  const { learningRate, momentum, weightDecay } = constants;
  const { w, v, g } = at;
  if (momentum === 0) {
    weightedSum(backend, [-weightDecay * learningRate, -learningRate], length, [w, g], v);
    weightedSum(backend, [1, 1], length, [w, v], w);
    return;
  }
  const key = `momentum step [${length}] ${learningRate} ${momentum} ${weightDecay}`;
  const plan = backend.plan(key, () => momentumPlan(backend, constants, length));
  plan.velocity.run(w, plan.weightDecay, v, g, plan.momentum, v);
  plan.weight.run(w, v, w);
}

function momentumPlan(
  backend: OneDnnBackend,
  { learningRate, momentum, weightDecay }: MomentumConstants,
  length: number,
): MomentumPlan {
  const { native } = backend;
  const values = native.dense([1, length]);
  const scalar = native.dense([1, 1]);
  const velocity = native.binary({
    kind: 'multiply',
    a: values,
    b: scalar,
    y: values,
    postOps: [
      { kind: 'add', operand: values },
      { kind: 'linear', alpha: -learningRate / momentum },
      { kind: 'add', operand: values },
      { kind: 'multiply', operand: scalar }, // in oneDNN 2.6 a second `linear` would get the first one's constant
    ],
  });
  const weight = native.binary({ kind: 'add', a: values, b: values, y: values });
  const primitives = {
    velocity: native.primitive(velocity, [
      ['source', values],
      ['source1', scalar],
      ['operand2', values],
      ['operand0', values],
      ['operand3', scalar],
      ['destination', values],
    ]),
    weight: native.primitive(weight, [
      ['source', values],
      ['source1', values],
      ['destination', values],
    ]),
  };
  const [decay, factor] = [nativeScalar(backend, weightDecay), nativeScalar(backend, momentum)] as const;
  return {
    ...primitives,
    weightDecay: decay.address,
    momentum: factor.address,
    destroy() {
      primitives.velocity.destroy();
      primitives.weight.destroy();
      decay.free();
      factor.free();
    },
  };
}
