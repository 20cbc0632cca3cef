import { requireFinite, requireOneOf, requireWhole } from '@alexnet/validate';
import { blockSteps, type ConvBlock, type Initialization, type Net } from './net.js';
import { refuseNet } from './refuse-net.js';
import { inputChannels } from './wiring.js';

const caller = 'alexnet';

/**
 * Checks that a network can be built from a description. The constants of normalization and dropout are left
 * to their layers, which check them.
 *
 * @throws RangeError naming the field that is wrong.
 */
export function checkNet(net: Net): void {
  requireWhole('imageSize', net.imageSize, 1, caller);
  if (net.towers !== 1 && net.towers !== 2) refuseNet('towers', '1 or 2', net.towers);
  requireOneOf('activation', net.activation, ['relu', 'tanh'], caller);
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
  requireWhole('pool.poolSize', net.pool.poolSize, 1, caller);
  requireWhole('pool.strides', net.pool.strides, 1, caller);
  requireOneOf('pool.padding', net.pool.padding, ['valid', 'same'], caller);
  if (net.dropout) requireOneOf('dropout.placement', net.dropout.placement, ['outputs', 'inputs'], caller);
}

function checkConv(net: Net, conv: ConvBlock, i: number): void {
  const name = `convs[${i}]`;
  for (const field of ['kernelSize', 'strides', 'groups'] as const) {
    requireWhole(`${name}.${field}`, conv[field], 1, caller);
  }
  const inputs = inputChannels(net, i);
  requireMultiple(`${name}.filters`, conv.filters, net.towers * conv.groups);
  if (inputs % conv.groups !== 0) {
    refuseNet(`${name}.groups`, `a divisor of its ${inputs} input channels`, conv.groups);
  }
  if (conv.padding !== 'overhang') requireWhole(`${name}.padding`, conv.padding, 0, caller);
  checkInitialization(name, conv);
  requireList(`${name}.steps`, conv.steps);
  for (const step of conv.steps) {
    requireOneOf(`${name}.steps`, step, blockSteps, caller);
    if ((step === 'lrn' || step === 'sameMap') && net[step] === null) {
      refuseNet(step, `given if convs[${i}].steps has it`, null);
    }
  }
}

function checkInitialization(name: string, { std, bias }: Initialization): void {
  if (std !== 'fanIn') requireFinite(`${name}.std`, std, 0, caller);
  if (bias !== 'fanIn' && !Number.isFinite(bias))
    refuseNet(`${name}.bias`, "a finite number or 'fanIn'", bias);
}

function requireMultiple(name: string, value: number, unit: number): void {
  requireWhole(name, value, 1, caller);
  if (value % unit !== 0) refuseNet(name, `a multiple of ${unit}, its towers times groups`, value);
}

/** Checks that a group of fields exists: `null` and `undefined` have no fields to name. */
function requireFields(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) refuseNet(name, 'an object', value);
}

function requireList(name: string, value: unknown): void {
  if (!Array.isArray(value)) refuseNet(name, 'a list', value);
}
