import { fileURLToPath } from 'node:url';
import { findTorch } from '@alexnet/tfjs-backend-torch';
import { expect, test } from 'vitest';
import { Contestant } from './contestant.js';
import { gpuSection } from './gpu-section.js';
import type { Peers } from './peers.js';
import type { Run } from './section.js';

const program = fileURLToPath(new URL('../dist/contestants/engine.js', import.meta.url)); // npm test builds first
const onDevice: Peers['onDevice'] = async (device, precision) => ({
  tfjs: await Contestant.start(process.execPath, [program, 'torch', device, precision]),
  eager: 'no Python here',
  fastest: 'no Python here',
});
const run: Run = {
  engine: undefined as never, // the section starts its own
  peers: { onDevice } as Peers,
  threads: 1,
  rounds: 1,
  wants: () => true,
  note: () => undefined,
};

test('without a GPU every figure says so', async () => {
  const section = gpuSection({
    device: { reason: 'no GPU here' },
    precisions: ['tf32'],
    batches: [128],
    readSteps: 8,
  });
  const figures = await section.measure(run);
  expect(figures.map(({ name }) => name)).toEqual(section.names(run));
  for (const figure of figures) expect(figure).toMatchObject({ reason: 'no GPU here' });
});

test.skipIf(findTorch().path === undefined)(
  'on a device, here the CPU, the torch backend trains; a program that is not there says why',
  async () => {
    const precisions = ['float32'];
    const section = gpuSection({ device: { name: 'cpu' }, precisions, batches: [1], readSteps: 1 });
    const figures = await section.measure(run);
    expect(figures.map(({ name }) => name)).toEqual(section.names(run));
    for (const precision of precisions) {
      const figure = (name: string) =>
        figures.find((one) => one.name === `gpu.train.${name}.b1.${precision}`);
      for (const name of ['imagesPerSecond', 'fromReader.imagesPerSecond', 'readerShare'])
        expect(figure(name)).toMatchObject({ n: 1, value: expect.any(Number) });
      for (const name of ['ofEager', 'ofPytorch'])
        expect(figure(name)).toMatchObject({ reason: 'no Python here' });
    }
  },
);

test.skipIf(findTorch().path === undefined)(
  'a program computes in the precision that it was started with',
  async () => {
    const { tfjs } = await onDevice('cpu', 'bfloat16');
    expect((tfjs as Contestant).name).toMatch(/^tfjs torch in bfloat16: PyTorch /);
    await (tfjs as Contestant).stop();
  },
);
