import { alexnet, exportWeights } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';
import { serve } from './serve.js';

/** The part of onnxruntime-node that is used here. The package may be missing. */
interface OnnxRuntime {
  InferenceSession: {
    create(model: Uint8Array, options: { intraOpNumThreads: number }): Promise<Session>;
  };
  Tensor: new (type: 'float32', data: Float32Array, dims: number[]) => object;
  env: { versions: { node?: string } };
}
interface Session {
  run(feeds: Record<string, object>, fetches: string[]): Promise<unknown>;
}

const onnxruntime = await load();
if (!onnxruntime) process.exit(1); // the bench reports the reason

const { InferenceSession, Tensor, env } = onnxruntime;
const sessions = new Map<number, Session>();
let session: Session;

await serve(`onnxruntime-node ${env.versions.node ?? ''}`, {
  threads: async ({ threads }) => {
    const intraOpNumThreads = Number(threads);
    session =
      sessions.get(intraOpNumThreads) ?? (await InferenceSession.create(await net(), { intraOpNumThreads }));
    sessions.set(intraOpNumThreads, session);
    return async () => undefined;
  },
  inference: async ({ batch }) => {
    const size = [Number(batch), 3, 224, 224];
    const images = Float32Array.from(
      { length: tf.util.sizeFromShape(size) },
      () => 240 * Math.random() - 120,
    );
    return async () => {
      await session.run({ image: new Tensor('float32', images, size) }, ['softmax']);
      return undefined;
    };
  },
});

async function load(): Promise<OnnxRuntime | undefined> {
  const name = 'onnxruntime-node';
  try {
    return (await import(name)) as OnnxRuntime;
  } catch {
    return undefined;
  }
}

async function net(): Promise<Uint8Array> {
  await useBackend('cpu');
  const model = alexnet('paper', { seed: 1 });
  try {
    return await exportWeights(model, { format: 'onnx' });
  } finally {
    model.dispose();
  }
}
