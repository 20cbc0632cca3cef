import { type CampaignProgram, runProgram } from '@alexnet/campaign';
import { experiments } from './experiments/experiments.js';
import type { CifarNet } from './nets/cifar-net.js';
import { makeTraining } from './nets/make-training.js';

const program: CampaignProgram<CifarNet> = {
  name: 'cifar10',
  description: "The paper's claims on CIFAR-10, at a size that one computer can run.",
  experiments,
  data: {
    title: 'CIFAR-10',
    names: [
      ...['cifar10', 'cifar-10-batches-bin', 'cifar-10-batches-py'],
      ...['cifar10.tar.xz', 'cifar-10-binary.tar.gz', 'cifar-10-python.tar.gz'],
    ],
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    size: 32,
  },
  makeTraining,
};

/** Runs `npm run cifar10 -- <args>`. Returns its exit code: 0, 1 (failed) or 2 (bad usage). */
export function runCli(args: readonly string[]): Promise<number> {
  return runProgram(program, args);
}
