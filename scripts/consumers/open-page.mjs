// Serves a page on a port of this machine and opens it in a headless Chromium, which posts its results back.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { run } from './pack.mjs';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const TIMEOUT_MS = 120_000;

/** Answers requests with the files of a folder. */
export const filesIn = (folder) => async (url) => {
  const path = normalize(new URL(url, 'http://page').pathname);
  const file = path === '/' ? '/index.html' : path;
  const body = await readFile(join(folder, file)).catch(() => undefined);
  return { status: body ? 200 : 404, type: types[extname(file)] ?? 'text/plain', body };
};

/**
 * @param answer returns the status, the type and the body for a requested path.
 * @returns what the page posted to /results, and the browser's version.
 */
export async function openPage(chromium, answer) {
  let deliver;
  const delivered = new Promise((resolve) => {
    deliver = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      deliver(JSON.parse(await text(request)));
      return response.end();
    }
    const { status, type, body } = await answer(request.url);
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = await mkdtemp(join(tmpdir(), 'alexnet-chromium-'));
  const flags = [
    '--headless=new',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    `--user-data-dir=${profile}`,
  ];
  if (process.getuid?.() === 0) flags.push('--no-sandbox'); // Chromium refuses root otherwise
  const browser = spawn(chromium, [...flags, `http://127.0.0.1:${server.address().port}/`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = new Promise((resolve) => browser.once('close', resolve));
  let said = '';
  browser.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  let timer;
  try {
    const failed = new Promise((_, reject) => {
      const fail = (why) => reject(new Error(`${chromium} ${why}: ${said}`));
      timer = setTimeout(() => fail(`sent no results in ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
      browser.once('error', (error) => fail(error.message));
      browser.once('exit', (code) => fail(`ended with ${code}`));
    });
    const results = await Promise.race([delivered, failed]);
    const { stdout } = await run(chromium, ['--version'], profile);
    return { results, version: stdout.trim() };
  } finally {
    clearTimeout(timer);
    browser.kill();
    await closed;
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
