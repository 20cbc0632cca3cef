import { expect, test, vi } from 'vitest';

test('two containers with one disk, whose processes have the same ID, write to different partial files', async () => {
  const { partialPath } = await import('./partial-path.js');
  vi.resetModules();
  const other = await import('./partial-path.js');
  const name = /^report\.html\.\d+-[0-9a-f]{8}\.partial$/;
  expect(partialPath('report.html')).toMatch(name);
  expect(other.partialPath('report.html')).toMatch(name);
  expect(partialPath('report.html')).toBe(partialPath('report.html'));
  expect(other.partialPath('report.html')).not.toBe(partialPath('report.html'));
});
