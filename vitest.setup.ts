import * as tf from '@tensorflow/tfjs-core';

tf.env().set('IS_TEST', true); // silences tfjs's banner
