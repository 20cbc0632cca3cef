import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link SgdMomentum}; the defaults are those of section 5. */
export interface SgdMomentumOptions {
  /** epsilon. Default .01. */
  learningRate?: number;
  /** Default .9. */
  momentum?: number;
  /** Default .0005. */
  weightDecay?: number;
  /** The biases' learning rate as a multiple of the weights'. Default 1 (the original program: 2). */
  biasLearningRateMultiplier?: number;
  /** Whether biases decay too. Default true (the original program: false). */
  biasWeightDecay?: boolean;
}

interface NamedTensor {
  name: string;
  tensor: tf.Tensor;
}

/** Of the saved names of velocities: `model.save` writes weights and velocities side by side. */
const suffix = '/velocity';

/** Name of the kernel that updates weight and velocity in place, on backends that have one. */
const inPlaceKernel = 'SgdMomentumUpdate';

/**
 * The paper's update rule as a `tf.Optimizer`, for `model.compile`, `optimizer.minimize` or {@link train}.
 *
 *     v <- momentum v - weightDecay learningRate w - learningRate g
 *     w <- w + v
 *
 * The learning rate is inside v: after a drop the old velocity still moves at the old rate. (In tfjs's and
 * PyTorch's momentum the rate multiplies v, so a drop takes hold at once.) A variable of rank 1 counts as a bias.
 * Where the rate is 0, neither w nor v is touched: a layer that is stopped does not coast on its velocity (as in
 * `Weights::update` of the original program, `src/weights.cu`).
 *
 * @throws RangeError if an option is out of range.
 * @see Krizhevsky et al. 2012, sec. 5
 * @example
 * model.compile({ optimizer: new SgdMomentum(), loss: 'categoricalCrossentropy' });
 */
export class SgdMomentum extends tf.Optimizer {
  /** May be set between steps, as a schedule says. */
  learningRate: number;
  /** Rates of single variables, by name, in place of `learningRate`; {@link train} sets them every epoch. */
  variableRates: ReadonlyMap<string, number> = new Map();
  /** Weight decays of single variables, by name, in place of `weightDecay` and `biasWeightDecay`; not saved. */
  variableWeightDecays: ReadonlyMap<string, number> = new Map();
  private readonly options: Required<Omit<SgdMomentumOptions, 'learningRate'>>;
  private readonly velocities = new Map<string, tf.Variable>();
  /** Whether velocities of `setWeights` wait for the variables that they are of. */
  private isRestored = false;

  constructor(options: SgdMomentumOptions = {}) {
    super();
    const { learningRate = 0.01, momentum = 0.9, weightDecay = 0.0005 } = options;
    const { biasLearningRateMultiplier = 1, biasWeightDecay = true } = options;
    const checked = { learningRate, momentum, weightDecay, biasLearningRateMultiplier };
    for (const [name, value] of Object.entries(checked)) {
      if (!Number.isFinite(value) || value < 0) {
        throw new RangeError(`${name} must be a finite number >= 0 (SgdMomentum), got ${value}.`);
      }
    }
    this.learningRate = learningRate;
    this.options = { momentum, weightDecay, biasLearningRateMultiplier, biasWeightDecay };
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
    if (this.isRestored) this.claimRestored(updates.map(([weight]) => weight));
    for (const [weight, gradient] of updates) this.update(weight, gradient);
    this.incrementIterations();
  }

  /** The velocity of every variable that was updated, by the variable's name. They belong to the optimizer. */
  velocityOf(name: string): tf.Tensor | undefined {
    return this.velocities.get(name);
  }

  /** Puts a saved velocity in place; its values are copied. */
  setVelocity(name: string, value: tf.Tensor): void {
    this.velocity(name, value.shape).assign(value);
  }

  override dispose(): void {
    this.iterations_ = 0;
    for (const velocity of this.velocities.values()) velocity.dispose();
    this.velocities.clear();
    this.isRestored = false;
  }

  /** What `model.save(handler, {includeOptimizer: true})` writes: the number of steps, then `<variable>/velocity` each. */
  override async getWeights(): Promise<NamedTensor[]> {
    const velocities = [...this.velocities].map(([name, tensor]) => ({ name: `${name}${suffix}`, tensor }));
    return [await this.saveIterations(), ...velocities];
  }

  /**
   * Puts saved velocities in the place of all that there are; values are copied. Each goes to the variable of its name
   * or, where the variables of the next gradients have none of these names (a model loaded beside another has
   * `kernel_1` for `kernel`), to that in its place, as in tfjs's own optimizers.
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.dispose();
    for (const { name, tensor } of await this.extractIterations(weights)) {
      this.setVelocity(name.endsWith(suffix) ? name.slice(0, -suffix.length) : name, tensor);
    }
    this.isRestored = true;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { learningRate: this.learningRate, ...this.options };
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }

  private update(weight: tf.Variable, gradient: tf.Tensor): void {
    const velocity = this.velocity(weight.name, weight.shape);
    const isBias = weight.rank === 1;
    const { momentum, biasLearningRateMultiplier, biasWeightDecay } = this.options;
    const rate = this.variableRates.get(weight.name) ?? this.learningRate;
    const learningRate = rate * (isBias ? biasLearningRateMultiplier : 1);
    if (learningRate === 0) return;
    const ofItsKind = isBias && !biasWeightDecay ? 0 : this.options.weightDecay;
    const weightDecay = this.variableWeightDecays.get(weight.name) ?? ofItsKind;
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

  /** @throws RangeError if the restored velocities are those of other variables. */
  private claimRestored(variables: tf.Variable[]): void {
    const restored = [...this.velocities.values()];
    if (restored.length > 0 && !variables.some(({ name }) => this.velocities.has(name))) {
      const shapes = (of: tf.Tensor[]): string => of.map(({ shape }) => `[${shape}]`).join(', ');
      if (shapes(restored) !== shapes(variables)) {
        throw new RangeError(
          `weights must be velocities of shapes ${shapes(variables)} (SgdMomentum), got ${shapes(restored)}.`,
        );
      }
      this.velocities.clear();
      for (const [i, { name }] of variables.entries()) this.velocities.set(name, restored[i] as tf.Variable);
    }
    this.isRestored = false;
  }

  private velocity(name: string, shape: number[]): tf.Variable {
    let velocity = this.velocities.get(name);
    if (!velocity) {
      const zeros = tf.zeros(shape);
      velocity = tf.variable(zeros, false);
      zeros.dispose();
      this.velocities.set(name, velocity);
    }
    return velocity;
  }
}

/** @throws RangeError if there is none of this name. */
function variableOf(name: string): tf.Variable {
  const variable = tf.engine().registeredVariables[name];
  if (variable) return variable;
  throw new RangeError(`gradients must be of registered variables (SgdMomentum), got '${name}'.`);
}

/** A tensor that somebody cloned shares its memory: writing in place would change the clone too. */
function canUpdateInPlace(variable: tf.Variable): boolean {
  if (!tf.getKernel(inPlaceKernel, tf.getBackend())) return false;
  return tf.backend().refCount(variable.dataId) === 1;
}
