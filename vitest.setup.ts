import * as tf from '@tensorflow/tfjs-core';

// Silences tfjs's banner. Its IS_TEST flag would too, but takes every gradient that saves a tensor for a leak.
tf.enableProdMode();
