import type { LayerStatistics, TrainEvent } from '@alexnet/sgd-momentum-trainer';
import type { RunSettings } from './run-settings.js';

/** The errors of a run's model on the validation images, as fractions. */
export interface Evaluation {
  views: 1 | 10;
  top1Error: number;
  top5Error: number;
  images: number;
  seconds: number;
  backend: string;
}

/** A line of `events.jsonl`. */
export type RunEvent =
  | {
      type: 'runBegin';
      settings: RunSettings;
      versions: Record<string, string>;
      parameters: number;
      /** The checksum of the prepared data; absent in runs of older versions. */
      dataChecksum?: string;
      /** The IDs of the data's classes, by label; absent in runs of older versions. */
      classes?: readonly string[];
    }
  | { type: 'resume'; epoch: number; batch: number; step: number; versions: Record<string, string> }
  | TrainEvent
  /**
   * The statistics of every layer on the first validation images, after an epoch. In the file, NaN and
   * infinity are null.
   */
  | { type: 'layers'; epoch: number; step: number; layers: readonly LayerStatistics[] }
  | ({ type: 'evaluation' } & Evaluation);
