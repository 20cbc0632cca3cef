import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { importWeights } from '../../index.js';
import { expectedLogits, logitsOfFixture } from '../fixtures.test-data.js';
import { edited, renamed, text } from './edited-pickle.test-data.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const beside = (key: string, other: string) => (pickle: string) =>
  `\x80\x02}(${text('other')}${other}${text(key)}${pickle.slice(2)}u`;
/** Texts as Python 2 wrote them. */
const python2 = (pickle: string): string =>
  pickle.replace(/X(.)\0\0\0/gs, (_, length: string) => `U${length}`);
/** Before PyTorch 0.4, tensors had neither requires_grad nor hooks. */
const beforeV2 = (pickle: string): string =>
  pickle.replaceAll('_rebuild_tensor_v2\n', '_rebuild_tensor\n').replace(/\x89h\0\)R(?:q.|r....)t/gs, 't');

const prefixed = (prefix: string) => renamed((name) => prefix + name);

test.each([
  ['features.module.0', renamed((name) => name.replace('features.', 'features.module.'))],
  ['features.0._orig_mod', renamed((name) => name.replace(/\.(?=\w+$)/, '._orig_mod.'))],
  ['features.0._orig_mod in one layer', renamed((name) => name.replace('features.3.', 'features.3._orig_mod.'))],
  ['_orig_mod.module.features.0', prefixed('_orig_mod.module.')],
  ['model.module.features.0', prefixed('model.module.')],
  ['net.features.0', prefixed('net.')],
  ['backbone.features.0', prefixed('backbone.')],
])('a net whose layers are named as in %s is recognized', async (_, edit) => {
  const { model, preprocessing } = await importWeights(edited(edit));
  expectAllClose(logitsOfFixture(model, 'legacy.pth'), expectedLogits['legacy.pth']?.logits ?? [], 1e-4);
  expect(preprocessing).toMatchObject({ mean: [123.675, 116.28, 103.53] });
  model.dispose();
}); // biome-ignore format: a table

test.each([
  ['texts of Python 2', python2],
  ['the tensors of PyTorch before 0.4', beforeV2],
  ['both', (pickle: string) => python2(beforeV2(pickle))],
  ['an argparse.Namespace beside it', beside('model', `cargparse\nNamespace\n)\x81}${text('epochs')}K\x5asb`)],
  ['a collections.Counter beside it', beside('state_dict', 'ccollections\nCounter\n}K\x1eK\x01s\x85R')],
  ['a NumPy scalar beside it', beside('state_dict', `cnumpy.core.multiarray\nscalar\n${text('f8')}${text('\xff\xfe')}\x86R`)],
  ['an object of Python 2 beside it', beside('state_dict', `(cutils\nAverageMeter\no}${text('sum')}K\x01sb`)],
  ['a class of protocol 0 beside it', beside('state_dict', '(iutils\nAverageMeter\n(dS\'sum\'\nI01\nsb')],
  ['a call of os.system beside it, which is not called', beside('state_dict', `cos\nsystem\n${text('exit 1')}\x85R`)],
])('a state dict with %s is read', async (_, edit) => {
  const { model } = await importWeights(edited(edit));
  expectAllClose(logitsOfFixture(model, 'legacy.pth'), expectedLogits['legacy.pth']?.logits ?? [], 1e-4);
  model.dispose();
}); // biome-ignore format: a table
