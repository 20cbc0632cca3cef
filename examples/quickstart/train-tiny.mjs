// Train a narrow AlexNet on synthetic images: noise that is reddish, greenish or bluish.
import assert from 'node:assert/strict';
import { alexnet } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { randomStream } from '@alexnet/random';
import { train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';

tf.enableProdMode(); // no banner
await useBackend(process.argv[2] ?? 'auto', { threads: 1 }); // a net this small gains nothing from more
const shape = [16, 64, 64, 3];

/** Twelve batches of noise with standard deviation 40, plus 60 in the channel of the image's class. */
async function* batches(epoch) {
  for (let batch = 0; batch < 12; batch++) {
    const stream = randomStream(2012, epoch, batch);
    const labels = Array.from({ length: shape[0] }, () => stream.integer(3));
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => {
      const label = labels[Math.floor(i / (64 * 64 * 3))];
      return stream.normal() * 40 + (i % 3 === label ? 60 : 0);
    });
    yield { xs: tf.tensor(values, shape), ys: tf.tidy(() => tf.cast(tf.oneHot(labels, 3), 'float32')) };
  }
}

const model = alexnet('original2012', { width: 1 / 16, imageSize: 64, classes: 3, seed: 2012 });
let last;
for await (const event of train(model, batches, { epochs: 4 })) {
  if (event.type !== 'epochEnd') continue;
  const { epoch, trainLoss, trainTop1Error } = event;
  last = trainLoss;
  console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(2)}, error ${(100 * trainTop1Error).toFixed(0)}%`);
}
assert.ok(last < 0.5, 'the net has learned: chance is a loss of ln 3 = 1.10');
