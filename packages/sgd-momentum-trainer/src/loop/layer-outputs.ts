import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A layer and what it makes of a batch; the tensors belong to the caller, but for those of the input itself. */
export interface LayerOutput {
  layer: tfl.layers.Layer;
  outputs: tf.Tensor[];
}

/**
 * The outputs of every layer at test time, in the order of the net, the input layers aside. Dropout draws no mask, so
 * its `randomState` stays.
 */
export function layerOutputs(model: tfl.LayersModel, xs: tf.Tensor | tf.Tensor[]): LayerOutput[] {
  const net = tfl.model({ inputs: model.inputs, outputs: model.outputs }); // a Sequential has no nodes of its own
  const symbolic = new Map<tfl.layers.Layer, tfl.SymbolicTensor[]>();
  for (const { outboundLayer, outputTensors } of Object.values(net.nodesByDepth).flat()) {
    symbolic.set(outboundLayer, [...(symbolic.get(outboundLayer) ?? []), ...outputTensors]);
  }
  const layers = net.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const all = tfl.model({
    inputs: model.inputs,
    outputs: layers.flatMap((layer) => symbolic.get(layer) ?? []),
  });
  const values = [tf.tidy(() => all.apply(xs, { training: false }) as tf.Tensor | tf.Tensor[])].flat();
  return layers.map((layer) => ({ layer, outputs: values.splice(0, symbolic.get(layer)?.length ?? 0) }));
}

/** Disposes the outputs of layers, and what they share with the input not. */
export function disposeOutputs(made: readonly LayerOutput[], xs: tf.Tensor | tf.Tensor[]): void {
  const inputs = new Set([xs].flat());
  tf.dispose(made.flatMap(({ outputs }) => outputs.filter((tensor) => !inputs.has(tensor))));
}
