import type { TowerPart } from '@alexnet/alexnet-model';
import type { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { NamedValues, TowerState } from '../protocol/messages.js';

/** A weight and its name in a checkpoint: `conv1a/kernel`. */
export interface NamedVariable {
  name: string;
  variable: tf.Variable;
}

/** The layers of a network or a tower. */
type Layers = Pick<TowerPart | tfl.LayersModel, 'layers'>;
type RandomLayer = tfl.layers.Layer & { randomState: number };

/** Returns the weights of a network or a tower. */
export function namedVariables({ layers }: Layers): NamedVariable[] {
  return layers.flatMap(({ weights }) =>
    weights.map((weight) => ({ name: weight.originalName, variable: weight.read() as tf.Variable })),
  );
}

/** Returns the part of a state that belongs to the named weights. */
export function partOf(
  { weights, velocities, randomStates }: TowerState,
  names: readonly string[],
): TowerState {
  const some = (values: NamedValues): NamedValues =>
    Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
  return { weights: some(weights), velocities: some(velocities), randomStates };
}

/** Copies everything that a checkpoint holds of the layers. */
export async function readState(layers: Layers, optimizer: SgdMomentum): Promise<TowerState> {
  const [weights, velocities]: [NamedValues, NamedValues] = [{}, {}];
  for (const { name, variable } of namedVariables(layers)) {
    weights[name] = (await variable.data<'float32'>()).slice();
    const velocity = optimizer.velocityOf(variable.name);
    if (velocity) velocities[name] = (await velocity.data<'float32'>()).slice();
  }
  const randomStates = randomLayers(layers).map(({ name, randomState }) => [name, randomState] as const);
  return { weights, velocities, randomStates: Object.fromEntries(randomStates) };
}

/** Restores the layers and the optimizer from whatever the state holds of them. */
export function putState(layers: Layers, optimizer: SgdMomentum, state: TowerState): void {
  for (const { name, variable } of namedVariables(layers)) {
    const [values, velocity] = [state.weights[name], state.velocities[name]];
    tf.tidy(() => {
      if (values) variable.assign(tf.tensor(values, variable.shape));
      if (velocity) optimizer.setVelocity(variable.name, tf.tensor(velocity, variable.shape));
    });
  }
  for (const layer of randomLayers(layers)) {
    const randomState = state.randomStates[layer.name];
    if (randomState !== undefined) layer.randomState = randomState;
  }
}

function randomLayers({ layers }: Layers): RandomLayer[] {
  return layers.filter((layer): layer is RandomLayer => 'randomState' in layer);
}
