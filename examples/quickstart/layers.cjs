// The same packages from CommonJS.
const assert = require('node:assert/strict');
const { useBackend } = require('@alexnet/backends');
const { GroupedConv2D, LocalResponseNormalization, OverlappingMaxPooling2D } = require('@alexnet/layers');
const tf = require('@tensorflow/tfjs-core');
const tfl = require('@tensorflow/tfjs-layers');

async function main() {
  tf.enableProdMode(); // no banner
  await useBackend('cpu');
  const model = tfl.sequential();
  model.add(new GroupedConv2D({ filters: 8, kernelSize: 3, groups: 2, inputShape: [16, 16, 4] }));
  model.add(new LocalResponseNormalization());
  model.add(new OverlappingMaxPooling2D());
  const { shape } = model.predict(tf.ones([1, 16, 16, 4]));
  console.log('parameters:', model.countParams(), 'output:', shape);
  assert.deepEqual(shape, [1, 6, 6, 8]); // 16 -> 14 by the convolution -> 6 by pooling
}

main();
