import type { Contestant } from './contestant.js';
import { sgemmGflop } from './machine-section.js';
import { type Entry, race } from './race.js';
import { derived, ratio } from './race-figures.js';
import { type Run, type Section, threadsSuffix } from './section.js';

/** GFLOP of the preset `paper` per image, without the input gradient of conv1. */
const work = { train: 4.136, inference: 1.449 } as const;
type Task = keyof typeof work;

/** Training or inference at one batch size and number of threads, with SGEMM and the peers in the same rounds. */
export function throughput(task: Task, batch: number, threadsOf: (all: number) => number): Section {
  const named = (run: Run) => {
    const tail = `b${batch}${threadsSuffix(threadsOf(run.threads), run.threads)}`;
    return {
      ours: `${task}.imagesPerSecond.${tail}`,
      ofSgemm: `${task}.ofSgemm.${tail}`,
      pytorch: `${task}.pytorch.imagesPerSecond.${tail}`,
      ofPytorch: `${task}.ofPytorch.${tail}`,
      torch: `${task}.torch.imagesPerSecond.${tail}`,
      torchOfPytorch: `${task}.torch.ofPytorch.${tail}`,
      ...(task === 'inference' && {
        onnxruntime: `inference.onnxruntime.imagesPerSecond.${tail}`,
        ofOnnxruntime: `inference.ofOnnxruntime.${tail}`,
      }),
    };
  };
  return {
    title: `${task}, batch ${batch}`,
    names: (run) =>
      threadsOf(run.threads) === run.threads || run.threads > 1 ? Object.values(named(run)) : [],
    async measure(run) {
      const { engine, peers, rounds } = run;
      const threads = threadsOf(run.threads);
      const names = named(run);
      const asked = async (wanted: (string | undefined)[], start: () => Promise<Contestant | string>) =>
        wanted.some((name) => name !== undefined && run.wants(name)) ? await start() : 'not asked for';
      const pytorch = await asked([names.pytorch, names.ofPytorch, names.torchOfPytorch], peers.pytorch);
      const torch = await asked([names.torch, names.torchOfPytorch], peers.torch);
      const onnxruntime = await asked([names.onnxruntime, names.ofOnnxruntime], peers.onnxruntime);
      const entries: Record<string, Entry> = {
        sgemm: { contestant: engine, request: { task: 'sgemm', threads } },
        ours: { contestant: engine, request: { task, batch, threads } },
        ...(typeof pytorch !== 'string' && {
          pytorch: { contestant: pytorch, request: { task, batch, threads } },
        }),
        ...(typeof torch !== 'string' && {
          torch: { contestant: torch, request: { task, batch, threads } },
        }),
        ...(typeof onnxruntime !== 'string' && {
          onnxruntime: { contestant: onnxruntime, request: { task, batch, threads } },
        }),
      };
      const result = await race(entries, rounds, batch === 1 ? 20 : 2); // V8 compiles what runs often

      const theirs = typeof pytorch === 'string' ? pytorch : result.pytorch;
      const onTorch = typeof torch === 'string' ? torch : result.torch;
      const onnx = typeof onnxruntime === 'string' ? onnxruntime : result.onnxruntime;
      return [
        derived(names.ours, 'images/s', result.ours, (s) => batch / s),
        ratio(
          names.ofSgemm,
          result.ours,
          result.sgemm,
          (s, g) => ((batch / s) * work[task]) / (sgemmGflop / g),
        ),
        derived(names.pytorch, 'images/s', theirs, (s) => batch / s),
        ratio(names.ofPytorch, result.ours, theirs, (s, t) => t / s),
        derived(names.torch, 'images/s', onTorch, (s) => batch / s),
        ratio(names.torchOfPytorch, onTorch, theirs, (s, t) => t / s),
        ...(names.onnxruntime ? [derived(names.onnxruntime, 'images/s', onnx, (s) => batch / s)] : []),
        ...(names.ofOnnxruntime ? [ratio(names.ofOnnxruntime, result.ours, onnx, (s, t) => t / s)] : []),
      ];
    },
  };
}
