// Read the files that ILSVRC-2012 is downloaded as, two tars and the devkit. They are prepared once and then give batches
// for any model.
//
//   node ilsvrc-tars.mjs /data/ilsvrc          `npm run reproduce` draws a small data set in this form into data/
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@alexnet/backends';
import { openIlsvrc, openPrepared, prepare } from '@alexnet/imagenet-reader';
import * as tf from '@tensorflow/tfjs-core';

tf.enableProdMode(); // no banner
await useBackend('cpu');
const [downloaded = 'data/ilsvrc'] = process.argv.slice(2);
const source = await openIlsvrc(downloaded); // ILSVRC2012_img_train.tar, ..._val.tar, ..._devkit_t12.tar.gz
console.log(source.layout, source.counts);
console.log(source.classes.length, 'classes, the first:', source.classes[0].words);

const folder = await mkdtemp(join(tmpdir(), 'alexnet-prepared-')); // in practice, a permanent folder
const report = await prepare(source, folder); // shorter side to 256, central square, statistics
console.log('channel means:', report.channelMeans.map((mean) => mean.toFixed(0)).join(' '));

const data = await openPrepared(folder);
let images = 0;
const options = { split: 'train', batchSize: 16, epoch: 0, seed: 1, dropRemainder: false };
for await (const { xs, ys } of data.batches(options)) {
  if (images === 0) console.log('first batch:', xs.shape, ys.shape); // 224 x 224 crops minus the mean, one-hot labels
  assert.equal(tf.sum(ys).dataSync()[0], xs.shape[0]); // one label per image
  images += xs.shape[0];
  tf.dispose([xs, ys]);
}
console.log('images in the epoch:', images);
await rm(folder, { recursive: true });

assert.equal(source.layout, 'tars');
assert.equal(images, source.counts.train); // every image once
