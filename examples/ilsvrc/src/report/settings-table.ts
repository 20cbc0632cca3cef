import { escapeHtml } from './escape-html.js';

/**
 * Tables of nested settings: first the plain values, then a table for each group. Inner names are joined with
 * dots, and every value at every depth has a row.
 */
export function settingsTables(settings: Readonly<Record<string, unknown>>, general: string): string {
  const flat: [string, unknown][] = [];
  const tables: string[] = [];
  for (const [name, value] of Object.entries(settings)) {
    if (isGroup(value)) tables.push(table(name, leaves(value, '')));
    else flat.push([name, value]);
  }
  return [flat.length > 0 ? table(general, flat) : '', ...tables].join('\n');
}

function table(caption: string, rows: readonly (readonly [string, unknown])[]): string {
  const lines = rows.map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(valueText(value))}</td></tr>`,
  );
  return `<table><caption>${escapeHtml(caption)}</caption><tbody>${lines.join('')}</tbody></table>`;
}

/** Every value in a group with its dotted name. Lists of groups are numbered from 0. */
function leaves(value: unknown, name: string): [string, unknown][] {
  if (!isGroup(value) && !(Array.isArray(value) && value.some(isGroup))) return [[name, value]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[name, 'none']];
  return entries.flatMap(([key, inner]) => leaves(inner, name === '' ? key : `${name}.${key}`));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return JSON.stringify(Array.from(value as ArrayLike<unknown>));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
