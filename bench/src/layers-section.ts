import type { Figure } from './figure.js';
import { layers } from './layers.js';
import { sgemmGflop } from './machine-section.js';
import { type Entry, race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Section } from './section.js';

/** The passes of each layer on its own, with SGEMM in the same rounds. */
export const eachLayer: Section = {
  title: 'each layer, batch 128',
  names: () => layers.flatMap(({ name, passes }) => passes.flatMap((pass) => layerNames(name, pass))),
  async measure({ engine, threads, rounds, wants }) {
    const figures: Figure[] = [];
    for (const { name, passes, flops } of layers) {
      const wanted = passes.filter((pass) => layerNames(name, pass).some(wants));
      if (wanted.length === 0) continue;
      const entries: Record<string, Entry> = {
        sgemm: { contestant: engine, request: { task: 'sgemm', threads } },
      };
      for (const pass of wanted) {
        entries[pass] = {
          contestant: engine,
          request: { task: 'layer', layer: name, pass, batch: 128, threads },
        };
      }
      const result = await race(entries, rounds);
      for (const pass of wanted) {
        const gflop = (flops * 128) / 1e9;
        const [rate = '', ofSgemm = ''] = layerNames(name, pass);
        figures.push(derived(rate, 'GFLOP/s', result[pass], (s) => gflop / s));
        figures.push(ratio(ofSgemm, result[pass], result.sgemm, (s, g) => gflop / s / (sgemmGflop / g)));
      }
    }
    return figures;
  },
};

function layerNames(layer: string, pass: string): string[] {
  return [`layer.${layer}.${pass}.gflops`, `layer.${layer}.${pass}.ofSgemm`];
}
