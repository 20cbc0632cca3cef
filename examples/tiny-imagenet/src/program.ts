import { type CampaignProgram, runProgram } from '@alexnet/campaign';
import { experiments } from './experiments.js';
import { makeTraining } from './make-training.js';
import type { TinyNet } from './tiny-net.js';

const program: CampaignProgram<TinyNet> = {
  name: 'tiny-imagenet',
  description: "The paper's claims on Tiny ImageNet, whose images of 64 pixels are enlarged to 256.",
  experiments,
  data: {
    title: 'Tiny ImageNet',
    names: ['tiny-imagenet-40', 'tiny-imagenet-40.tar.xz', 'tiny-imagenet-200'],
    url: 'http://cs231n.stanford.edu/tiny-imagenet-200.zip',
    size: 256,
  },
  makeTraining,
};

/** Runs `npm run tiny-imagenet -- <args>`. Returns its exit code: 0, 1 (failed) or 2 (bad usage). */
export function runCli(args: readonly string[]): Promise<number> {
  return runProgram(program, args);
}
