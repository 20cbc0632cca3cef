import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import type { RunEvent } from '../run/run-event.js';
import { readEventFile } from './read-event-file.js';

/** The points of a run's scalars and images in TensorBoard, by tag. */
export interface Board {
  scalars: Record<string, [step: number, value: number][]>;
  images: Record<string, [step: number, width: number, height: number, png: string][]>;
}

type ReadBoard = (folder: string, context: TestContext) => Promise<Board>;

/** A Python with TensorBoard: python3, or the value of ALEXNET_PYTHON. */
const python = process.env.ALEXNET_PYTHON ?? 'python3';
const reader = fileURLToPath(new URL('read-tensorboard.py', import.meta.url));

/** Reads a folder with TensorBoard's own reader; skips the test if TensorBoard is not installed. */
async function readWithTensorBoard(folder: string, context: TestContext): Promise<Board> {
  const importing = 'import tensorboard.backend.event_processing.event_accumulator';
  if (spawnSync(python, ['-c', importing]).status !== 0) {
    return context.skip(`${python} has no tensorboard; ALEXNET_PYTHON can name one that has`);
  }
  return JSON.parse(execFileSync(python, [reader, folder], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

/**
 * Reads a folder with a plain loop: files in the order of their names, each replacing events from its session
 * start on.
 */
async function readPlainly(folder: string): Promise<Board> {
  const board: Board = { scalars: {}, images: {} };
  for (const name of (await readdir(folder)).sort()) {
    for (const event of readEventFile(await readFile(join(folder, name)))) {
      if (event.sessionStatus === 1) forget(board, event.step);
      for (const [tag, value] of Object.entries(event.scalars)) {
        pointsOf(board.scalars, tag).push([event.step, value]);
      }
      for (const [tag, { png, width, height }] of Object.entries(event.images)) {
        pointsOf(board.images, tag).push([event.step, width, height, png.toString('base64')]);
      }
    }
  }
  return board;
}

/** The readers of a folder. */
export const boardReaders: readonly (readonly [who: string, read: ReadBoard])[] = [
  ['a plain loop', readPlainly],
  ['TensorBoard', readWithTensorBoard],
];

function pointsOf<T>(all: Record<string, T[]>, tag: string): T[] {
  all[tag] ??= [];
  return all[tag];
}

function forget(board: Board, from: number): void {
  for (const points of [...Object.values(board.scalars), ...Object.values(board.images)]) {
    points.splice(0, points.length, ...(points as [number, never][]).filter(([step]) => step < from));
  }
}

/** The scalars of a run's events as float32, if no epoch has more steps than are kept. */
export function scalarsOf(events: readonly RunEvent[]): Board['scalars'] {
  const scalars: Board['scalars'] = {};
  let last = -1;
  const add = (tag: string, value: number): void => {
    pointsOf(scalars, tag).push([last, Math.fround(value)]);
  };
  for (const event of events) {
    if (event.type === 'step') {
      last = event.step;
      add('step/loss', event.loss);
      add('step/top1Error', event.top1Error);
      add('step/top5Error', event.top5Error);
      add('step/learningRate', event.learningRate);
      add('step/imagesPerSecond', event.images / (event.seconds + event.waitSeconds));
      add('step/waitShare', event.waitSeconds / (event.seconds + event.waitSeconds));
    } else if (event.type === 'epochEnd') {
      add('epoch/loss', event.trainLoss);
      add('epoch/top1Error', event.trainTop1Error);
      add('epoch/top5Error', event.trainTop5Error);
      add('epoch/learningRate', event.learningRate);
      add('epoch/imagesPerSecond', event.images / event.seconds);
      add('epoch/waitShare', event.waitSeconds / event.seconds);
      if (event.validation) {
        add('epoch/validationTop1Error', event.validation.top1Error);
        add('epoch/validationTop5Error', event.validation.top5Error);
      }
    } else if (event.type === 'layers') {
      for (const { name, activations, weights } of event.layers) {
        const [kernel] = weights;
        if (!kernel) continue;
        const relu = event.layers.find((layer) => layer.name === name.replace('conv', 'relu'));
        const { zeros, deadUnits } = relu?.activations ?? activations;
        add(`layers/${name}/standardDeviation`, activations.standardDeviation);
        add(`layers/${name}/zeros`, zeros);
        add(`layers/${name}/deadUnits`, deadUnits);
        add(`layers/${name}/updateRatio`, kernel.ratio);
      }
    } else if (event.type === 'evaluation') {
      add(`evaluation/${event.views}-view/top1Error`, event.top1Error);
      add(`evaluation/${event.views}-view/top5Error`, event.top5Error);
    }
  }
  return scalars;
}
