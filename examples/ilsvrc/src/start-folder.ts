import { dirname } from 'node:path';

/**
 * The folder that relative paths of the command line start at: where the user stands.
 *
 * npm runs a script in the folder of its package.json, and names the user's folder in INIT_CWD. Programs that
 * the script starts inherit INIT_CWD, so it counts only for a script of this repository and in the folder npm
 * chose.
 */
export function startFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  const { INIT_CWD, npm_package_name, npm_package_json } = env;
  if (!INIT_CWD || !npm_package_json || npm_package_name !== 'alexnet-monorepo') return cwd;
  return cwd === dirname(npm_package_json) ? INIT_CWD : cwd;
}
