import type { ConvBlock, Initialization, Net } from './net.js';
import { refuse, requireOneOf, requirePositive, requireWhole } from './require.js';

/**
 * Refuses a net that cannot be built, by the name of its field. The constants of normalization and dropout are
 * checked by their layers.
 *
 * @throws RangeError
 */
export function checkNet(net: Net): void {
  requireWhole('imageSize', net.imageSize, 1);
  requireOneOf('towers', net.towers, [1, 2]);
  requireOneOf('activation', net.activation, ['relu', 'tanh']);
  requireList('convs', net.convs);
  requireList('dense', net.dense);
  net.convs.forEach((conv, i) => {
    checkConv(net, conv, i);
  });
  net.dense.forEach(({ units, ...initialization }, i) => {
    const name = `dense[${i}]`;
    requireMultiple(`${name}.units`, units, net.towers);
    checkInitialization(name, initialization);
  });
  checkInitialization('output', net.output);
  requireWhole('pool.poolSize', net.pool.poolSize, 1);
  requireWhole('pool.strides', net.pool.strides, 1);
  requireOneOf('pool.padding', net.pool.padding, ['valid', 'same']);
  if (net.dropout) requireOneOf('dropout.placement', net.dropout.placement, ['outputs', 'inputs']);
}

function checkConv(net: Net, conv: ConvBlock, i: number): void {
  const name = `convs[${i}]`;
  for (const field of ['kernelSize', 'strides', 'groups'] as const) {
    requireWhole(`${name}.${field}`, conv[field], 1);
  }
  const inputs = net.convs[i - 1]?.filters ?? 3;
  const inputTowers = i === 0 || conv.readsAllTowers ? 1 : net.towers;
  requireMultiple(`${name}.filters`, conv.filters, net.towers * conv.groups);
  if ((inputs / inputTowers) % conv.groups !== 0) {
    refuse(`${name}.groups`, `a divisor of its ${inputs / inputTowers} input channels`, conv.groups);
  }
  if (conv.padding !== 'overhang') requireWhole(`${name}.padding`, conv.padding, 0);
  checkInitialization(name, conv);
  requireList(`${name}.steps`, conv.steps);
  for (const step of conv.steps) {
    requireOneOf(`${name}.steps`, step, ['activation', 'lrn', 'sameMap', 'pool']);
    if ((step === 'lrn' || step === 'sameMap') && net[step] === null) {
      refuse(step, `given where convs[${i}].steps has it`, null);
    }
  }
}

function checkInitialization(name: string, { std, bias }: Initialization): void {
  if (std !== 'fanIn') requirePositive(`${name}.std`, std);
  if (bias !== 'fanIn' && !Number.isFinite(bias)) refuse(`${name}.bias`, "a finite number or 'fanIn'", bias);
}

function requireMultiple(name: string, value: number, of: number): void {
  requireWhole(name, value, 1);
  if (value % of !== 0) refuse(name, `a multiple of ${of}, its towers times groups`, value);
}

function requireList(name: string, value: unknown): void {
  if (!Array.isArray(value)) refuse(name, 'a list', value);
}
