/** The versions that determine the order of summation, and so the last bits of a run's results. */
const names = ['backend', 'oneDNN', 'threads', 'precision', 'devices', 'tensorflowjs', 'processor'];

/** What a record that does not name one of them means. */
const defaults: Readonly<Record<string, string>> = { devices: 'one', precision: 'float32' };

/**
 * The differences between two records of `versions` that affect the last bits.
 */
export function changedVersions(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { name: string; before: string; after: string }[] {
  const versionOf = (versions: Readonly<Record<string, string>>, name: string): string =>
    versions[name] ?? defaults[name] ?? 'unknown';
  return names
    .map((name) => ({ name, before: versionOf(before, name), after: versionOf(after, name) }))
    .filter((change) => change.before !== change.after);
}
