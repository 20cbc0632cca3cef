import { AlexNetDropout } from '@alexnet/dropout';
import { GroupedConv2D } from '@alexnet/grouped-conv';
import { LocallyConnected2D } from '@alexnet/locally-connected';
import { LocalResponseNormalization, SameMapNormalization } from '@alexnet/lrn';
import { OverlappingMaxPooling2D } from '@alexnet/overlapping-pool';
import { serialization } from '@tensorflow/tfjs-core';

/**
 * Registers AlexNet's layers for `tf.loadLayersModel`, which finds a class only by its registered name.
 * Further calls have no effect.
 *
 * @example
 * registerLayers();
 * const model = await tf.loadLayersModel(handler);
 */
export function registerLayers(): void {
  serialization.registerClass(AlexNetDropout);
  serialization.registerClass(GroupedConv2D);
  serialization.registerClass(LocallyConnected2D);
  serialization.registerClass(LocalResponseNormalization);
  serialization.registerClass(OverlappingMaxPooling2D);
  serialization.registerClass(SameMapNormalization);
}
