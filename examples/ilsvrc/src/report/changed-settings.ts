import { diffPresets, type Preset, presets } from '@alexnet/alexnet-model';
import { fieldLabel, valueText } from '../presets/field-text.js';
import type { RunSettings } from '../run/run-settings.js';
import type { ChangedSetting } from './changes-table.js';

/** What a run changed of its preset: size and switches of the net, then training and augmentation, field by field. */
export function changedSettings(settings: RunSettings, classes: number): ChangedSetting[] {
  const { preset: name, training, augmentation } = settings;
  const { patience, microBatchSize, ...ofPreset } = training;
  const preset = presets[name];
  const asRun: Preset = { ...preset, training: ofPreset, augmentation };
  const differences = diffPresets(preset, asRun).map(({ path, a, b }) =>
    change(fieldLabel(path), a?.value, b?.value),
  );
  const ownToRuns = [
    ...(training.schedule.kind === 'plateau' ? [change('training.patience', undefined, patience)] : []),
    ...(microBatchSize === undefined ? [] : [change('training.microBatchSize', undefined, microBatchSize)]),
  ];
  return [...changesOfNet(settings, classes), ...differences, ...ownToRuns];
}

function changesOfNet({ preset, width, switches }: RunSettings, classes: number): ChangedSetting[] {
  const { net } = presets[preset];
  const ofPreset: Record<string, unknown> = { width: 1, classes: 1000, ...net };
  const ofRun: Record<string, unknown> = { width, classes, ...switches };
  return Object.entries(ofRun).flatMap(([name, value]) => {
    if (value === false) return [change(name, true, false)];
    return value === ofPreset[name] ? [] : [change(name, ofPreset[name], value)];
  });
}

function change(name: string, preset: unknown, run: unknown): ChangedSetting {
  return { name, preset: valueText(preset), run: valueText(run) };
}
