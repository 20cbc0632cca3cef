import type { Contestant } from './contestant.js';
import { data } from './data-section.js';
import { devices } from './devices-section.js';
import { type Figure, figure } from './figure.js';
import { layers } from './layers.js';
import { type Entry, race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Run, Section } from './section.js';
import { trainer } from './trainer-section.js';

/** GFLOP of the preset `paper` an image, conv1 without an input gradient. */
const work = { train: 4.136, inference: 1.449 } as const;
type Task = keyof typeof work;

const sgemmGflop = (2 * 4096 ** 3) / 1e9;
/** Two arrays of 64 Mi floats read, one written. */
const copiedGigabytes = (3 * 4 * 64 * 1024 * 1024) / 1e9;

const machine: Section = {
  title: 'the machine',
  names: ({ threads }) => ['sgemm.gflops', `sgemm.gflops${suffix(1, threads)}`, 'memory.gigabytesPerSecond'],
  async measure({ engine, threads, rounds }) {
    const entries: Record<string, Entry> = {
      all: { contestant: engine, request: { task: 'sgemm', threads } },
      one: { contestant: engine, request: { task: 'sgemm', threads: 1 } },
      copy: { contestant: engine, request: { task: 'bandwidth', threads } },
    };
    const result = await race(entries, rounds);
    return [
      derived('sgemm.gflops', 'GFLOP/s', result.all, (s) => sgemmGflop / s),
      ...(threads > 1 ? [derived('sgemm.gflops.t1', 'GFLOP/s', result.one, (s) => sgemmGflop / s)] : []),
      derived('memory.gigabytesPerSecond', 'GB/s', result.copy, (s) => copiedGigabytes / s),
    ];
  },
};

/** Training or inference at one batch size and one number of threads, beside SGEMM and the peers in the same rounds. */
function throughput(task: Task, batch: number, threadsOf: (all: number) => number): Section {
  const named = (run: Run) => {
    const tail = `b${batch}${suffix(threadsOf(run.threads), run.threads)}`;
    return {
      ours: `${task}.imagesPerSecond.${tail}`,
      ofSgemm: `${task}.ofSgemm.${tail}`,
      pytorch: `${task}.pytorch.imagesPerSecond.${tail}`,
      ofPytorch: `${task}.ofPytorch.${tail}`,
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
      const pytorch = await asked([names.pytorch, names.ofPytorch], peers.pytorch);
      const onnxruntime = await asked([names.onnxruntime, names.ofOnnxruntime], peers.onnxruntime);
      const entries: Record<string, Entry> = {
        sgemm: { contestant: engine, request: { task: 'sgemm', threads } },
        ours: { contestant: engine, request: { task, batch, threads } },
        ...(typeof pytorch !== 'string' && {
          pytorch: { contestant: pytorch, request: { task, batch, threads } },
        }),
        ...(typeof onnxruntime !== 'string' && {
          onnxruntime: { contestant: onnxruntime, request: { task, batch, threads } },
        }),
      };
      const result = await race(entries, rounds);
      const theirs = typeof pytorch === 'string' ? pytorch : result.pytorch;
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
        ...(names.onnxruntime ? [derived(names.onnxruntime, 'images/s', onnx, (s) => batch / s)] : []),
        ...(names.ofOnnxruntime ? [ratio(names.ofOnnxruntime, result.ours, onnx, (s, t) => t / s)] : []),
      ];
    },
  };
}

const memory: Section = {
  title: 'memory',
  names: () => ['train.peakRss'],
  async measure({ peers, threads }) {
    const alone = await peers.fresh('onednn');
    try {
      const { bytes } = await alone.ask({ task: 'peakRss', batch: 128, threads });
      return [figure('train.peakRss', 'GB', [Number(bytes) / 1e9])];
    } finally {
      await alone.stop();
    }
  },
};

const eachLayer: Section = {
  title: 'each layer, batch 128',
  names: () => layers.flatMap(({ name, passes }) => passes.flatMap((pass) => layerNames(name, pass))),
  async measure({ engine, threads, rounds, wants }) {
    const figures: Figure[] = [];
    for (const { name, passes, flops } of layers) {
      const wanted = passes.filter((pass) => layerNames(name, pass).some(wants));
      if (wanted.length === 0) continue;
      const entries: Record<string, Entry> = {
        sgemm: { contestant: engine, request: { task: 'sgemm', threads } },
      };
      for (const pass of wanted) {
        entries[pass] = {
          contestant: engine,
          request: { task: 'layer', layer: name, pass, batch: 128, threads },
        };
      }
      const result = await race(entries, rounds);
      for (const pass of wanted) {
        const gflop = (flops * 128) / 1e9;
        const [rate = '', ofSgemm = ''] = layerNames(name, pass);
        figures.push(derived(rate, 'GFLOP/s', result[pass], (s) => gflop / s));
        figures.push(ratio(ofSgemm, result[pass], result.sgemm, (s, g) => gflop / s / (sgemmGflop / g)));
      }
    }
    return figures;
  },
};

/** A plain tf.layers network, trained by `model.fit`, with no package of ours but the backend. */
const cifar: Section = {
  title: 'plain tf.layers on 32 x 32 pictures',
  names: () => [
    'cifar.train.imagesPerSecond.onednn',
    'cifar.train.imagesPerSecond.cpu',
    'cifar.train.ofCpu',
    'cifar.inference.imagesPerSecond.onednn',
    'cifar.inference.imagesPerSecond.wasm',
    'cifar.inference.ofWasm',
  ],
  async measure({ engine, peers, threads, rounds }) {
    const batch = 64;
    const [cpu, wasm] = [await peers.fresh('cpu'), await peers.fresh('wasm')];
    const images = { onednn: 4 * batch, cpu: 4 }; // cpu takes seconds an image, whatever the batch
    const train = (count: number) => ({
      task: 'cifarTrain',
      batch: Math.min(batch, count),
      images: count,
      threads,
    });
    const inference = { task: 'cifarInference', batch, threads };
    const training = await race(
      {
        onednn: { contestant: engine, request: train(images.onednn) },
        cpu: { contestant: cpu, request: train(images.cpu) },
      },
      Math.min(rounds, 3),
      1,
    );
    const inferring = await race(
      { onednn: { contestant: engine, request: inference }, wasm: { contestant: wasm, request: inference } },
      rounds,
    );
    await Promise.all([cpu.stop(), wasm.stop()]);
    return [
      derived('cifar.train.imagesPerSecond.onednn', 'images/s', training.onednn, (s) => images.onednn / s),
      derived('cifar.train.imagesPerSecond.cpu', 'images/s', training.cpu, (s) => images.cpu / s),
      ratio(
        'cifar.train.ofCpu',
        training.onednn,
        training.cpu,
        (s, t) => images.onednn / s / (images.cpu / t),
      ),
      derived('cifar.inference.imagesPerSecond.onednn', 'images/s', inferring.onednn, (s) => batch / s),
      derived('cifar.inference.imagesPerSecond.wasm', 'images/s', inferring.wasm, (s) => batch / s),
      ratio('cifar.inference.ofWasm', inferring.onednn, inferring.wasm, (s, t) => t / s),
    ];
  },
};

const all = (threads: number): number => threads;
const one = (): number => 1;

/** The bench, in the order in which it runs. */
export const sections: readonly Section[] = [
  machine,
  ...[128, 32, 1].map((batch) => throughput('train', batch, all)),
  throughput('train', 128, one),
  ...[128, 32, 1].map((batch) => throughput('inference', batch, all)),
  throughput('inference', 128, one),
  memory,
  eachLayer,
  cifar,
  data,
  trainer,
  devices,
];

function layerNames(layer: string, pass: string): string[] {
  return [`layer.${layer}.${pass}.gflops`, `layer.${layer}.${pass}.ofSgemm`];
}

/** Names say the number of threads where it is not all of them. */
function suffix(threads: number, allThreads: number): string {
  return threads === allThreads ? '' : `.t${threads}`;
}
