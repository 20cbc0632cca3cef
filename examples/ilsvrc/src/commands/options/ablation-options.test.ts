import type { Ablations } from '@alexnet/alexnet-model';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type RunOptions, requireSameSettings, runSettings } from '../../run/run-settings.js';
import { switchEntries, switchesName, switchesOf } from '../../run/switches.js';
import { addAblationOptions } from './ablation-options.js';

const parse = (args: string): RunOptions => {
  const command = addAblationOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args.split(' ').filter(Boolean), { from: 'user' }).opts();
};

/** For each ablation what a user types, what a run saves, and the end of its folder's name. */
const typed: Record<keyof Ablations, { args: string; saved: unknown; name: string; refusal: string }> = {
  imageSize: {
    args: '--image-size 96',
    saved: 96,
    name: '-image-size-96',
    refusal: 'the run was started with --image-size 224; --resume cannot change it to 96.',
  },
  activation: {
    args: '--activation tanh',
    saved: 'tanh',
    name: '-activation-tanh',
    refusal: 'the run was started with --activation relu; --resume cannot change it to tanh.',
  },
  lrn: {
    args: '--no-lrn',
    saved: false,
    name: '-no-lrn',
    refusal: 'the run was started without --no-lrn; --resume cannot add it.',
  },
  overlap: {
    args: '--no-overlap',
    saved: false,
    name: '-no-overlap',
    refusal: 'the run was started without --no-overlap; --resume cannot add it.',
  },
  dropout: {
    args: '--no-dropout',
    saved: false,
    name: '-no-dropout',
    refusal: 'the run was started without --no-dropout; --resume cannot add it.',
  },
  towers: {
    args: '--towers 1',
    saved: 1,
    name: '-towers-1',
    refusal: 'the run was started with --towers 2; --resume cannot change it to 1.',
  },
};

describe.each(switchEntries.map(([name]) => name))('the ablation %s', (name) => {
  const { args, saved, name: ending, refusal } = typed[name];

  test('is an option whose value is saved, and named in the run folder', () => {
    const { switches } = runSettings(parse(args));
    expect(switches).toEqual({ [name]: saved });
    expect(switchesName(switches)).toBe(ending);
  });

  test('cannot be added or changed by --resume, and may be repeated', () => {
    expect(() => requireSameSettings(runSettings(parse('')), parse(args))).toThrow(refusal);
    requireSameSettings(runSettings(parse(args)), parse(args));
    requireSameSettings(runSettings(parse(args)), parse(''));
  });
});

test('options that are not given set nothing', () => {
  expect(switchesOf(parse(''))).toEqual({});
});

test('a number or a word that cannot be is refused', () => {
  expect(() => parse('--image-size 0')).toThrow('must be a whole number >= 1');
  expect(() => parse('--activation gelu')).toThrow('relu, tanh');
});

test('the help has every flag, its value and its section of the paper', () => {
  const help = addAblationOptions(new Command().helpOption(false))
    .configureHelp({ helpWidth: 120 })
    .helpInformation();
  expect(
    help
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('--')),
  ).toEqual([
    "--image-size <pixels>  side of the network's input (default: the preset's, 224)",
    '--activation <name>    instead of relu, sec. 3.1 of the paper (choices: "relu", "tanh")',
    '--no-lrn               without response normalization, sec. 3.3',
    '--no-overlap           pooling squares that do not overlap, sec. 3.4',
    '--no-dropout           without dropout, sec. 4.2',
    '--towers <n>           1 joins the towers into the one-GPU network of sec. 3.2, 2 splits it',
  ]);
});
