// The programs of a package's README, and the output that the README shows.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @returns `install`: the packages that the README installs; `programs`: its ```js blocks, each with the `package`, a unique
 *   `id`, the `code`, and the promised output. That is the comments at the end of a `console.log` and the whole-line comments
 *   after one, except hints, which begin with 'or:'.
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

/** Text without spacing and quotes, since Node and browsers print values differently. */
const plain = (text) => text.replace(/[\s'"]/g, '');

/** Says how the program's `output` differs from its README; undefined if it does not. */
export function differsFromReadme({ promised }, output) {
  if (plain(output) === '') return 'it printed nothing';
  if (plain(output) === plain(promised)) return undefined;
  return `its README says\n${promised}\nand it printed\n${output.trimEnd()}`;
}

/** The same program for CommonJS: imports become `require`, the rest an async function, in which `await` is allowed. */
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
