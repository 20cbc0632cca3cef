import { requireKnownOptions } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { checkedNumber, checkedPerVariable, type PerVariable, valueFor } from './per-variable.js';
import { configOf, optionsOfConfig } from './saved-config.js';
import type { SgdMomentumOptions } from './sgd-momentum-options.js';

export type { SgdMomentumOptions };

interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** Ends the saved names of velocities: `model.save` writes weights and velocities side by side. */
const suffix = '/velocity';

/** Name of the kernel that updates weight and velocity in place, on backends that have one. */
const inPlaceKernel = 'SgdMomentumUpdate';

const names = ['learningRate', 'momentum', 'weightDecay'] satisfies (keyof SgdMomentumOptions)[];

/**
 * The paper's update rule as a `tf.Optimizer`, for `model.compile`, `optimizer.minimize` or {@link train}.
 *
 *     v <- momentum v - weightDecay learningRate w - learningRate g
 *     w <- w + v
 *
 * The learning rate is inside v, so velocity gathered before a drop still moves at the old rate. (In the
 * momentum of tfjs and PyTorch the learning rate multiplies v, and a drop takes effect at once.) Where the
 * learning rate is 0, neither w nor v is touched: a stopped layer does not coast on its velocity (as in
 * `Weights::update` of the original program, `src/weights.cu`).
 *
 * @throws TypeError for an unknown option, RangeError if an option is out of range.
 * @see Krizhevsky et al. 2012, sec. 5
 * @example
 * const optimizer = new SgdMomentum({ learningRate: { default: 0.01, biases: 0.02 } });
 * model.compile({ optimizer, loss: 'categoricalCrossentropy' });
 */
export class SgdMomentum extends tf.Optimizer {
  readonly #momentum: number;
  readonly #velocities = new Map<string, tf.Variable>();
  #learningRate: PerVariable;
  #weightDecay: PerVariable;
  /** Whether velocities from `setWeights` still have to be matched to variables. */
  #isRestored = false;

  constructor(options: SgdMomentumOptions = {}) {
    super();
    requireKnownOptions(options, names, 'SgdMomentum');
    const { learningRate = 0.01, momentum = 0.9, weightDecay = 0.0005 } = options;
    this.#learningRate = checkedPerVariable('learningRate', learningRate, 'SgdMomentum');
    this.#momentum = checkedNumber('momentum', momentum, 'SgdMomentum');
    this.#weightDecay = checkedPerVariable('weightDecay', weightDecay, 'SgdMomentum');
  }

  /** May be set between steps; {@link train} sets it to what a schedule gives. */
  get learningRate(): PerVariable {
    return this.#learningRate;
  }

  set learningRate(value: PerVariable) {
    this.#learningRate = checkedPerVariable('learningRate', value, 'SgdMomentum');
  }

  /** May be set between steps. */
  get weightDecay(): PerVariable {
    return this.#weightDecay;
  }

  set weightDecay(value: PerVariable) {
    this.#weightDecay = checkedPerVariable('weightDecay', value, 'SgdMomentum');
  }

  static get className(): string {
    return 'SgdMomentum';
  }

  override applyGradients(gradients: tf.NamedTensorMap | NamedTensor[]): void {
    const named = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor] as const)
      : Object.entries(gradients);
    const updates = named
      .filter(([, gradient]) => gradient !== null && gradient !== undefined)
      .map(([name, gradient]) => [variableOf(name), gradient] as const);
    if (this.#isRestored) this.#claimRestored(updates.map(([weight]) => weight));
    for (const [weight, gradient] of updates) this.#update(weight, gradient);
    this.incrementIterations();
  }

  /**
   * The velocity of a variable, by the variable's name; it belongs to the optimizer. Undefined before the
   * first update.
   */
  velocityOf(name: string): tf.Tensor | undefined {
    return this.#velocities.get(name);
  }

  /** Sets the velocity of a variable; the values are copied. */
  setVelocity(name: string, value: tf.Tensor): void {
    this.#velocity(name, value.shape).assign(value);
  }

  override dispose(): void {
    this.iterations_ = 0;
    for (const velocity of this.#velocities.values()) velocity.dispose();
    this.#velocities.clear();
    this.#isRestored = false;
  }

  /**
   * What `model.save(handler, {includeOptimizer: true})` writes: the number of steps, then a
   * `<variable>/velocity` for each variable.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    const velocities = [...this.#velocities].map(([name, tensor]) => ({ name: `${name}${suffix}`, tensor }));
    return [await this.saveIterations(), ...velocities];
  }

  /**
   * Replaces all velocities by saved ones; the values are copied. Each goes to the variable of its name. If
   * none of the variables in the next gradients has such a name (in a process that already has a `kernel`, a
   * loaded model's is `kernel_1`), they are matched by position, as in tfjs's own optimizers.
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.dispose();
    for (const { name, tensor } of await this.extractIterations(weights)) {
      this.setVelocity(name.endsWith(suffix) ? name.slice(0, -suffix.length) : name, tensor);
    }
    this.#isRestored = true;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const momentum = this.#momentum;
    return configOf({ learningRate: this.#learningRate, momentum, weightDecay: this.#weightDecay });
  }

  /** Also reads the configs of earlier versions. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(optionsOfConfig(config) as tf.serialization.ConfigDict);
  }

  #update(weight: tf.Variable, gradient: tf.Tensor): void {
    const velocity = this.#velocity(weight.name, weight.shape);
    const momentum = this.#momentum;
    const learningRate = valueFor(this.#learningRate, weight);
    if (learningRate === 0) return;
    const weightDecay = valueFor(this.#weightDecay, weight);
    if (canUpdateInPlace(weight) && canUpdateInPlace(velocity)) {
      const attrs = { learningRate, momentum, weightDecay };
      const inputs = { weight: weight as tf.Tensor, velocity: velocity as tf.Tensor, gradient };
      tf.dispose(tf.engine().runKernel<tf.Tensor>(inPlaceKernel, inputs, attrs));
      return;
    }
    tf.tidy(() => {
      const decayed = tf.sub(tf.mul(velocity, momentum), tf.mul(weight, weightDecay * learningRate));
      velocity.assign(tf.sub(decayed, tf.mul(gradient, learningRate)));
      weight.assign(tf.add(weight, velocity));
    });
  }

  /** @throws RangeError if the restored velocities belong to other variables. */
  #claimRestored(variables: tf.Variable[]): void {
    const restored = [...this.#velocities.values()];
    if (restored.length > 0 && !variables.some(({ name }) => this.#velocities.has(name))) {
      const shapes = (tensors: tf.Tensor[]): string => tensors.map(({ shape }) => `[${shape}]`).join(', ');
      if (shapes(restored) !== shapes(variables)) {
        throw new RangeError(
          `weights must be velocities of shapes ${shapes(variables)} (SgdMomentum), got ${shapes(restored)}.`,
        );
      }
      this.#velocities.clear();
      for (const [i, { name }] of variables.entries()) this.#velocities.set(name, restored[i] as tf.Variable);
    }
    this.#isRestored = false;
  }

  #velocity(name: string, shape: number[]): tf.Variable {
    let velocity = this.#velocities.get(name);
    if (!velocity) {
      const zeros = tf.zeros(shape);
      velocity = tf.variable(zeros, false);
      zeros.dispose();
      this.#velocities.set(name, velocity);
    }
    return velocity;
  }
}

/** @throws RangeError if no variable has this name. */
function variableOf(name: string): tf.Variable {
  const variable = tf.engine().registeredVariables[name];
  if (variable) return variable;
  throw new RangeError(`gradients must be of registered variables (SgdMomentum), got '${name}'.`);
}

/** A clone shares the memory of its tensor, so writing in place would change it too. */
function canUpdateInPlace(variable: tf.Variable): boolean {
  if (!tf.getKernel(inPlaceKernel, tf.getBackend())) return false;
  return tf.backend().refCount(variable.dataId) === 1;
}
