import {
  type Experiment,
  estimate,
  estimateRatio,
  type PlannedRun,
  type PlanOptions,
  type Records,
  type RunRecord,
  type Summary,
} from '@alexnet/campaign';
import { trainingErrorFigure } from '../figures/training-error-figure.js';
import type { CifarNet } from '../nets/cifar-net.js';
import { presets } from '../nets/presets.js';
import { smokeNet } from '../nets/smoke-net.js';

const activations = ['relu', 'tanh'] as const;
type Activation = (typeof activations)[number];

/** The training error that figure 1 marks. */
const TARGET = 0.25;
/** The most epochs of a run; the paper's figure ends at 40. */
const MOST_EPOCHS = 60;
/** Rates of the search, each about three times the one before. */
const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
/** The rates that are tried first; if the best is the lowest or highest, its neighbour is tried too. */
const FIRST_RATES = [0.001, 0.003, 0.01];
const SEARCH_EPOCHS = 3;

/** Figure 1: ReLU against tanh. */
export const figure1: Experiment<CifarNet> = {
  name: 'figure1',
  title: 'Figure 1: epochs to 25% training error on CIFAR-10, ReLU against tanh',
  claim:
    "sec. 3.1, figure 1: 'a four-layer convolutional neural network with ReLUs reaches a 25% training error rate on CIFAR-10 six times faster than an equivalent network with tanh neurons', rates chosen independently, no regularization",
  seeds: 5,
  plan(records, options) {
    const searches = activations.flatMap((activation) => searchOf(activation, records, options));
    const best = activations.map((activation) => bestRate(activation, records, options));
    if (best.includes(undefined)) return searches;
    const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
    return [
      ...searches,
      ...seeds.flatMap((seed) =>
        activations.map((activation, i) => mainRun(activation, best[i] as number, seed, options)),
      ),
    ];
  },
  summarize: (records, options) => summarize(records, options),
  async draw(records, options) {
    const runs = activations.flatMap((activation) => runsOf(activation, records, options, { begun: true }));
    if (runs.length === 0) return undefined;
    return trainingErrorFigure(
      runs.map(({ run, epochs }) => ({ activation: run.net.activation, seed: run.seed, epochs })),
      { target: TARGET },
    );
  },
};

/** The net without its weight decay: four layers with weights, as the paper's, which is specified nowhere. */
function netOf(activation: Activation, rate: number, { smoke }: PlanOptions, epochs: number): CifarNet {
  const net = smoke ? smokeNet(presets['19pct'].net) : presets['19pct'].net;
  const layers = net.layers.map((layer) => ('weightDecay' in layer ? { ...layer, weightDecay: 0 } : layer));
  const rates = { learningRate: rate, biasLearningRate: 2 * rate, drops: [] };
  return { ...net, layers, activation, training: { ...net.training, ...rates, epochs } };
}

function searchRun(activation: Activation, rate: number, options: PlanOptions): PlannedRun<CifarNet> {
  const net = netOf(activation, rate, options, options.smoke ? 1 : SEARCH_EPOCHS);
  return { id: `search-${activation}-${rate}`, seed: 0, net, views: 1 };
}

function mainRun(
  activation: Activation,
  rate: number,
  seed: number,
  options: PlanOptions,
): PlannedRun<CifarNet> {
  const net = netOf(activation, rate, options, options.smoke ? 2 : MOST_EPOCHS);
  return { id: `${activation}-seed${seed}`, seed, net, stopAtTrainError: TARGET, views: 1 };
}

/** The search of the rate: three rates, and further ones while the best is at the edge of what was tried. */
function searchOf(
  activation: Activation,
  records: Records<CifarNet>,
  options: PlanOptions,
): PlannedRun<CifarNet>[] {
  const tried = [...FIRST_RATES];
  for (;;) {
    const runs = tried.map((rate) => searchRun(activation, rate, options));
    const best = bestOf(runs, records);
    const at = best === undefined ? -1 : RATES.indexOf(best);
    const beyond = [RATES[at - 1], RATES[at + 1]].find((rate) => rate !== undefined && !tried.includes(rate));
    if (at === -1 || beyond === undefined || options.smoke) return runs;
    tried.push(beyond);
  }
}

function bestRate(
  activation: Activation,
  records: Records<CifarNet>,
  options: PlanOptions,
): number | undefined {
  return bestOf(searchOf(activation, records, options), records);
}

/** The rate with the lowest training error after the search's epochs; undefined until all runs are finished. */
function bestOf(runs: readonly PlannedRun<CifarNet>[], records: Records<CifarNet>): number | undefined {
  const tried = runs.map(({ id }) => records.get(id));
  if (tried.some((record) => !record?.end)) return undefined;
  const errorOf = (record: RunRecord<CifarNet> | undefined): number =>
    record?.end?.reason === 'diverged' ? 1 : (record?.epochs.at(-1)?.trainError ?? 1);
  const errors = tried.map(errorOf);
  return runs[errors.indexOf(Math.min(...errors))]?.net.training.learningRate;
}

/** The finished main runs of a side, or those that were begun, by seed. */
function runsOf(
  activation: Activation,
  records: Records<CifarNet>,
  { seeds }: PlanOptions,
  { begun = false } = {},
): RunRecord<CifarNet>[] {
  return Array.from({ length: seeds }, (_, i) => records.get(`${activation}-seed${i + 1}`)).flatMap(
    (record) => (record && (record.end || (begun && record.epochs.length > 0)) ? [record] : []),
  );
}

/**
 * Epochs until the training error is down to the target, on the straight line between the epochs before and after;
 * undefined if it never was.
 */
export function epochsTo(target: number, epochs: readonly { trainError: number }[]): number | undefined {
  const at = epochs.findIndex(({ trainError }) => trainError <= target);
  if (at === -1) return undefined;
  const after = epochs[at]?.trainError as number;
  const before = epochs[at - 1]?.trainError;
  return before === undefined ? at + 1 : at + (before - target) / (before - after);
}

function summarize(records: Records<CifarNet>, options: PlanOptions): Summary {
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  const reached = new Map<Activation, Map<number, number>>();
  for (const activation of activations) {
    const rate = bestRate(activation, records, options);
    if (rate === undefined) {
      lines.push(`${activation}: the search of its learning rate is not finished`);
      continue;
    }
    const runs = runsOf(activation, records, options);
    const epochs = new Map(
      runs.flatMap(({ run, epochs }) => {
        const count = epochsTo(TARGET, epochs);
        return count === undefined ? [] : [[run.seed, count]];
      }),
    );
    reached.set(activation, epochs);
    const never = runs.length - epochs.size;
    const seen = epochs.size === 0 ? undefined : estimate([...epochs.values()]);
    values[activation] = { rate, epochsTo25: seen, runs: runs.length, neverReached: never };
    const mean = seen
      ? `${seen.mean.toFixed(1)} epochs${seen.n > 1 ? ` (95% ${seen.low.toFixed(1)} to ${seen.high.toFixed(1)})` : ''}`
      : '25% not reached yet';
    const most = runs[0]?.run.net.training.epochs ?? MOST_EPOCHS;
    const missed = never > 0 ? `; ${never} did not reach it in ${most} epochs` : '';
    lines.push(`${activation}, rate ${rate}: ${mean}, n = ${epochs.size}${missed}`);
  }
  const [relu, tanh] = activations.map((activation) => reached.get(activation) ?? new Map<number, number>());
  const ratios = [...(relu ?? [])].flatMap(([seed, epochs]) => {
    const other = tanh?.get(seed);
    return other === undefined ? [] : [other / epochs];
  });
  if (ratios.length > 0) {
    const ratio = estimateRatio(ratios);
    values.ratio = ratio;
    const interval = ratio.n > 1 ? ` (95% ${ratio.low.toFixed(1)} to ${ratio.high.toFixed(1)})` : '';
    lines.push(
      `ReLU is ${ratio.mean.toFixed(1)} times as fast${interval}, n = ${ratio.n} ${ratio.n === 1 ? 'pair' : 'pairs'}; the paper: 6`,
    );
  }
  return { lines, values };
}
