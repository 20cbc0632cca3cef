import { alexNetLayers, expectAsSlowLoop } from '@alexnet/testing/alexnet-layers';
import { test } from 'vitest';
import { describeTorch } from '../testing/describe-torch.js';

/** Dense layers are one operator of PyTorch, which any-input.test.ts compares; their slow loop takes seconds. */
const convolutional = alexNetLayers.filter(({ name }) => name !== 'fc6');

describeTorch("AlexNet's layers at their full size", () => {
  test.each(convolutional)('$name: values and gradients agree with a slow loop', expectAsSlowLoop);
});
