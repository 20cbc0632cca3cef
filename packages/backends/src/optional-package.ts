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
    return await import(/* @vite-ignore */ name);
  } catch (error) {
    if (isMissing(error, name)) return undefined;
    throw error;
  }
}

/** A package that is installed but lacks one of its own dependencies is broken, not missing. */
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const byNode = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  // Vite replaces an optional peer that is missing by a placeholder with this error
  const byVite = error.message.includes(`Could not resolve "${name}"`);
  return byVite || (byNode && error.message.includes(`'${name}'`));
}
