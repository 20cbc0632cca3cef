import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/**
 * A layer and its outputs for a batch. The tensors belong to the caller, except those that are the input
 * itself.
 */
export interface LayerOutput {
  layer: tfl.layers.Layer;
  outputs: tf.Tensor[];
}

/**
 * The outputs of every layer at test time, in the order of the model and without its input layers. Dropout
 * draws no mask, so its `randomState` does not change.
 */
export function layerOutputs(model: tfl.LayersModel, xs: tf.Tensor | tf.Tensor[]): LayerOutput[] {
  const net = tfl.model({ inputs: model.inputs, outputs: model.outputs }); // a Sequential has no nodes
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

/** Disposes the outputs of layers, except tensors that are the input itself. */
export function disposeOutputs(layers: readonly LayerOutput[], xs: tf.Tensor | tf.Tensor[]): void {
  const inputs = new Set([xs].flat());
  tf.dispose(layers.flatMap(({ outputs }) => outputs.filter((tensor) => !inputs.has(tensor))));
}
