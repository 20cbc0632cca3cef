import { replaceFile } from '@alexnet/durable-files';
import { changesTable } from './changes-table.js';
import { conv1Figure } from './conv1-figure.js';
import { curvesFigure } from './curves-figure.js';
import { escapeHtml } from './escape-html.js';
import { htmlPage } from './html-page.js';
import { kernelsStrip } from './kernels-strip.js';
import { layersFigure } from './layers-figure.js';
import { layersTable } from './layers-table.js';
import { mistakesFigure } from './mistakes-figure.js';
import { predictionsFigure } from './predictions-figure.js';
import { formatRate, rateDrops } from './rate-drops.js';
import type { RunEpoch, RunReport, RunResult } from './run-report.js';
import { settingsTables } from './settings-table.js';

/**
 * Writes the report of a run as one self-contained HTML file: results, curves, Figures 3 and 4, every setting
 * and version.
 *
 * The file opens from disk, uses the reader's light or dark colours, and fits on a phone. Sections without
 * data are left out. The file is written under a temporary name and renamed when it is complete.
 *
 * @throws RangeError if kernels or predictions are invalid; Error that names the file, if it cannot be
 * written.
 * @example
 * await writeReport('runs/one/report.html', { title: 'AlexNet, ten classes', results, steps, ...rest });
 */
export async function writeReport(path: string, run: RunReport): Promise<void> {
  const html = await renderReport(run);
  await replaceFile(path, html);
}

/** The report as HTML; see {@link writeReport}. */
export async function renderReport(run: RunReport): Promise<string> {
  const sections = [
    resultsSection(run.results),
    await curvesSection(run),
    await conv1Section(run),
    kernelsSection(run),
    await layersSection(run),
    await predictionsSection(run),
    mistakesSection(run),
    section(
      'Changed settings',
      'How the run differs from its preset.',
      changesTable(run.preset, run.changes),
    ),
    section('Settings', '', `<div class="settings">${settingsTables(run.settings, 'run')}</div>`),
    section(
      'Environment',
      '',
      `<div class="settings">${settingsTables(run.environment, 'at the start of the run')}</div>`,
    ),
  ];
  const shown = sections.filter((text) => text !== '');
  return htmlPage(run.title, [runLine(run), ...shown].join('\n'));
}

function section(heading: string, note: string, body: string): string {
  const lead = note === '' ? '' : `<p class="quiet">${note}</p>\n`;
  return `<section>\n<h2>${heading}</h2>\n${lead}${body}\n</section>`;
}

/** The length and speed of the training, in a line below the title. */
function runLine({ steps, epochs, state }: RunReport): string {
  const stated = state ? `<b>${escapeHtml(state)}</b>` : '';
  if (epochs.length === 0) return stated && `<p class="quiet">${stated}</p>`;
  const rates = epochs.map((epoch) => epoch.imagesPerSecond).sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  const trained = `${count(epochs.length)} epoch${epochs.length === 1 ? '' : 's'}`;
  const done = steps.length > 0 ? `, ${count(steps.length)} steps` : '';
  const line = `${trained}${done}, ${count(median)} images/s in training (median)`;
  return `<p class="quiet">${[stated, line].filter(Boolean).join('; ')}</p>`;
}

function resultsSection(results: readonly RunResult[]): string {
  if (results.length === 0) return '';
  const rows = results.map(
    (result) => `<tr><th scope="row">${result.views === 10 ? 'ten views' : 'one view'}</th>
<td class="number error">${percent(result.top1Error)}</td><td class="number error">${percent(result.top5Error)}</td>
<td class="number">${count(result.images)}</td><td class="number">${result.seconds.toFixed(1)}</td>
<td class="number">${count(result.imagesPerSecond)}</td><td>${escapeHtml(result.backend)}</td></tr>`,
  );
  const numbers = ['top-1 error', 'top-5 error', 'images', 'seconds', 'images/s'];
  const head = numbers.map((name) => `<th scope="col" class="number">${name}</th>`).join('');
  return section(
    'Validation error',
    'One view is the centre crop. Ten views are the corners and the centre with their mirror images, averaged.',
    `<div class="scroll"><table class="results"><thead><tr><th></th>${head}<th scope="col">backend</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`,
  );
}

async function curvesSection({ steps, epochs }: RunReport): Promise<string> {
  if (steps.length === 0 && epochs.length === 0) return '';
  const beside = await curvesFigure({ steps, epochs }, { direction: 'row' });
  const below = await curvesFigure({ steps, epochs });
  const body = `<div class="curves"><div class="beside">${beside}</div><div class="below">${below}</div></div>`;
  return section('Training', `${ratesLine(epochs)} ${errorsNote}`, body);
}

const errorsNote =
  'The loss is the cross-entropy in nats. Training errors are measured during training, on augmented batches with dropout; validation errors on the centre crop.';

/** The learning rate and its drops, in words. */
function ratesLine(epochs: readonly RunEpoch[]): string {
  const [first] = epochs;
  if (first === undefined) return '';
  const drops = rateDrops(epochs.map(({ epoch, learningRate }) => ({ x: epoch, learningRate })));
  const parts = drops.map(({ x, learningRate }) => `, ${formatRate(learningRate)} from epoch ${x} on`);
  return `Learning rate ${formatRate(first.learningRate)}${parts.join('')}.`;
}

async function conv1Section({ conv1 }: RunReport): Promise<string> {
  if (conv1.length === 0) return '';
  const png = (await conv1Figure(conv1)).toString('base64');
  const towers = conv1.map(({ shape }) => shape[3]).join(' + ');
  const [kernelHeight, kernelWidth] = conv1[0]?.shape ?? [11, 11];
  return section(
    'What the first layer learned',
    `Like Figure 3 of the paper: ${towers} kernels of ${kernelHeight}&times;${kernelWidth}&times;3${conv1.length > 1 ? ', tower A above tower B' : ''}; one scale for all, grey is zero.`,
    `<div class="kernels"><img src="data:image/png;base64,${png}" alt="the kernels of the first layer"></div>`,
  );
}

function kernelsSection({ kernels }: RunReport): string {
  if (kernels.length < 2) return '';
  const note = 'The same kernels after some of the epochs. Each image has its own scale.';
  return section('How the kernels developed', note, kernelsStrip(kernels));
}

async function layersSection({ layers }: RunReport): Promise<string> {
  const last = layers.at(-1);
  if (last === undefined) return '';
  return section(
    'Inside the layers',
    `Measured on the first validation images after every epoch. An update of a thousandth of the weight is usual (the dashed line; the band is a factor of 3 to either side). A unit is dead if it is 0 for all of these images. The table shows epoch ${last.epoch}.`,
    `${await layersFigure(layers)}\n${layersTable(last.layers)}`,
  );
}

function mistakesSection({ mistakes }: RunReport): string {
  if (mistakes === undefined) return '';
  return section('What it confuses', 'On all validation images, averaged over ten views.', mistakesFigure(mistakes)); // biome-ignore format: one line
}

async function predictionsSection({ predictions }: RunReport): Promise<string> {
  if (predictions.length === 0) return '';
  return section(
    'What it sees',
    'Like Figure 4 of the paper: validation images, their labels, and the five most probable labels. The true label is pink.',
    await predictionsFigure(predictions),
  );
}

function percent(part: number): string {
  return Number.isFinite(part) ? `${(100 * part).toFixed(1)}%` : 'not known';
}

/** A number with separated thousands and one decimal if it is small. */
function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
