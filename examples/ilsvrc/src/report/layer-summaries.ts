import type { LayerStatistics } from '@alexnet/sgd-momentum-trainer';

/** A layer with weights, in one line. What was not finite is NaN or, read from a log, null. */
export interface LayerSummary {
  readonly name: string;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** Largest magnitude of what the layer gives out. */
  readonly largest: number | null;
  /** Shares behind the layer's ReLU, which stands before or after the pooling. */
  readonly zeros: number | null;
  readonly deadUnits: number | null;
  /** Root mean squares of the kernel, of its last update, and their ratio. */
  readonly weight: number | null;
  readonly update: number | null;
  readonly updateRatio: number | null;
  /** Values, weights and velocities that are NaN or infinite. */
  readonly nonFinite: number;
}

/** The layers of AlexNet that have weights, `conv1a` with the zeros of `relu1a` where the ReLU is a layer of its own. */
export function layerSummaries(layers: readonly LayerStatistics[]): LayerSummary[] {
  return layers.flatMap(({ name, activations, weights }) => {
    const [kernel] = weights;
    if (!kernel) return [];
    const ofRelu = layers.find((other) => other.name === name.replace('conv', 'relu')) ?? { activations };
    return {
      name,
      mean: activations.mean,
      standardDeviation: activations.standardDeviation,
      largest: activations.largest,
      zeros: ofRelu.activations.zeros,
      deadUnits: ofRelu.activations.deadUnits,
      weight: kernel.weight,
      update: kernel.update,
      updateRatio: kernel.ratio,
      nonFinite: weights.reduce((sum, weight) => sum + weight.nonFinite, activations.nonFinite),
    };
  });
}
