import type { Layer } from './draw-svg.js';

/** The x axis of a plot over the epochs, from 0 to the last. */
export function epochAxis(last: number): Layer {
  return {
    field: 'epoch',
    type: 'quantitative',
    title: 'epoch',
    axis: { tickMinStep: 1, format: 'd' },
    scale: { domain: [0, last], nice: false },
  };
}
