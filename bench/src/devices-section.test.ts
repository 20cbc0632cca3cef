import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Contestant } from './contestant.js';
import { devicesSection } from './devices-section.js';
import type { Peers } from './peers.js';
import type { Run } from './section.js';

const program = (name: string): string =>
  fileURLToPath(new URL(`../dist/contestants/${name}.js`, import.meta.url));
const net = { preset: 'original2012', width: 1 / 32, imageSize: 64, classes: 5 } as const;
const section = devicesSection({ net, batch: 4, steps: 2 });

test('the section of two devices measures every figure that it names, at sizes of a moment', async () => {
  const start = (name: string) => () => {
    expect(existsSync(program(name)), `${program(name)}: npm run build`).toBe(true); // npm test builds first
    return Contestant.start(process.execPath, [program(name)]);
  };
  const run: Run = {
    engine: undefined as never, // the section starts its own
    peers: { trainer: start('trainer'), devices: start('devices') } as unknown as Peers,
    threads: 2,
    rounds: 2,
    wants: () => true,
    note: () => undefined,
  };
  const figures = await section.measure(run);
  expect(figures.map(({ name }) => name)).toEqual(section.names(run));
  const value = (name: string): number => {
    const found = figures.find((figure) => figure.name === `devices.${name}`);
    if (!found || 'reason' in found) throw new Error(`${name}: ${found ? found.reason : 'not there'}`);
    return found.value;
  };
  for (const on of ['threads', 'processes']) {
    expect(value(`${on}.bytesOfTheory`)).toBe(1);
    expect(value(`${on}.ofOneProcess`)).toBeGreaterThan(0);
    const parts = [value(`${on}.exchangeOfStep`), value(`${on}.waitingOfStep`)];
    for (const part of parts) expect(part).toBeGreaterThan(0);
    expect(Math.max(...parts)).toBeLessThan(1);
  }
});

test('one thread makes no two devices', () => {
  expect(section.names({ threads: 1 } as Run)).toEqual([]);
});
