import type { TopLevelSpec } from 'vega-lite';

/** A part of a plot in vega-lite's format. */
export type Layer = Record<string, unknown>;

/**
 * Draws a vega-lite plot as SVG. Lines and letters have the colour of the page's text (`currentColor`), so
 * the same plot works on light and dark pages.
 */
export async function drawSvg(plot: Layer): Promise<string> {
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    padding: 6,
    ...plot,
    config: plainStyle,
  };
  // loading these takes a third of the command's start-up time, and only a report needs them
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'none' });
  return view.toSVG().finally(() => view.finalize());
}

const ink = 'currentColor';
/** Compensates for vega, which without a canvas overestimates the width of text by half. */
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
