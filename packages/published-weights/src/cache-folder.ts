import * as os from 'node:os';
import * as path from 'node:path';

/**
 * The folder that keeps fetched weights: `ALEXNET_CACHE`, or else `alexnet` in the platform's folder for caches
 * (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on macOS; `%LOCALAPPDATA%` on Windows).
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.ALEXNET_CACHE) return path.resolve(env.ALEXNET_CACHE);
  return path.join(platformCaches(env, platform), 'alexnet');
}

function platformCaches(
  { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const home = os.homedir();
  if (platform === 'win32') return local || path.join(home, 'AppData', 'Local');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches');
  return xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'); // XDG: a relative path is ignored
}
