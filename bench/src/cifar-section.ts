import { race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Section } from './section.js';

/** A plain tf.layers network, trained by `model.fit`, with none of our packages but the backend. */
export const cifar: Section = {
  title: 'plain tf.layers on 32 x 32 images',
  names: () => [
    'cifar.train.imagesPerSecond.onednn',
    'cifar.train.imagesPerSecond.cpu',
    'cifar.train.ofCpu',
    'cifar.inference.imagesPerSecond.onednn',
    'cifar.inference.imagesPerSecond.wasm',
    'cifar.inference.ofWasm',
  ],
  async measure({ engine, peers, threads, rounds }) {
    const batch = 64;
    const [cpu, wasm] = [await peers.fresh('cpu'), await peers.fresh('wasm')];
    const images = { onednn: 4 * batch, cpu: 4 }; // cpu takes seconds per image, whatever the batch size
    const train = (count: number) => ({
      task: 'cifarTrain',
      batch: Math.min(batch, count),
      images: count,
      threads,
    });
    const inference = { task: 'cifarInference', batch, threads };
    const training = await race(
      {
        onednn: { contestant: engine, request: train(images.onednn) },
        cpu: { contestant: cpu, request: train(images.cpu) },
      },
      Math.min(rounds, 3),
      1,
    );
    const inferring = await race(
      { onednn: { contestant: engine, request: inference }, wasm: { contestant: wasm, request: inference } },
      rounds,
    );
    await Promise.all([cpu.stop(), wasm.stop()]);
    return [
      derived('cifar.train.imagesPerSecond.onednn', 'images/s', training.onednn, (s) => images.onednn / s),
      derived('cifar.train.imagesPerSecond.cpu', 'images/s', training.cpu, (s) => images.cpu / s),
      ratio(
        'cifar.train.ofCpu',
        training.onednn,
        training.cpu,
        (s, t) => images.onednn / s / (images.cpu / t),
      ),
      derived('cifar.inference.imagesPerSecond.onednn', 'images/s', inferring.onednn, (s) => batch / s),
      derived('cifar.inference.imagesPerSecond.wasm', 'images/s', inferring.wasm, (s) => batch / s),
      ratio('cifar.inference.ofWasm', inferring.onednn, inferring.wasm, (s, t) => t / s),
    ];
  },
};
