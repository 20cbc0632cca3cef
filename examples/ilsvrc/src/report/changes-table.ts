import { escapeHtml } from './escape-html.js';

/** A setting in which a run differs from its preset, with both values as text. */
export interface ChangedSetting {
  readonly name: string;
  readonly preset: string;
  readonly run: string;
}

/** The settings in which a run differs from its preset, as a table. */
export function changesTable(preset: string, changes: readonly ChangedSetting[]): string {
  if (changes.length === 0) return `<p>None. The run uses the preset ${escapeHtml(preset)} unchanged.</p>`;
  const rows = changes.map(
    ({ name, preset: before, run }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td class="quiet">${escapeHtml(before)}</td><td>${escapeHtml(run)}</td></tr>`,
  );
  return `<table class="changes"><thead><tr><th></th><th scope="col">${escapeHtml(preset)}</th><th scope="col">this run</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}
