import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Contestant } from './contestant.js';
import type { Peers } from './peers.js';
import type { Run } from './section.js';
import { sections } from './sections.js';
import { trainerSection } from './trainer-section.js';

const program = fileURLToPath(new URL('../dist/contestants/trainer.js', import.meta.url)); // npm test builds first
const net = { preset: 'original2012', width: 1 / 32, imageSize: 64, classes: 5 } as const;
const section = trainerSection({
  loop: { net, batch: 4, steps: 2 },
  evaluation: { net, images: 12 },
  checkpoint: { net, batch: 4, steps: 2 },
  memory: { net, batch: 4, from: 10, steps: 30 },
});

test('the section of the trainer measures every figure that it names, at sizes of a moment', async () => {
  expect(existsSync(program), `${program}: npm run build`).toBe(true);
  const trainer = () => Contestant.start(process.execPath, [program]);
  const run: Run = {
    engine: undefined as never, // the section starts its own
    peers: { trainer } as Peers,
    threads: 1,
    rounds: 1, // so that a ratio is the ratio of two figures, whatever the machine's load
    wants: () => true,
    note: () => undefined,
  };
  const figures = await section.measure(run);
  expect(figures.map(({ name }) => name).sort()).toEqual(section.names(run).sort());
  const value = (name: string): number => {
    const found = figures.find((figure) => figure.name === name);
    if (!found || 'reason' in found) throw new Error(`${name}: ${found ? found.reason : 'not there'}`);
    return found.value;
  };
  expect(value('trainer.memory.tensors')).toBe(0);
  expect(value('trainer.memory.rss')).toBeGreaterThan(0.5);
  expect(value('trainer.loop.imagesPerSecond')).toBeGreaterThan(0);
  expect(value('trainer.loop.ofBareSteps')).toBeGreaterThan(0);
  const [one, ten] = [
    value('trainer.evaluate.imagesPerSecond.v1'),
    value('trainer.evaluate.imagesPerSecond.v10'),
  ];
  expect(value('trainer.evaluate.tenOfOneView')).toBeCloseTo(one / ten, 9); // how many times longer ten views take
  expect(value('trainer.checkpoint.seconds')).not.toBeNaN(); // a difference of two times, of either sign
});

test('no two figures of the bench have one name', () => {
  const names = sections.flatMap((one) => one.names({ threads: 2 } as Run));
  expect(names).toEqual(expect.arrayContaining(section.names({} as Run)));
  expect(new Set(names).size).toBe(names.length);
});
