import { expect, test } from 'vitest';
import { wrap } from './wrap.js';

test('breaks between words before the last column, and continues below the first word', () => {
  const text = 'no line reaches column thirty, and each begins in column four';
  const lines = wrap(text, 30, 4).split('\n');
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
  expect(lines.length).toBeGreaterThan(2);
  lines.forEach((line, i) => {
    expect((i === 0 ? 4 : 0) + line.length).toBeLessThanOrEqual(30);
    if (i > 0) expect(line).toMatch(/^ {4}\S/);
  });
});

test('breaks only at gaps of at least the given width', () => {
  const text = 'error 7.2%   rate 0.01   118 images/s';
  expect(wrap(text, 80, 2, '   ')).toBe(text);
  expect(wrap(text, 24, 2, '   ')).toBe('error 7.2%   rate 0.01\n  118 images/s');
  expect(wrap(text, 23, 2, '   ')).toBe('error 7.2%\n  rate 0.01\n  118 images/s');
});
