// The first program of a package's README, and what the README says that it prints.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @returns `install`: what the README has npm install; `code`: its first ```js block; `promised`: the comments of that
 *   block; `printed`: those of them that stand behind a `console.log`.
 */
export async function readmeExample(folder) {
  const text = await readFile(join(folder, 'README.md'), 'utf8');
  const install = /^npm install ([^#\n]+)/m.exec(text)?.[1]?.trim().split(/\s+/);
  const code = /^```js\n([\s\S]*?)^```/m.exec(text)?.[1];
  if (!install || !code) throw new Error(`${folder}/README.md has no npm install line or no js block.`);
  const comments = Array.from(code.matchAll(/^(.*?)(?:^|\s)\/\/ (.*)$/gm), ([, before, comment]) => ({
    before,
    comment,
  }));
  return {
    install,
    code,
    promised: comments.map(({ comment }) => comment),
    printed: comments.filter(({ before }) => before.includes('console.log(')).map(({ comment }) => comment),
  };
}

/** Text without its spacing and quotes, since Node and browsers show values differently. */
const plain = (text) => text.replace(/[\s'"]/g, '');

/** Says what is wrong with `lines`, the output of the example, beside what its README promises; undefined if nothing. */
export function differsFromReadme({ promised, printed }, lines) {
  const all = plain(promised.join(''));
  const output = plain(lines.join(''));
  let from = 0;
  for (const line of lines) {
    const at = all.indexOf(plain(line), from);
    if (at < 0) return `it printed '${line}', of which its README knows nothing`;
    from = at + plain(line).length;
  }
  const missing = printed.find((comment) => !output.includes(plain(comment)));
  if (missing !== undefined) return `its README says '${missing}', and it printed: ${lines.join(' | ')}`;
  if (lines.length === 0) return 'it printed nothing';
  return undefined;
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
