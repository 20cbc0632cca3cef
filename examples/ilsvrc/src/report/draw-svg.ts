import type { TopLevelSpec } from 'vega-lite';

/** A part of a plot as vega-lite describes it. */
export type Layer = Record<string, unknown>;

/**
 * Draws a plot of vega-lite as SVG. Lines and letters take the colour of the page's text (`currentColor`), so one
 * picture serves light and dark pages.
 */
export async function drawSvg(plot: Layer): Promise<string> {
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    padding: 6,
    ...plot,
    config: plainStyle,
  };
  // A third of the command's start-up, which only a report needs.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'none' });
  return view.toSVG().finally(() => view.finalize());
}

const ink = 'currentColor';
/** Without a canvas vega takes letters for a half wider than they are. */
const columnPadding = -45;
const plainStyle: Layer = {
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: ink,
    titleColor: ink,
    tickColor: ink,
    domainColor: ink,
    gridColor: ink,
    gridOpacity: 0.12,
    domainOpacity: 0.5,
    tickOpacity: 0.5,
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    tickCount: 5,
  },
  title: { color: ink, fontSize: 13.5, fontWeight: 600, anchor: 'start', frame: 'group', offset: 8 },
  legend: { labelColor: ink, labelFontSize: 12, symbolSize: 90, labelLimit: 0, columnPadding },
};
