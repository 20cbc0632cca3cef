import type { LayerStatistics } from '@alexnet/sgd-momentum-trainer';

/** The summary of a layer with weights. Values that are not finite are NaN or, if read from a log, null. */
export interface LayerSummary {
  readonly name: string;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** The largest magnitude of the layer's outputs. */
  readonly largest: number | null;
  /** Fractions after the layer's ReLU, which is before or after the pooling. */
  readonly zeros: number | null;
  readonly deadUnits: number | null;
  /** The root mean squares of the kernel and of its last update, and their ratio. */
  readonly weight: number | null;
  readonly update: number | null;
  readonly updateRatio: number | null;
  /** The number of activations, weights and velocities that are NaN or infinite. */
  readonly nonFinite: number;
}

/** Summarizes the layers with weights. `conv1a` has the zeros of `relu1a` if the ReLU is a separate layer. */
export function layerSummaries(layers: readonly LayerStatistics[]): LayerSummary[] {
  return layers.flatMap(({ name, activations, weights }) => {
    const [kernel] = weights;
    if (!kernel) return [];
    const relu = layers.find((other) => other.name === name.replace('conv', 'relu')) ?? { activations };
    return {
      name,
      mean: activations.mean,
      standardDeviation: activations.standardDeviation,
      largest: activations.largest,
      zeros: relu.activations.zeros,
      deadUnits: relu.activations.deadUnits,
      weight: kernel.weight,
      update: kernel.update,
      updateRatio: kernel.ratio,
      nonFinite: weights.reduce((sum, weight) => sum + weight.nonFinite, activations.nonFinite),
    };
  });
}
