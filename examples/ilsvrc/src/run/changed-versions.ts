/** The versions that determine the order of summation, and so the last bits of a run's results. */
const names = ['backend', 'oneDNN', 'threads', 'devices', 'tensorflowjs', 'processor'];

/**
 * The differences between two records of `versions` that affect the last bits. A run without `devices` used
 * one.
 */
export function changedVersions(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { name: string; before: string; after: string }[] {
  const versionOf = (versions: Readonly<Record<string, string>>, name: string): string =>
    versions[name] ?? (name === 'devices' ? 'one' : 'unknown');
  return names
    .map((name) => ({ name, before: versionOf(before, name), after: versionOf(after, name) }))
    .filter((change) => change.before !== change.after);
}
