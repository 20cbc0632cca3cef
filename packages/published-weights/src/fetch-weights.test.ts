import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FetchWeightsOptions, fetchWeights } from './index.js';

const bytes = randomBytes(300_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const file = `net-${sha256.slice(0, 8)}.pth`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer;
let requests: { url: string; range: string | undefined }[];
let server: Server;
let base: string;
let cache: string;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cache = await mkdtemp(join(tmpdir(), 'alexnet-weights-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(cache, { recursive: true });
});

/** Serves bytes as most servers do, also from a byte on. */
const whole =
  (body: Uint8Array = bytes): Answer =>
  ({ headers: { range } }, response) => {
    const begin = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (begin >= body.length) {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      return;
    }
    response.writeHead(range ? 206 : 200, {
      'content-length': body.length - begin,
      ...(range && { 'content-range': `bytes ${begin}-${body.length - 1}/${body.length}` }),
    });
    response.end(body.subarray(begin));
  };
/** Promises the whole file and ends the connection after some bytes. */
const cutOff =
  (after: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, after), () => response.destroy());
  };
/** The first answer, then the second, ...; the last for all further requests. */
const inTurn =
  (...answers: Answer[]): Answer =>
  (request, response) =>
    (answers[Math.min(requests.length, answers.length) - 1] as Answer)(request, response);
const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end();
  };

const get = (options: FetchWeightsOptions = {}): Promise<string> =>
  fetchWeights(`${base}/models/${file}`, { cache, ...options });
const message = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing was thrown',
    (error: Error) => error.message,
  );

test('a file is fetched once, checked, and taken from the cache from then on', async () => {
  answer = whole();
  const progress: number[] = [];
  const path = await get({ onProgress: ({ done, total }) => progress.push(done, total ?? -1) });
  expect(path).toBe(join(cache, file));
  expect(await readFile(path)).toEqual(bytes);
  expect([progress[0], progress.at(-2), progress.at(-1)]).toEqual([0, bytes.length, bytes.length]);
  expect(await readdir(cache)).toEqual([file]);
  expect(await get()).toBe(path);
  expect(requests).toHaveLength(1);
});

test('a connection that breaks off is made again where it ended', async () => {
  answer = inTurn(cutOff(100_000), whole());
  expect(await readFile(await get())).toEqual(bytes);
  expect(requests.map(({ range }) => range)).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d+-$/)]);
});

test('a download that was given up is resumed by the next call', async () => {
  answer = inTurn(cutOff(200_000), status(404));
  expect(await message(get())).toMatch(/cannot be fetched \(it answers 404 Not Found\)/);
  const [partial] = await readdir(cache);
  expect(partial).toBe(`${file}.partial`);
  const { size } = await stat(join(cache, `${partial}`));
  expect(size).toBeGreaterThan(0);
  answer = whole();
  const progress: number[] = [];
  await get({ onProgress: ({ done }) => progress.push(done) });
  expect(requests.at(-1)?.range).toBe(`bytes=${size}-`);
  expect(progress[0]).toBe(size);
  expect(await readFile(join(cache, file))).toEqual(bytes);
});

test('a server that has no parts of a file, or another part, is asked for all of it', async () => {
  await writeFile(join(cache, `${file}.partial`), bytes.subarray(0, 1000));
  answer = (_, response) => whole()({ headers: {} } as IncomingMessage, response);
  expect(await readFile(await get())).toEqual(bytes);
  await rm(join(cache, file));
  await writeFile(join(cache, `${file}.partial`), bytes.subarray(0, 1000));
  const otherPart: Answer = (_, response) => {
    response.writeHead(206, { 'content-range': `bytes 500-999/${bytes.length}`, 'content-length': 500 });
    response.end(bytes.subarray(500, 1000));
  };
  requests = [];
  answer = inTurn(otherPart, whole());
  expect(await readFile(await get())).toEqual(bytes);
  expect(requests.at(-1)?.range).toBeUndefined();
});

test('a part of another file, or all bytes without their name, do not stay', async () => {
  answer = whole();
  await writeFile(join(cache, `${file}.partial`), randomBytes(1000));
  expect(await readFile(await get())).toEqual(bytes);
  expect(requests.map(({ range }) => range)).toEqual(['bytes=1000-', undefined]);
  await rm(join(cache, file));
  await writeFile(join(cache, `${file}.partial`), bytes);
  await get();
  expect(requests).toHaveLength(2);
});

test('wrong bytes are refused and not kept', async () => {
  answer = whole(randomBytes(5000));
  expect(await message(get())).toMatch(
    new RegExp(
      `^${base}/models/${file} does not have the published ${file}: the SHA-256 of its bytes begins with [0-9a-f]{8}, not ${sha256.slice(0, 8)}; set ALEXNET_WEIGHTS_URL to a mirror that has it\\.$`,
    ),
  );
  expect(await readdir(cache)).toEqual([]);
});

test('a wrong file in the cache is named and never replaced', async () => {
  await writeFile(join(cache, file), 'mine');
  expect(await message(get())).toMatch(/is not the published file: its SHA-256 begins with .*; remove it/);
  expect(String(await readFile(join(cache, file)))).toBe('mine');
});

test('a server that is silent is left, and a slow one is not', async () => {
  const silent: Answer = (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000));
  };
  const slow: Answer = (request, response) => {
    const begin = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    response.writeHead(206, { 'content-range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}` });
    const send = (from: number): void => {
      if (from >= bytes.length) response.end();
      else response.write(bytes.subarray(from, from + 60_000), () => setTimeout(send, 300, from + 60_000));
    };
    send(begin);
  };
  answer = inTurn(silent, slow);
  expect(await readFile(await get({ stallSeconds: 1 }))).toEqual(bytes);
});

test('redirects are followed, and a server that is busy is asked again', async () => {
  const moved: Answer = (_, response) => {
    response.writeHead(302, { location: `/elsewhere/${file}` }).end();
  };
  answer = inTurn(status(503), moved, whole());
  expect(await readFile(await get())).toEqual(bytes);
  expect(requests.map(({ url }) => url)).toEqual([
    `/models/${file}`,
    `/models/${file}`,
    `/elsewhere/${file}`,
  ]);
});

test('without a network, one line says what to fetch and where to put it', async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await message(get())).toBe(
    `${base}/models/${file} cannot be fetched (connect ECONNREFUSED ${base.slice(7)}); try again later, or fetch ${file} by other means and put it into ${cache}.`,
  );
});

test('a name is fetched from the mirror, and a proxy is used', async () => {
  answer = status(404);
  vi.stubEnv('ALEXNET_WEIGHTS_URL', `${base}/mirror`);
  expect(await message(fetchWeights('torchvision', { cache }))).toContain(
    `${base}/mirror/alexnet-owt-7be5be79.pth cannot be fetched (it answers 404 Not Found)`,
  );
  expect(requests).toEqual([{ url: '/mirror/alexnet-owt-7be5be79.pth', range: undefined }]);
  let tunnelled = '';
  server.on('connect', (request, socket) => {
    tunnelled = request.url ?? '';
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  vi.stubEnv('ALEXNET_WEIGHTS_URL', '');
  for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, base);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
  expect(await message(fetchWeights('torchvision', { cache }))).toMatch(
    /^https:\/\/download\.pytorch\.org\/models\/alexnet-owt-7be5be79\.pth cannot be fetched/,
  );
  expect(tunnelled).toBe('download.pytorch.org:443');
});

test('a download can be ended, and keeps what has arrived', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 50_000));
  };
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }): void => {
    if (done === 50_000) stop.abort(new Error('enough'));
  };
  expect(await message(get({ signal: stop.signal, onProgress }))).toBe('enough');
  expect((await stat(join(cache, `${file}.partial`))).size).toBe(50_000);
  expect(await readdir(cache)).toEqual([`${file}.partial`]);
});

test('names, URLs and options that are none are refused', async () => {
  const refused = (name: unknown, options: object = {}): Promise<string> =>
    message(fetchWeights(name as string, { cache, ...options }));
  const rule = 'weights must be torchvision or a URL that begins with http:// or https://';
  expect(await refused('torchvison')).toBe(`${rule}, got 'torchvison'.`);
  expect(await refused(7)).toBe(`${rule}, got 7.`);
  expect(await refused('file:///etc/passwd')).toBe(`${rule}, got 'file:///etc/passwd'.`);
  expect(await refused('https://example.org/alexnet.pth')).toMatch(
    /^the file of https:\/\/example\.org\/alexnet\.pth must have the first digits of its SHA-256 in its name/,
  );
  expect(await refused('torchvision', { mirror: 'ftp://example.org' })).toBe(
    "ALEXNET_WEIGHTS_URL must begin with http:// or https://, got 'ftp://example.org'.",
  );
  expect(await refused('torchvision', { folder: 'x' })).toMatch(/^options must be among/);
  await writeFile(join(cache, 'taken'), '');
  expect(await refused('torchvision', { cache: join(cache, 'taken/weights') })).toMatch(
    /taken\/weights cannot be written \(E\w+\); set ALEXNET_CACHE to a folder that can\.$/,
  );
});
