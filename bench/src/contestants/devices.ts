import { partition } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { ExchangeSummary, processDevice, TwoTowers, threadDevice } from '@alexnet/devices';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import type { Answer, Request } from '../contestant.js';
import { type BenchNet, netOf, tiny, trainStepOf } from './bench-net.js';
import { serve } from './serve.js';

const used = await useBackend();
const open: TwoTowers[] = [];

/** Steps of a net on two devices, each with this many threads; the answer has their cost. */
async function splitSteps(request: Request): Promise<() => Promise<Answer>> {
  const { preset, ...overrides } = request.net as BenchNet;
  const [batchSize, steps, threads] = [Number(request.batch), Number(request.steps), Number(request.each)];
  const device = request.on === 'processes' ? processDevice : threadDevice;
  const devices = [device({ name: 'onednn', threads }), device({ name: 'onednn', threads })] as const;
  const [model, optimizer] = [netOf(request), new SgdMomentum(tiny)];
  let summary = new ExchangeSummary();
  const stepper = await TwoTowers.start(model, optimizer, devices, {
    ...{ preset, overrides, batchSize },
    stallSeconds: 60, // a slow machine is not a failure
    onStep: (spans) => summary.add(spans),
  });
  open.push(stepper);
  const step = trainStepOf(request, { model, optimizer, stepper });
  const theory = (await partition(preset, overrides)).bytesPerStep(batchSize);
  return async () => {
    summary = new ExchangeSummary();
    for (let i = 0; i < steps; i++) await step();
    const { towers } = summary.result();
    return {
      /** Of the tower that has the larger value. */
      exchange: Math.max(...towers.map(({ copyingShare }) => copyingShare)),
      waiting: Math.max(...towers.map(({ waitingShare }) => waitingShare)),
      bytes: sum(towers.map(({ bytes }) => bytes)) / sum(theory),
    };
  };
}

function sum(bytes: readonly { forward: number; backward: number }[]): number {
  return bytes.reduce((total, { forward, backward }) => total + forward + backward, 0);
}

await serve(`two devices, driven by ${used.name}: ${used.reason}`, { splitSteps });
await Promise.all(open.map((stepper) => stepper.close()));
