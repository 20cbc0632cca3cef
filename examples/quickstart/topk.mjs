// Count top-1 and top-5 errors batch by batch, average two networks, write a submission, compare with the paper.
import assert from 'node:assert/strict';
import {
  averagePredictions,
  comparisonTable,
  paperTables,
  searchWeights,
  TopKError,
  topKError,
  writeSubmission,
} from '@alexnet/topk-metrics';

const labels = [1, 5]; // two images, six classes
const netA = [0.4, 0.35, 0.1, 0.05, 0.06, 0.04, 0.05, 0.1, 0.15, 0.2, 0.12, 0.38];
const netB = [0.2, 0.5, 0.1, 0.08, 0.07, 0.05, 0.3, 0.2, 0.16, 0.14, 0.12, 0.08];

const errors = new TopKError([1, 5]);
for (const batch of [netA, netB]) errors.add(batch, labels);
console.log(`one network: top-1 ${errors.error(1)}, top-5 ${errors.error(5)}, of ${errors.images} answers`);

const { weights } = searchWeights([netA, netB], labels); // in practice on held-out images, of which there are more than two
const both = averagePredictions([netA, netB], { weights });
console.log(`two averaged: top-1 ${topKError(both, labels, 1)}, top-5 ${topKError(both, labels, 5)}`);
console.log(writeSubmission(both, 2).trimEnd()); // ILSVRC IDs begin at 1
const measured = (k) => ({ error: errors.error(k), images: errors.images });
const ours = { model: 'one network', errors: { 'top-1': measured(1), 'top-5': measured(5) } };
console.log(comparisonTable(paperTables.ilsvrc2010, [ours]).trimEnd());

assert.deepEqual([errors.error(1), errors.error(5)], [0.5, 0.25]); // 2 of 4 wrong, 1 of 4 not in the top five
assert.equal(topKError(both, labels, 1), 0); // each is wrong where the other is right
