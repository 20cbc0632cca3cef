import { requireFinite, requireOneOf, requireWhole } from '@alexnet/validate';
import { blockSteps, type ConvBlock, type Initialization, type Net } from './net.js';
import { refuseNet } from './refuse-net.js';
import { inputChannels } from './wiring.js';

const of = 'alexnet';

/**
 * Refuses a net that cannot be built, by the name of its field. The constants of normalization and dropout are
 * checked by their layers.
 *
 * @throws RangeError
 */
export function checkNet(net: Net): void {
  requireWhole('imageSize', net.imageSize, 1, of);
  if (net.towers !== 1 && net.towers !== 2) refuseNet('towers', '1 or 2', net.towers);
  requireOneOf('activation', net.activation, ['relu', 'tanh'], of);
  requireList('convs', net.convs);
  requireList('dense', net.dense);
  requireFields('output', net.output);
  requireFields('pool', net.pool);
  net.convs.forEach((conv, i) => {
    requireFields(`convs[${i}]`, conv);
    checkConv(net, conv, i);
  });
  net.dense.forEach((block, i) => {
    const name = `dense[${i}]`;
    requireFields(name, block);
    const { units, ...initialization } = block;
    requireMultiple(`${name}.units`, units, net.towers);
    checkInitialization(name, initialization);
  });
  checkInitialization('output', net.output);
  requireWhole('pool.poolSize', net.pool.poolSize, 1, of);
  requireWhole('pool.strides', net.pool.strides, 1, of);
  requireOneOf('pool.padding', net.pool.padding, ['valid', 'same'], of);
  if (net.dropout) requireOneOf('dropout.placement', net.dropout.placement, ['outputs', 'inputs'], of);
}

function checkConv(net: Net, conv: ConvBlock, i: number): void {
  const name = `convs[${i}]`;
  for (const field of ['kernelSize', 'strides', 'groups'] as const) {
    requireWhole(`${name}.${field}`, conv[field], 1, of);
  }
  const inputs = inputChannels(net, i);
  requireMultiple(`${name}.filters`, conv.filters, net.towers * conv.groups);
  if (inputs % conv.groups !== 0) {
    refuseNet(`${name}.groups`, `a divisor of its ${inputs} input channels`, conv.groups);
  }
  if (conv.padding !== 'overhang') requireWhole(`${name}.padding`, conv.padding, 0, of);
  checkInitialization(name, conv);
  requireList(`${name}.steps`, conv.steps);
  for (const step of conv.steps) {
    requireOneOf(`${name}.steps`, step, blockSteps, of);
    if ((step === 'lrn' || step === 'sameMap') && net[step] === null) {
      refuseNet(step, `given where convs[${i}].steps has it`, null);
    }
  }
}

function checkInitialization(name: string, { std, bias }: Initialization): void {
  if (std !== 'fanIn') requireFinite(`${name}.std`, std, 0, of);
  if (bias !== 'fanIn' && !Number.isFinite(bias))
    refuseNet(`${name}.bias`, "a finite number or 'fanIn'", bias);
}

function requireMultiple(name: string, value: number, unit: number): void {
  requireWhole(name, value, 1, of);
  if (value % unit !== 0) refuseNet(name, `a multiple of ${unit}, its towers times groups`, value);
}

/** A group of fields; `null` and `undefined` have none to name. */
function requireFields(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) refuseNet(name, 'an object', value);
}

function requireList(name: string, value: unknown): void {
  if (!Array.isArray(value)) refuseNet(name, 'a list', value);
}
