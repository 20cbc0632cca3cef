import { escapeHtml } from './escape-html.js';

/** A setting that a run changed of its preset, both values as text. */
export interface ChangedSetting {
  readonly name: string;
  readonly preset: string;
  readonly run: string;
}

/** What a run changed of its preset, as a table. */
export function changesTable(preset: string, changes: readonly ChangedSetting[]): string {
  if (changes.length === 0) return `<p>Nothing: the run is that of the preset ${escapeHtml(preset)}.</p>`;
  const rows = changes.map(
    ({ name, preset: before, run }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td class="quiet">${escapeHtml(before)}</td><td>${escapeHtml(run)}</td></tr>`,
  );
  return `<table class="changes"><thead><tr><th></th><th scope="col">${escapeHtml(preset)}</th><th scope="col">this run</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}
