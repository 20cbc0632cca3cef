import type { DeviceStep } from '@alexnet/sgd-momentum-trainer';
import type { Span } from '../protocol/messages.js';

/** Sums up what a tower did in a step other than compute. */
export function deviceStep(spans: readonly Span[]): DeviceStep {
  const exchanges = spans.filter(({ what }) => what === 'send' || what === 'receive');
  const sum = (value: (span: Span) => number): number =>
    exchanges.reduce((all, span) => all + value(span), 0);
  return {
    sentBytes: sum(({ bytes }) => bytes),
    exchangeSeconds: sum(({ milliseconds, waited }) => milliseconds - waited) / 1000,
    waitSeconds: sum(({ waited }) => waited) / 1000,
  };
}
