import {
  type Experiment,
  idOf,
  type PairedOptions,
  type PlanOptions,
  pairedExperiment,
  type Records,
  type Side,
  type Summary,
  seedsOf,
} from '@alexnet/campaign';
import { drawSvg } from '@alexnet/ilsvrc/shared';
import type { TinyNet } from './tiny-net.js';

/** A tower specializes in color if its color share is this many times that of the other. */
const SPECIALIZED = 2;

/** The color share of conv1 in both towers of trained networks, and what the paper says of it. */
export function colorTowers(
  options: Pick<PairedOptions<TinyNet>, 'folder' | 'seeds' | 'views' | 'smokeNet'>,
  side: Side<TinyNet>,
): Experiment<TinyNet> {
  const about = {
    name: 'color-towers',
    title: 'Section 6.1, figure 3: does one tower specialize in color?',
    claim:
      "sec. 6.1: 'the kernels on GPU 1 are largely color-agnostic, while the kernels on GPU 2 are largely color-specific'; it 'occurs during every run'",
  };
  return {
    ...pairedExperiment({ ...options, ...about, sides: [side] }),
    summarize: (records, options) => summarize(sharesOf(side, records, options)),
    draw: (records, options) => draw(sharesOf(side, records, options)),
  };
}

interface Shares {
  seed: number;
  a: number;
  b: number;
}

function sharesOf(side: Side<TinyNet>, records: Records<TinyNet>, options: PlanOptions): Shares[] {
  return seedsOf(options).flatMap((seed) => {
    const { conv1a: a, conv1b: b } = records.get(idOf(side, seed))?.end?.measures ?? {};
    return a === undefined || b === undefined ? [] : [{ seed, a, b }];
  });
}

function summarize(shares: readonly Shares[]): Summary {
  const ratio = ({ a, b }: Shares): number => Math.max(a, b) / Math.min(a, b);
  const specialized = shares.filter((one) => ratio(one) >= SPECIALIZED).length;
  return {
    lines: [
      ...shares.map(
        ({ seed, a, b }) =>
          `seed ${seed}: color share ${a.toFixed(2)} in tower A, ${b.toFixed(2)} in tower B`,
      ),
      `in ${specialized} of ${shares.length} runs one tower is ${SPECIALIZED} times as colorful as the other; the paper: in every run`,
    ],
    values: { shares, specialized, runs: shares.length },
  };
}

/** The color share of both towers, a line for each run. */
async function draw(shares: readonly Shares[]): Promise<string | undefined> {
  if (shares.length === 0) return undefined;
  const values = shares.flatMap(({ seed, a, b }) => [
    { run: `seed ${seed}`, tower: 'A', share: a },
    { run: `seed ${seed}`, tower: 'B', share: b },
  ]);
  const x = {
    field: 'share',
    type: 'quantitative',
    title: 'color share of conv1',
    scale: { domain: [0, 1] },
  };
  const y = { field: 'run', type: 'nominal', title: null };
  return drawSvg({
    width: 380,
    height: { step: 26 },
    data: { values },
    layer: [
      {
        mark: { type: 'line', color: 'currentColor', opacity: 0.4 },
        encoding: { x, y, detail: { field: 'run' } },
      },
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: {
          x,
          y,
          color: {
            field: 'tower',
            type: 'nominal',
            title: 'tower',
            scale: { domain: ['A', 'B'], range: ['#2b6cb0', '#c05621'] },
          },
        },
      },
    ],
  });
}
