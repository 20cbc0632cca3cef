import type { LayerStatistics } from '@alexnet/sgd-momentum-trainer';
import { expect, test } from 'vitest';
import { layerSummaries } from './layer-summaries.js';

const activations = { mean: 1, standardDeviation: 2, zeros: 0, deadUnits: 0, largest: 3, nonFinite: 0 };
const weight = { name: 'kernel', weight: 0.5, update: 0.001, ratio: 0.002, nonFinite: 0 };

test('layers with weights are summarized, with the zeros of their own ReLU', () => {
  const layers: LayerStatistics[] = [
    { name: 'conv1a', activations, weights: [weight, { ...weight, name: 'bias', ratio: 9, nonFinite: 4 }] },
    { name: 'conv1b', activations: { ...activations, nonFinite: 2 }, weights: [weight] },
    { name: 'relu1a', activations: { ...activations, zeros: 0.75, deadUnits: 0.25, mean: 7 }, weights: [] },
    { name: 'fc8', activations: { ...activations, zeros: 0.5 }, weights: [weight] },
  ];
  const summary = {
    mean: 1,
    standardDeviation: 2,
    largest: 3,
    weight: 0.5,
    update: 0.001,
    updateRatio: 0.002,
  };
  expect(layerSummaries(layers)).toEqual([
    { ...summary, name: 'conv1a', zeros: 0.75, deadUnits: 0.25, nonFinite: 4 },
    { ...summary, name: 'conv1b', zeros: 0, deadUnits: 0, nonFinite: 2 },
    { ...summary, name: 'fc8', zeros: 0.5, deadUnits: 0, nonFinite: 0 },
  ]);
});
