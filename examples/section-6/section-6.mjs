// The six steps of section 6, at a scale that one computer can run. AlexNet with a sixth convolution is pre-trained on many
// classes, its weights are copied to a net for other classes, which is fine-tuned and averaged with plain nets.
//
//   node examples/section-6/section-6.mjs                            images drawn by the program: 7 classes, then 3 others
//   node examples/section-6/section-6.mjs --data DIR --target A,B,C  any data set that openIlsvrc opens
//   --seed 0   --out runs/section-6   --smoke: seconds instead of minutes, but nothing is learned
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alexnet, presets, transferWeights } from '@alexnet/alexnet-model';
import { useBackend } from '@alexnet/backends';
import { writeEmbeddedIlsvrc } from '@alexnet/ilsvrc/embedded';
import { openIlsvrc, openPrepared, prepare } from '@alexnet/imagenet-reader';
import { fileSystem, SgdMomentum, stepSchedule, train } from '@alexnet/sgd-momentum-trainer';
import { averagePredictions, TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    target: { type: 'string' },
    out: { type: 'string', default: 'runs/section-6' },
    seed: { type: 'string', default: '0' },
    smoke: { type: 'boolean', default: false },
  },
});
const settings = {
  drawn: { trainPerClass: 400, valPerClass: 50 }, // images of each of the ten classes, without --data
  imageSide: 144, // 256 in sec. 2; at this size two cores pre-train a net in two minutes
  imageSize: 128, // 224 in sec. 4.1
  width: 1 / 4, // of the paper's kernels and units
  nets: { pretrained: 2, plain: 5 }, // table 2: '7 CNNs*' are two pre-trained nets and the five of '5 CNNs'
  pretraining: { epochs: 12, batchSize: 32, learningRate: 0.01 }, // small batches give many steps in few epochs
  imagesOfTarget: 5, // per class; with many, pre-training has little to add
  fromNothing: { epochs: 120, batchSize: 15, learningRate: 0.003 }, // at .01 one net in five diverged
  fineTuning: { epochs: 120, batchSize: 15, learningRate: 0.001 }, // as many steps, but smaller ones: .003 forgets more
  ...(args.smoke && {
    drawn: { trainPerClass: 12, valPerClass: 4 },
    imageSide: 80,
    imageSize: 72,
    width: 1 / 16,
    nets: { pretrained: 1, plain: 2 },
    pretraining: { epochs: 12, batchSize: 28, learningRate: 0.02 },
    fromNothing: { epochs: 10, batchSize: 15, learningRate: 0.01 },
    fineTuning: { epochs: 10, batchSize: 15, learningRate: 0.01 },
  }),
};
const drawnTarget = ['n90000253', 'n90000340', 'n90000089']; // green leaf, wooden house, starfish
const seed = Number(args.seed);
const say = (line) => process.stderr.write(`${line}\n`);
tf.enableProdMode(); // no banner
await useBackend();

// ---- 1. The data: a set of many classes, and a set of target classes that are not in the first

async function openSource() {
  if (args.data) return openIlsvrc(args.data);
  const { trainPerClass, valPerClass } = settings.drawn;
  const folder = join(args.out, `drawn-${trainPerClass}-${valPerClass}`);
  if (!existsSync(join(folder, 'ILSVRC2012_devkit_t12.tar.gz'))) {
    say(`drawing ${10 * (trainPerClass + valPerClass)} images`);
    await writeEmbeddedIlsvrc(folder, settings.drawn);
  }
  return openIlsvrc(folder);
}

/** The source with only some of its classes, and at most `perClass` training images of each. */
async function someClasses(source, wnids, perClass = Number.POSITIVE_INFINITY) {
  const classes = source.classes.filter(({ wnid }) => wnids.includes(wnid));
  const labelOf = new Map(classes.map((one, label) => [source.classes.indexOf(one), label]));
  const images = async function* (split, from = 0) {
    const taken = new Map();
    let number = 0;
    for await (const image of source.images(split)) {
      const label = labelOf.get(image.label);
      const before = taken.get(label) ?? 0;
      if (label === undefined || (split === 'train' && before >= perClass)) continue;
      taken.set(label, before + 1);
      if (number++ >= from) yield { ...image, label };
    }
  };
  const counts = { train: 0, val: 0, test: 0 };
  for (const split of ['train', 'val']) for await (const _ of images(split)) counts[split]++;
  return {
    ...source,
    classes,
    counts,
    images: (split, from) => (split === 'test' ? [] : images(split, from)),
  };
}

const source = await openSource();
const wnids = source.classes.map(({ wnid }) => wnid);
const lastEighth = wnids.slice(-Math.max(2, Math.round(wnids.length / 8)));
const target = args.target?.split(',') ?? (args.data ? lastEighth : drawnTarget);
for (const wnid of target)
  if (!wnids.includes(wnid)) throw new RangeError(`--target: there is no class ${wnid}.`);

async function prepared(name, classes, perClass) {
  const folder = join(args.out, `${name}-${settings.imageSide}`);
  await prepare(await someClasses(source, classes, perClass), folder, {
    size: settings.imageSide,
    format: 'rgb',
  });
  return openPrepared(folder);
}
const others = wnids.filter((wnid) => !target.includes(wnid));
const manyClasses = await prepared('many-classes', others);
const fewImages = await prepared('few-images', target, settings.imagesOfTarget);
await source.close();
for (const { path, classes, splits } of [manyClasses, fewImages])
  say(`${path}: ${classes.length} classes, ${splits.train.images} + ${splits.val.images} images`);

// ---- 2. The nets: the one of the 2012 program, and one with 'a sixth convolutional layer over the last pooling layer'

const plainNet = presets.original2012.net;
const conv6Net = { ...plainNet, convs: [...plainNet.convs, presets.paperConv6.net.convs.at(-1)] };
const build = (net, data, netSeed) =>
  alexnet(net, {
    width: settings.width,
    imageSize: settings.imageSize,
    classes: data.classes.length,
    seed: netSeed,
  });

// ---- 3. Training, as in sections 4 and 5

const preparation = { cropSize: settings.imageSize, mean: 'channel' }; // a mean image of few images would show them
const { sigma, scale, inputScale } = presets.original2012.augmentation.pca;
const augment = { ...preparation, crop: 'random', pca: { sigma, scale }, inputScale };

async function fit(what, net, data, { epochs, batchSize, learningRate }, netSeed) {
  const { momentum, weightDecay, biasLearningRateMultiplier } = presets.original2012.training;
  const optimizer = new SgdMomentum({ momentum, weightDecay: { default: weightDecay, biases: 0 } });
  const drops = stepSchedule({ learningRate, epochs: [Math.ceil(0.75 * epochs)] });
  const schedule = (epoch) => ({ default: drops(epoch), biases: biasLearningRateMultiplier * drops(epoch) });
  const size = Math.min(batchSize, data.splits.train.images);
  const batches = (epoch) =>
    data.batches({ split: 'train', batchSize: size, epoch, seed: netSeed, augment, workers: 0 });
  for await (const event of train(net, batches, { epochs, optimizer, schedule }))
    if (event.type === 'epochEnd' && event.epoch === epochs - 1)
      say(`${what}: ${event.step} steps, loss ${event.trainLoss.toFixed(3)}`);
  optimizer.dispose();
  return net;
}

const numbered = (count, begin) => Array.from({ length: count }, (_, i) => 100 * seed + begin + i);
const pretrained = [];
for (const netSeed of numbered(settings.nets.pretrained, 0)) {
  const net = build(conv6Net, manyClasses, netSeed);
  pretrained.push(await fit('pre-trained', net, manyClasses, settings.pretraining, netSeed));
}

// ---- 4. Transfer: all weights but those of the last layer, which is new for the new classes

const transferred = [];
for (const [i, from] of pretrained.entries()) {
  const net = build(conv6Net, fewImages, 100 * seed + 50 + i);
  const { copied, kept } = await transferWeights(from, net, { except: ['fc8'] });
  say(`transferred: ${copied.length} weights; fresh: ${kept.join(', ')}`);
  transferred.push(net);
}

// ---- 5. Fine-tuning, and for comparison training from scratch: the same net, and the plain one

const fineTuned = [];
for (const [i, net] of transferred.entries())
  fineTuned.push(await fit('fine-tuned', net, fewImages, settings.fineTuning, 100 * seed + i));
const fromNothing = async (what, net, netSeed) =>
  fit(what, build(net, fewImages, netSeed), fewImages, settings.fromNothing, netSeed);
const plain = [];
for (const netSeed of numbered(settings.nets.plain, 10))
  plain.push(await fromNothing('plain, from scratch', plainNet, netSeed));
const notPretrained = [];
for (const netSeed of numbered(settings.nets.pretrained, 0))
  notPretrained.push(await fromNothing('conv6, from scratch', conv6Net, netSeed));

// ---- 6. Averages of the predictions of several nets; table 2 has 5 CNNs, 1 CNN* and 7 CNNs*

async function predict(net) {
  const [probabilities, labels] = [[], []];
  const augment = { ...preparation, crop: 'center' };
  for await (const { xs, ys } of fewImages.batches({ split: 'val', batchSize: 50, augment, workers: 0 })) {
    const answers = tf.tidy(() => [net.predictOnBatch(xs), tf.argMax(ys, 1)]);
    probabilities.push(...(await answers[0].data()));
    labels.push(...(await answers[1].data()));
    tf.dispose([xs, ys, answers]);
  }
  return { probabilities, labels };
}

const all = { plain: [], notPretrained: [], fineTuned: [] };
for (const [kind, nets] of Object.entries({ plain, notPretrained, fineTuned }))
  for (const net of nets) all[kind].push(await predict(net));
const { labels } = all.fineTuned[0];
const measured = (probabilities) => {
  const error = new TopKError([1]).add(probabilities, labels);
  return { error: error.error(1), interval: error.interval(1) };
};
const each = (nets) => nets.map(({ probabilities }) => measured(probabilities).error);
const averaged = (nets) => measured(averagePredictions(nets.map(({ probabilities }) => probabilities)));
const results = [
  { nets: '1 CNN', errors: each(all.plain) },
  { nets: `${all.plain.length} CNNs, averaged`, ...averaged(all.plain) },
  { nets: '1 CNN with conv6', errors: each(all.notPretrained) },
  { nets: '1 CNN*', errors: each(all.fineTuned) },
  {
    nets: `${all.plain.length + all.fineTuned.length} CNNs*, averaged`,
    ...averaged([...all.plain, ...all.fineTuned]),
  },
];

const percent = (value) => `${(100 * value).toFixed(1)}%`;
const chance = 1 - 1 / target.length;
console.log(
  `top-1 error on ${labels.length} images of ${target.length} classes (chance ${percent(chance)}), seed ${seed}`,
);
for (const { nets, errors, error, interval } of results) {
  const numbers = errors
    ? `mean ${percent(errors.reduce((a, b) => a + b) / errors.length)} of ${errors.map(percent).join(', ')}`
    : `${percent(error)}, 95% interval ${percent(interval[0])} to ${percent(interval[1])}`;
  console.log(`${nets.padEnd(20)} ${numbers}`);
}
console.log('* pre-trained on the other classes, with a sixth convolutional layer');

const folder = join(args.out, `seed-${seed}`);
await mkdir(folder, { recursive: true });
await pretrained[0].save(fileSystem(join(folder, 'pretrained')));
await fineTuned[0].save(fileSystem(join(folder, 'fine-tuned')));
await writeFile(
  join(folder, 'results.json'),
  `${JSON.stringify({ settings, seed, others, target, results }, null, 2)}\n`,
);
await Promise.all([manyClasses.close(), fewImages.close()]);
