// The programs of a package's README, and what the README says that they print.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @returns `install`: what the README has npm install; `programs`: its ```js blocks, each with the `package`, an `id` of
 *   its own, the `code`, and what it has to print: the comments behind a `console.log`, and those of a whole line after
 *   one, but for hints, which begin with 'or:'.
 */
export async function readReadme(name, folder) {
  const text = await readFile(join(folder, 'README.md'), 'utf8');
  const install = /^npm install ([^#\n]+)/m.exec(text)?.[1]?.trim().split(/\s+/);
  const blocks = Array.from(text.matchAll(/^```js\n([\s\S]*?)^```/gm), ([, code]) => code);
  if (!install || blocks.length === 0)
    throw new Error(`${folder}/README.md has no npm install line or no js block.`);
  const programs = blocks.map((code, i) => ({
    package: name,
    id: name.replace('@alexnet/', '') + (i === 0 ? '' : `-${i + 1}`),
    code,
    promised: promisedOutput(code),
  }));
  return { install, programs };
}

function promisedOutput(code) {
  const promised = [];
  let hasPrinted = false;
  for (const line of code.split('\n')) {
    const prints = line.includes('console.log(');
    const comment = (prints ? /^.*?\s\/\/ (.*)$/ : /^\/\/ (?!or:)(.*)$/).exec(line)?.[1];
    hasPrinted ||= prints;
    if (hasPrinted && comment !== undefined) promised.push(comment);
  }
  return promised.join('\n');
}

/** Text without its spacing and quotes, since Node and browsers show values differently. */
const plain = (text) => text.replace(/[\s'"]/g, '');

/** Says what is wrong with `output`, that of the program, beside what its README promises; undefined if nothing. */
export function differsFromReadme({ promised }, output) {
  if (plain(output) === '') return 'it printed nothing';
  if (plain(output) === plain(promised)) return undefined;
  return `its README says\n${promised}\nand it printed\n${output.trimEnd()}`;
}

/** The same program for CommonJS: imports become `require`, the rest an async function, since there `await` has to be in one. */
export function asCommonJs(code) {
  const body = code
    .replace(/^import \* as (\w+) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(
      /^import (\{[^}]*\}) from ('[^']+');$/gm,
      (_, names, from) => `const ${names.replaceAll(' as ', ': ')} = require(${from});`,
    )
    .replace(/^import ('[^']+');$/gm, 'require($1);');
  return `(async () => {\n${body}})();\n`;
}
