/** What two runs of the same settings may differ by in their last bits: by which they sum, in which order. */
const names = ['backend', 'oneDNN', 'threads', 'devices', 'tensorflowjs', 'processor'];

/** Those of them that are not the same, as `versions` has them; a run without devices is on one. */
export function changedVersions(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { name: string; before: string; after: string }[] {
  const of = (versions: Readonly<Record<string, string>>, name: string): string =>
    versions[name] ?? (name === 'devices' ? 'one' : 'unknown');
  return names
    .map((name) => ({ name, before: of(before, name), after: of(after, name) }))
    .filter((change) => change.before !== change.after);
}
