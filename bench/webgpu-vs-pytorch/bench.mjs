// AlexNet's images/s through the webgpu backend, compared with PyTorch on the same GPU; see README.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alexnet } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { SgdMomentum, train } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';

const usage = `Usage: node bench/webgpu-vs-pytorch/bench.mjs [options]
  --adapter <name>   GPU for webgpu: part of its name, or its number in 'alexnet doctor'
  --batch <n>        images in a batch, default 128
  --steps <n>        steps that are measured, default 30 (after 5 that are not)
  --width <factor>   default 1
  --backend <name>   default webgpu
  --smoke            width 1/16, 64 x 64 pixels, batch 2, 2 steps, without PyTorch: to see that it runs
  --json             one object on stdout`;

const { values } = parseArgs({
  options: {
    adapter: { type: 'string' },
    batch: { type: 'string' },
    steps: { type: 'string' },
    width: { type: 'string' },
    backend: { type: 'string', default: 'webgpu' },
    smoke: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const smoke = { batch: 2, steps: 2, width: 1 / 16, warmUp: 1, imageSize: 64 };
const full = { batch: 128, steps: 30, width: 1, warmUp: 5, imageSize: 224 };
const chosen = values.smoke ? smoke : full;
const setting = {
  ...chosen,
  ...(values.batch && { batch: Number(values.batch) }),
  ...(values.steps && { steps: Number(values.steps) }),
  ...(values.width && { width: Number(values.width) }),
};

/** Images per second of each step: median, slowest and fastest. */
function summary(seconds) {
  const rates = seconds.map((s) => setting.batch / s).sort((a, b) => a - b);
  return { median: rates[rates.length >> 1], low: rates[0], high: rates.at(-1), n: rates.length };
}

async function secondsOf(run) {
  const startedAt = performance.now();
  await run();
  return (performance.now() - startedAt) / 1000;
}

async function measure(run) {
  for (let i = 0; i < setting.warmUp; i++) await run();
  const seconds = [];
  for (let i = 0; i < setting.steps; i++) seconds.push(await secondsOf(run));
  return summary(seconds);
}

/** Preset `paper`: towers, response normalization, dropout, overlapping pooling, the paper's update. */
async function measureOurs() {
  tf.enableProdMode();
  const adapter = /^\d+$/.test(values.adapter ?? '') ? Number(values.adapter) : values.adapter;
  const used = await useBackend(values.backend, adapter === undefined ? {} : { adapter });
  const model = alexnet('paper', { width: setting.width, imageSize: setting.imageSize });
  const xs = tf.randomUniform(
    [setting.batch, setting.imageSize, setting.imageSize, 3],
    -128,
    128,
    'float32',
    1,
  );
  const ys = tf.tidy(() => tf.cast(tf.oneHot(tf.fill([setting.batch], 1, 'int32'), 1000), 'float32'));
  const batches = async function* () {
    for (;;) yield { xs: xs.clone(), ys: ys.clone() };
  };
  const events = train(model, batches, { epochs: 1, optimizer: new SgdMomentum({ learningRate: 1e-6 }) });
  const step = async () => {
    while ((await events.next()).value.type !== 'step');
  };
  const predict = async () => {
    const answer = model.predictOnBatch(xs);
    await answer.data();
    answer.dispose();
  };
  const inference = await measure(predict);
  const training = await measure(step);
  return { name: `@alexnet on ${values.backend}`, device: used.device, training, inference };
}

/** The same net, batch and update in PyTorch if python3 has it with CUDA; otherwise the reason. */
function measurePyTorch() {
  const program = fileURLToPath(new URL('pytorch.py', import.meta.url));
  const args = [program, setting.batch, setting.steps, setting.warmUp, setting.width].map(String);
  const { stdout, stderr, error, status } = spawnSync('python3', args, { encoding: 'utf8' });
  if (error || status !== 0) return { missing: error?.message ?? stderr.trim().split('\n').at(-1) };
  const { device, runs } = JSON.parse(stdout);
  return runs.map(({ name, training, inference }) => ({
    name,
    device,
    training: summary(training),
    inference: summary(inference),
  }));
}

const results = [await measureOurs()];
const pytorch = values.smoke ? { missing: 'left out by --smoke' } : measurePyTorch();
if (Array.isArray(pytorch)) results.push(...pytorch);
const report = { setting, results, ...(!Array.isArray(pytorch) && { pytorch: pytorch.missing }) };
if (values.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  const cell = ({ median, low, high, n }) =>
    `${median.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)}, n ${n})`;
  console.log(
    `AlexNet, preset paper, width ${setting.width}, ${setting.imageSize} x ${setting.imageSize}, batch ${setting.batch}, float32; images/s`,
  );
  console.log('| program | device | training | inference |\n|---|---|---|---|');
  for (const { name, device, training, inference } of results) {
    console.log(`| ${name} | ${device} | ${cell(training)} | ${cell(inference)} |`);
  }
  if (!Array.isArray(pytorch)) console.log(`PyTorch: ${pytorch.missing}`);
}
process.exit(0); // Dawn's device would keep the process alive
