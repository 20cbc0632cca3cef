import { codeOf, messageOf } from '@alexnet/validate';

/** True in Node and in runtimes that are compatible with it. */
export const inNode: boolean = typeof process !== 'undefined' && Boolean(process.versions?.node);

/**
 * Imports a package that may not be installed.
 *
 * @returns undefined if it is not installed.
 * @throws whatever the package throws while it loads.
 */
export async function importOptional(name: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ name);
  } catch (error) {
    if (isMissing(error, name)) return undefined;
    throw error;
  }
}

/** A package that is installed but lacks one of its own dependencies is broken, not missing. */
function isMissing(error: unknown, name: string): boolean {
  const message = messageOf(error);
  const byNode = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(codeOf(error));
  // Vite replaces an optional peer that is missing by a placeholder with this error
  const byVite = message.includes(`Could not resolve "${name}"`);
  const byBrowser = /module specifier|bare specifier/.test(message); // in Chromium and Safari, in Firefox
  return byVite || byBrowser || (byNode && message.includes(`'${name}'`));
}
