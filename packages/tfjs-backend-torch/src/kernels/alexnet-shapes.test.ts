import { alexNetLayers, expectAsSlowLoop } from '@alexnet/testing/alexnet-layers';
import { test } from 'vitest';
import { describeTorch } from '../testing/describe-torch.js';

describeTorch("AlexNet's layers at their full size", () => {
  test.each(alexNetLayers)('$name: values and gradients agree with a slow loop', expectAsSlowLoop);
});
