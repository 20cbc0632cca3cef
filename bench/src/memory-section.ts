import { figure } from './figure.js';
import type { Section } from './section.js';

/** The peak memory of a process that only trains. */
export const memory: Section = {
  title: 'memory',
  names: () => ['train.peakRss'],
  async measure({ peers, threads }) {
    const alone = await peers.fresh('onednn');
    try {
      const { bytes } = await alone.ask({ task: 'peakRss', batch: 128, threads });
      return [figure('train.peakRss', 'GB', [Number(bytes) / 1e9])];
    } finally {
      await alone.stop();
    }
  },
};
