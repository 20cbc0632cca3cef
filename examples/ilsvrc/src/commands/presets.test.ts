import { describe, expect, test } from 'vitest';
import { alexnet, type Ended } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

const run = (args: string): Promise<Ended> => inProcess('.', `presets ${args}`);

describe('alexnet presets', () => {
  test('lists every preset with its parameters', async () => {
    const { code, stdout, stderr } = await alexnet('.', 'presets');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trim().split('\n').map((line) => line.split(/\s{2,}/)); // biome-ignore format: one line
    expect(lines.map(([name, parameters]) => `${name} ${parameters}`)).toEqual([
      'preset parameters',
      'paper 60,965,224',
      'original2012 60,965,224',
      'oneGpu 59,798,312',
      'paperConv6 61,555,304',
      'nonOverlapping 60,965,224',
      'noLrn 60,965,224',
      'oneWeirdTrick 61,100,840',
      'caffe 60,965,224',
      'torchvision 61,100,840',
    ]);
  });

  test('shows one with the units of Figure 2 and the source of every value', async () => {
    const { code, stdout } = await run('paper');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^conv1 +55 x 55 x 96 +290,400 +34,944$/m);
    expect(stdout).toMatch(/^conv3\.readsAllTowers +yes +paper sec\. 3\.2, 3\.5$/m);
    expect(stdout).toMatch(/^training\.momentum +0\.9 +paper sec\. 5$/m);
    expect(stdout).toMatch(/^sameMap +none +paper sec\. 3\.3: names no other$/m);
    expect(stdout).toMatch(/^original +the original program of 2012, https/m);
  });

  test('shows the differences between two, each value with its source', async () => {
    const { code, stdout } = await run('paper original2012');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    const row = lines.indexOf('conv3.std');
    expect(lines[row + 1]).toMatch(/^ {2}paper +0\.01 +paper sec\. 5$/);
    expect(lines[row + 2]).toMatch(/^ {2}original2012 +0\.03 +original layers\/layers-145\.cfg: initW$/);
    expect(stdout).toMatch(
      /^training\.schedule\.conv1\[1\]\.epoch\n {2}paper +-\n {2}original2012 +72 +original layers.+$/m,
    );
    expect(stdout).not.toContain('momentum');
  });

  test('prints each as JSON', async () => {
    const list = await run('--json');
    const one = await run('caffe --json');
    const two = await run('paper caffe --json');
    expect(JSON.parse(list.stdout)[1]).toMatchObject({ name: 'original2012', parameters: 60_965_224 });
    expect(JSON.parse(one.stdout).fields[0]).toEqual({
      path: 'net.imageSize',
      value: 227,
      source: 'caffe models/bvlc_alexnet/train_val.prototxt: crop_size',
    });
    expect(JSON.parse(two.stdout).differences[0]).toMatchObject({
      path: 'net.imageSize',
      a: { value: 224, source: 'paper sec. 3.5' },
      b: { value: 227 },
    });
  });

  test('says that a preset is the same as itself', async () => {
    expect((await run('paper paper')).stdout).toBe('paper and paper are the same.\n');
  });

  test.each(['alex', 'paper alex', 'toString'])('refuses an unknown name: %s', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    const name = args.split(' ').at(-1);
    expect(stderr).toBe(
      `alexnet: unknown preset '${name}'; choose one of paper, original2012, oneGpu, paperConv6, nonOverlapping, noLrn, oneWeirdTrick, caffe, torchvision.\n`,
    );
  });

  test('refuses a third name', async () => {
    expect((await run('paper caffe noLrn')).code).toBe(2);
  });
});
