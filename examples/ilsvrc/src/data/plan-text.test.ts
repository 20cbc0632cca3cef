import { expect, test } from 'vitest';
import { gigabytes, planText } from './plan-text.js';

const plan = {
  images: { train: 1_281_167, val: 50_000, test: 0 },
  done: 0,
  seconds: 4212,
  bytes: 41.3e9,
  freeBytes: 120e9,
  cores: 2,
  sampled: 40,
};

test('says hours and gigabytes for ILSVRC', () => {
  expect(planText(plan, 'jpg')).toBe(
    '1,281,167 + 50,000 images: about 1 h 10 min with 2 cores, 41 GB of jpg; 120 GB free',
  );
  expect(planText({ ...plan, done: 1024, seconds: 36_900, cores: 1 }, 'rgb')).toBe(
    '1,281,167 + 50,000 images, 1,024 of them already done: about 10 h with 1 core, 41 GB of rgb; 120 GB free',
  );
});

test('says minutes, seconds and megabytes for less', () => {
  const images = { train: 600, val: 200, test: 100 };
  expect(planText({ ...plan, images, seconds: 89, bytes: 15.4e6, freeBytes: 3.21e9 }, 'jpg')).toBe(
    '600 + 200 + 100 images: about 1 min with 2 cores, 15 MB of jpg; 3.2 GB free',
  );
  expect(planText({ ...plan, images, seconds: 0.2, bytes: 3.46e6 }, 'jpg')).toContain('about 1 s with');
  expect([gigabytes(999e6), gigabytes(1e9), gigabytes(9.96e6)]).toEqual(['999 MB', '1.0 GB', '10.0 MB']);
});
