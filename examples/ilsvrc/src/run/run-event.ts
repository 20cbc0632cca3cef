import type { LayerStatistics, TrainEvent } from '@alexnet/sgd-momentum-trainer';
import type { Evaluation } from '../evaluate/evaluate-model.js';
import type { RunSettings } from './run-settings.js';

/** A line of `events.jsonl`. */
export type RunEvent =
  | { type: 'runBegin'; settings: RunSettings; versions: Record<string, string>; parameters: number }
  | { type: 'resume'; epoch: number; batch: number; step: number; versions: Record<string, string> }
  | TrainEvent
  /** After an epoch: every layer on the first validation pictures. A number that is not finite is null in the file. */
  | { type: 'layers'; epoch: number; step: number; layers: readonly LayerStatistics[] }
  | ({ type: 'evaluation' } & Evaluation);
