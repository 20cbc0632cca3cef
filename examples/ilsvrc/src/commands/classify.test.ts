import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { command, type Ended, temporaryFolder } from '../testing/alexnet.js';
import { drawPets } from '../testing/draw-pets.js';
import { inProcess } from '../testing/in-process.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

const fixtures = fileURLToPath(new URL('../../../../packages/alexnet-model/fixtures/', import.meta.url));
const torchvision = `${fixtures}torchvision.pth`;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]): string => join(folder.path, ...names);

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawPets(folder.path);
});
afterAll(() => folder.remove());

/** Runs `classify` in this process. */
const classify = (args: string): Promise<Ended> =>
  inProcess(folder.path, `classify ${args} ${command.engine}`);

interface Line {
  image: string;
  error?: string;
  classes?: { label: number; wnid?: string; words: string; probability: number }[];
}
const linesOf = ({ stdout }: Ended): Line[] => stdout.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line

test('weights classify files and folders, a line of JSON an image, most probable class first', async () => {
  const ended = await classify(`pets/val/a/a0.jpg pets/val --weights ${torchvision} --json --top 3`);
  expect(ended.code, ended.stderr).toBe(0);
  const lines = linesOf(ended);
  const names = ['a', 'b'].flatMap((pet) => [0, 1, 2, 3, 4, 5].map((n) => `pets/val/${pet}/${pet}${n}.jpg`));
  expect(lines.map(({ image }) => image)).toEqual(['pets/val/a/a0.jpg', ...names]);
  expect(lines[0]).toEqual(lines[1]);
  for (const { classes = [] } of lines) {
    expect(classes).toHaveLength(3);
    const probabilities = classes.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
  }
  expect(ended.stderr).toMatch(/ {2}13 images, [\d.]+ images\/s\n/);
});

test('an image from a pipe gives the same classes as its file, as a table with bars', async () => {
  const args = `--weights ${torchvision} --top 2 --views 10`;
  const file = await classify(`pets/val/a/a0.jpg ${args}`);
  expect(file.stdout).toMatch(/^pets\/val\/a\/a0\.jpg\n( {2}class \d +█* +\d+\.\d%\n){2}$/);
  const { execFileSync } = await import('node:child_process');
  const piped = execFileSync(
    process.execPath,
    [command.bin, 'classify', '-', ...`${args} ${command.engine}`.split(' ')],
    { cwd: folder.path, input: await readFile(at('pets/val/a/a0.jpg')), stdio: ['pipe', 'pipe', 'ignore'] },
  );
  expect(String(piped).split('\n').slice(1)).toEqual(file.stdout.split('\n').slice(1));
  expect(String(piped)).toMatch(/^-\n/);
});

test('an empty pipe is an image that cannot be read, and Ctrl-C ends the wait for one', async () => {
  const start = (): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [command.bin, 'classify', '-', '--weights', torchvision, ...command.engine.split(' ')]); // biome-ignore format: one line
  const ended = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
    const [code] = await once(child, 'close');
    return { code, stdout: await stdout, stderr: await stderr };
  };
  const [empty, waiting] = [start(), start()];
  const both = Promise.all([ended(empty), ended(waiting)]);
  empty.stdin.end();
  waiting.stderr.on('data', (said) => {
    if (String(said).includes('first layer')) setTimeout(() => waiting.kill('SIGINT'), 100);
  });
  expect(await both).toMatchObject([
    { code: 1, stdout: '-\n  cannot be read: it is empty\n' },
    { code: 1, stdout: '', stderr: expect.stringMatching(/\nalexnet: stopped by SIGINT\.\n$/) },
  ]);
});

test('a run classifies as evaluate does, with the names of its data', async () => {
  await cp(at('pets'), at('animals'), { recursive: true });
  await writeFile(at('animals/words.txt'), 'a\tant, emmet\nb\tbee\n');
  const small = '--width 0.0625 --image-size 64 --batch-size 4 --epochs 1';
  const trained = await inProcess(folder.path, `train --data animals --out run ${small}`);
  expect(trained.code, trained.stderr).toBe(0);
  const evaluated = await inProcess(
    folder.path,
    `evaluate --run run --views 10 --predictions p.jsonl --json ${command.engine}`,
  );
  expect(evaluated.code, evaluated.stderr).toBe(0);
  const expected = (await readFile(at('p.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line
  const ended = await classify('animals/val --run run --views 10 --json');
  expect(ended.code, ended.stderr).toBe(0);
  const lines = linesOf(ended);
  expect(lines).toHaveLength(12);
  for (const [i, { classes = [] }] of lines.entries()) {
    expect(classes.map(({ words }) => words).sort()).toEqual(['ant, emmet', 'bee']);
    for (const { label, probability } of classes) {
      expect(probability).toBeCloseTo(expected[i].probabilities[label], 5);
    }
  }
});

test('a run classifies without its data, and an older one says that it needs the data', async () => {
  const before = await classify('pets/val --run run --views 10 --json');
  await rename(at('animals'), at('animals-elsewhere'));
  await rename(at('data'), at('data-elsewhere'));
  const without = await classify('pets/val --run run --views 10 --json');
  expect([without.code, without.stdout]).toEqual([0, before.stdout]);
  expect(await readdir(folder.path)).not.toContain('data');

  await cp(at('run'), at('older'), { recursive: true });
  await rm(at('older/inputs/mean-image.f32'));
  const damaged = await classify('pets/val --run older');
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toContain(
    `alexnet: ${at('older/inputs/mean-image.f32')} is missing; remove ${at('older/inputs')} to have it read from the run's data again.\n`,
  );
  await rm(at('older/inputs'), { recursive: true });
  const older = await classify('pets/val --run older');
  expect(older.code).toBe(1);
  expect(older.stderr).toContain(
    `alexnet: ${at('older')} was started by an older version, so its mean image and class names are read from its data: ${at('animals')}`,
  );
  await rename(at('animals-elsewhere'), at('animals'));
  await rename(at('data-elsewhere'), at('data'));
  const found = await classify('pets/val --run older --views 10 --json');
  expect([found.code, found.stdout]).toEqual([0, before.stdout]);
});

test('the names of the classes go with exported and imported weights', async () => {
  const exported = await inProcess(
    folder.path,
    `export --run run --format tfjs --out exported ${command.engine}`,
  );
  expect([exported.code, exported.stdout]).toEqual([
    0,
    expect.stringContaining('\n  classes: a, b\n  names: ant, bee\n'),
  ]);
  const checkpoints = at('run/checkpoints');
  const [checkpoint = ''] = await readdir(checkpoints);
  const imported = await inProcess(folder.path, `import exported --out again --json ${command.engine}`);
  expect(JSON.parse(imported.stdout).classNames).toEqual(['ant, emmet', 'bee']);
  for (const weights of ['exported', 'again', join(checkpoints, checkpoint)]) {
    const ended = await classify(`pets/val/a/a0.jpg --weights ${weights} --json`);
    expect(ended.code, ended.stderr).toBe(0);
    const words = linesOf(ended)[0]?.classes?.map(({ wnid, words }) => `${wnid}: ${words}`);
    expect(words?.sort()).toEqual(['a: ant, emmet', 'b: bee']);
  }
  const ofRun = await classify('pets/val/a/a0.jpg --weights run');
  expect([ofRun.code, ofRun.stderr]).toEqual([
    1,
    expect.stringContaining(
      'alexnet: run is the folder of a run; its weights are run/checkpoints/step-<n>.\n',
    ),
  ]);
  const renamed = await inProcess(
    folder.path,
    `import exported --out renamed --class-order pets --json ${command.engine}`,
  );
  expect(JSON.parse(renamed.stdout)).toMatchObject({ classOrder: ['a', 'b'], classNames: ['a', 'b'] });
});

test("folders that are called by WordNet IDs have ImageNet's words, in training and evaluation too", async () => {
  for (const split of ['train', 'val']) {
    await cp(at(`pets/${split}/a`), at(`nette/${split}/n01440764`), { recursive: true });
    await cp(at(`pets/${split}/b`), at(`nette/${split}/n03888257`), { recursive: true });
  }
  const words = ['n01440764: tench, Tinca tinca', 'n03888257: parachute, chute'];
  const shown = async (args: string): Promise<string[]> => {
    const ended = await classify(`pets/val/a/a0.jpg ${args} --json`);
    expect(ended.code, ended.stderr).toBe(0);
    return linesOf(ended).flatMap(({ classes = [] }) => classes.map(({ wnid, words }) => `${wnid}: ${words}`)).sort(); // biome-ignore format: one line
  };
  const tiny = '--width 0.03125 --image-size 64';
  const trained = await inProcess(
    folder.path,
    `train --data nette --out nette-run ${tiny} --batch-size 4 --max-steps 1 ${command.engine}`,
  );
  expect(trained.code, trained.stderr).toBe(0);
  expect(await shown('--run nette-run')).toEqual(words);
  const evaluated = await inProcess(
    folder.path,
    `evaluate --run nette-run --predictions nette.npy ${command.engine}`,
  );
  const names = / 6 images {2}tench\n.* 6 images {2}parachute\n|parachute\n.* {2}tench\n/;
  expect([evaluated.code, evaluated.stdout]).toEqual([0, expect.stringMatching(names)]);
  const saved = await inProcess(folder.path, 'evaluate --from nette.npy');
  expect([saved.code, saved.stdout]).toEqual([0, expect.stringMatching(names)]);

  const fresh = `export --preset torchvision --classes 2 ${tiny} --format tfjs --out fresh ${command.engine}`;
  expect((await inProcess(folder.path, fresh)).code).toBe(0);
  expect(await shown('--weights fresh --data nette')).toEqual(words);
  expect(await shown('--weights fresh --class-order nette')).toEqual(words);
});

test('exported weights classify as their run does: views are cut out of the same square', async () => {
  const args = '--preset torchvision --width 0.03125 --image-size 64 --batch-size 4 --max-steps 1';
  const trained = await inProcess(folder.path, `train --data pets --out squares ${args} ${command.engine}`);
  expect(trained.code, trained.stderr).toBe(0);
  const exported = await inProcess(
    folder.path,
    `export --run squares --format safetensors --out squares.safetensors ${command.engine}`,
  );
  expect(exported.stdout).toContain(', cut out of a square of 256 px\n');
  const ofRun = await classify('pets/val --run squares --json');
  for (const weights of ['squares.safetensors', 'squares/checkpoints/step-00000001']) {
    const ofWeights = await classify(`pets/val --weights ${weights} --json`);
    expect([ofWeights.code, ofWeights.stdout]).toEqual([0, ofRun.stdout]);
  }

  await inProcess(folder.path, 'prepare --data pets --out small-pets --size 96');
  const evaluated = await inProcess(
    folder.path,
    `evaluate --weights squares.safetensors --data small-pets --views 1 ${command.engine}`,
  );
  expect([evaluated.code, evaluated.stderr]).toEqual([
    0,
    expect.stringContaining(
      '  squares.safetensors: its views were cut out of squares of 256 px, but those of small-pets have 96, so objects appear at another scale\n',
    ),
  ]);
});

test('images that cannot be read are named, and the others go on', async () => {
  await mkdir(at('mixed'));
  await cp(at('pets/val/a/a0.jpg'), at('mixed/a.jpg'));
  await writeFile(at('mixed/broken.jpg'), 'no image');
  await writeFile(at('mixed/notes.txt'), 'none either');
  const whole = await readFile(at('mixed/a.jpg'));
  await writeFile(at('mixed/cut.jpg'), whole.subarray(0, whole.length / 2));
  await writeFile(at('mixed/empty.png'), '');
  await writeFile(at('mixed/large.jpg'), whole);
  await truncate(at('mixed/large.jpg'), 2 ** 28 + 1); // a hole, which takes no space
  const ended = await classify(`nothing.jpg mixed --weights ${torchvision} --json`);
  expect(ended.code).toBe(1);
  expect(linesOf(ended)).toMatchObject([
    { image: 'nothing.jpg', error: 'there is no such file' },
    { image: 'mixed/a.jpg', classes: expect.any(Array) },
    { image: 'mixed/broken.jpg', error: 'it is not a JPEG, PNG, GIF, WebP, TIFF or AVIF' },
    { image: 'mixed/cut.jpg', error: 'VipsJpeg: premature end of JPEG image' },
    { image: 'mixed/empty.png', error: 'it is empty' },
    { image: 'mixed/large.jpg', error: 'it has more than 256 MiB' },
  ]);
  expect(ended.stderr).toContain('  mixed: left out: 1 file that is not an image (.txt)\n');
  expect(ended.stderr).toContain('alexnet: 5 images of 6 could not be read.\n');
});

test('every kind of image is read, of any size, as its first frame and without its transparency', async () => {
  await mkdir(at('kinds'));
  const image = sharp(at('pets/val/a/a0.jpg'));
  await writeFile(at('kinds/0.png'), await image.clone().png().toBuffer());
  await image.clone().gif({ colours: 256 }).toFile(at('kinds/1.gif'));
  await image.clone().webp({ lossless: true }).toFile(at('kinds/2.webp'));
  await image.clone().tiff({ compression: 'none' }).toFile(at('kinds/3.tiff'));
  await image.clone().ensureAlpha(0.2).png().toFile(at('kinds/4.png'));
  await image.clone().toColourspace('rgb16').png().toFile(at('kinds/5.png'));
  await image.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toFile(at('kinds/6.jpg'));
  await image.clone().greyscale().jpeg().toFile(at('kinds/7.jpg'));
  await sharp({ create: { width: 1, height: 1, channels: 3, background: '#a42' } }).png().toFile(at('kinds/8.png')); // biome-ignore format: one line
  await sharp({ create: { width: 1, height: 3000, channels: 3, background: '#a42' } }).png().toFile(at('kinds/9.png')); // biome-ignore format: one line
  const ended = await classify(`kinds --weights ${torchvision} --json`);
  expect(ended.code, ended.stderr).toBe(0);
  const outputs = linesOf(ended).map(({ classes = [] }) =>
    classes.sort((a, b) => a.label - b.label).map(({ probability }) => probability),
  );
  const [png = [], ...others] = outputs;
  const near = (digits: number): unknown[] => png.map((value) => expect.closeTo(value, digits));
  for (const exact of [1, 2, 3, 4]) expect(others[exact]).toEqual(near(2));
  expect(others[5]).toEqual(near(1)); // CMYK cannot hold every colour
  expect(others[7]).toEqual(others[8]); // one colour, whatever its shape
});

test('--top beyond the number of classes prints all of them and says so', async () => {
  const ended = await classify(`pets/val/a/a0.jpg --weights ${torchvision} --json --top 5000`);
  expect(linesOf(ended)[0]?.classes).toHaveLength(6);
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('  --top 5000: there are 6 classes, and all are printed\n')]); // biome-ignore format: one line
});

test('weights of 1000 classes have the names of ImageNet, and others those of --data', async () => {
  const whole = await inProcess(
    folder.path,
    `export --preset torchvision --width 0.03125 --image-size 64 --format tfjs --out thousand ${command.engine}`,
  );
  expect(whole.code, whole.stderr).toBe(0);
  const ended = await classify('pets/val/a/a0.jpg --weights thousand --class-order sorted --json --top 1000');
  expect(ended.code, ended.stderr).toBe(0);
  const [{ classes = [] } = {}] = linesOf(ended) as [Line];
  expect(classes.find(({ label }) => label === 207)).toMatchObject({
    wnid: 'n02099601',
    words: 'golden retriever',
  });
  const wrong = await classify(`pets/val/a/a0.jpg --weights ${torchvision} --data pets`);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/--data has 2 classes, but the weights have \d+ outputs\./);
  const other = await classify('pets/val/a/a0.jpg --weights thousand --data pets --class-order sorted');
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('--data has 2 classes')]);
});

test('published weights are fetched once, from a server whose file has their hash in its name', async () => {
  const bytes = await readFile(torchvision);
  const file = `net-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.pth`;
  let requests = 0;
  const server: Server = createServer((request, response) => {
    requests++;
    if (request.url === `/${file}`) response.end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('ALEXNET_CACHE', at('cache'));
  try {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [first, second] = [
      await classify(`pets/val/a/a0.jpg --weights ${base}/${file} --json`),
      await classify(`pets/val/a/a0.jpg --weights ${base}/${file} --json`),
    ];
    expect(first.code, first.stderr).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).toBe((await classify(`pets/val/a/a0.jpg --weights ${torchvision} --json`)).stdout);
    expect([requests, await readdir(at('cache'))]).toEqual([1, [file]]);
    vi.stubEnv('ALEXNET_WEIGHTS_URL', base);
    const missing = await inProcess(folder.path, `import torchvision --out imported ${command.engine}`);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(
      `alexnet: ${base}/alexnet-owt-7be5be79.pth cannot be fetched (it answers 404 Not Found); try again later, or fetch alexnet-owt-7be5be79.pth by other means and put it into ${at('cache')}.\n`,
    );
    expect(await readdir(folder.path)).not.toContain('imported');
  } finally {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  }
});

test('what cannot be is refused before anything is computed', async () => {
  await mkdir(at('empty'));
  const image = 'pets/val/a/a0.jpg';
  for (const [args, message] of [
    ['', "missing required argument 'images'"],
    ['empty', 'empty holds no images.'],
    [`- - --weights ${torchvision}`, '- can be given only once.'],
    [`${image} --run run --weights x`, 'choose what classifies with either --run or --weights, not both.'],
    [`${image} --run run --mean 1,2,3`, '--mean requires --weights; a run has its own.'],
    [`${image} --views 3`, 'It must be 1 or 10.'],
    [`${image} --top 0`, 'It must be a whole number >= 1.'],
    [`${image} --weights x --data-folder d`, '--data-folder applies to runs only; weights need no data.'],
    [`${image} --run nowhere`, 'nowhere does not exist; --run must be the folder of a run.'],
    [`${image} --run pets`, 'pets is not a run folder: events.jsonl is missing.'],
    [
      image,
      'there is no run in runs/; choose what classifies with --run or, as published weights, --weights torchvision.',
    ],
  ] as const) {
    const { code, stderr, stdout } = await classify(args);
    expect([args, code, stdout]).toEqual([args, 2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('backend');
  }
});
