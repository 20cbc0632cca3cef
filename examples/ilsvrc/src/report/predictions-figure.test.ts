import sharp from 'sharp';
import { expect, test } from 'vitest';
import { predictionsFigure } from './predictions-figure.js';

const pixels = new Uint8Array(72 * 72 * 3).fill(200);
const top5 = [
  { label: 'container ship, containership', probability: 0.805 },
  { label: 'lifeboat', probability: 0.12 },
  { label: 'amphibian', probability: 0.0421 },
  { label: 'fireboat', probability: 0.02 },
  { label: 'drilling platform', probability: 0 },
];

test('the length of a bar is its probability; only the true label is marked', async () => {
  const html = await predictionsFigure([{ pixels, trueLabel: 'lifeboat', top5 }]);
  const widths = [...html.matchAll(/<i style="width:([\d.]+)%">/g)].map((match) => Number(match[1]));
  expect(widths).toEqual([80.5, 12, 4.2, 2, 0]);
  expect(html.match(/class="true"/g)).toHaveLength(1);
  expect(html).toMatch(/<li class="true" title="lifeboat: 12%">/);
});

test('the first synonym is shown, and all of them are in the title', async () => {
  const html = await predictionsFigure([{ pixels, trueLabel: 'container ship, containership', top5 }]);
  expect(html).toContain('<figcaption title="container ship, containership">container ship</figcaption>');
  expect(html).toContain('<span>container ship</span>');
});

test('no bar is marked if the true label is not among the five', async () => {
  expect(await predictionsFigure([{ pixels, trueLabel: 'mite', top5 }])).not.toContain('class="true"');
});

test('pixels are encoded and inlined', async () => {
  const html = await predictionsFigure([{ pixels, trueLabel: 'b', top5: [] }]);
  const [, encoded] = /data:image\/jpeg;base64,([^"]+)"/.exec(html) ?? [];
  const image = sharp(Buffer.from(encoded ?? '', 'base64'));
  expect(await image.metadata()).toMatchObject({ width: 72, height: 72, format: 'jpeg' });
  const decoded = await image.raw().toBuffer();
  expect(decoded).toHaveLength(pixels.length);
  for (const value of decoded) expect(Math.abs(value - 200)).toBeLessThanOrEqual(2);
});

test('labels cannot break out of the page', async () => {
  const nasty = `<img src=x onerror='alert("1")'>`;
  const html = await predictionsFigure([
    { pixels, trueLabel: nasty, top5: [{ label: nasty, probability: 1 }] },
  ]);
  expect(html).not.toContain('<img src=x');
  expect(html).not.toContain("'alert");
  expect(html).toContain('&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;');
});

test('bad input names the rule and the value', async () => {
  await expect(predictionsFigure([{ pixels: [1, 2, 3, 4], trueLabel: 'a', top5: [] }])).rejects.toThrow(
    'pixels must be side x side x 3 numbers (predictionsFigure), got 4.',
  );
  const wrong = [{ label: 'a', probability: 1.5 }];
  await expect(predictionsFigure([{ pixels, trueLabel: 'a', top5: wrong }])).rejects.toThrow('got 1.5.');
});
