import * as tf from '@tensorflow/tfjs-core';
import type { Peer } from './peer.js';
import type { StepTensors } from './step-tensors.js';

/** One tower's gradient of what both towers sent, in parts: of its own output and of the peer's. */
export interface GradientParts {
  own: tf.Tensor;
  peers: tf.Tensor;
  /** The values of `peers`. */
  values: Float32Array;
}

/** Divides a gradient of what both towers sent, and disposes of it. @param index This tower's. */
export async function splitGradient(
  both: tf.Tensor,
  index: 0 | 1,
  tensors: StepTensors,
): Promise<GradientParts> {
  const halves = tf.split(both, 2, both.rank - 1).map((half) => tensors.add(half)) as [tf.Tensor, tf.Tensor];
  both.dispose();
  const [own, peers] = index === 0 ? halves : [halves[1], halves[0]];
  return { own, peers, values: await peers.data<'float32'>() };
}

/** Sends the peer the gradient of its output. */
export async function sendPeersGradient(
  { peers, values }: GradientParts,
  where: string,
  peer: Peer,
  tensors: StepTensors,
): Promise<void> {
  await peer.send(values, where);
  tensors.release(peers);
}

/** Exchanges gradients with the peer; returns the whole gradient of this tower's output. */
export async function exchangeGradients(
  parts: GradientParts,
  where: string,
  peer: Peer,
  tensors: StepTensors,
): Promise<tf.Tensor> {
  await sendPeersGradient(parts, where, peer, tensors);
  const received = await peer.receive(parts.own.shape, where);
  const sum = tensors.add(tf.add(parts.own, received));
  received.dispose();
  tensors.release(parts.own);
  return sum;
}
