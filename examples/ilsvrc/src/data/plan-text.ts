import type { PreparePlan } from '@alexnet/imagenet-reader';

/** `1,281,167 + 50,000 images: about 1 h 10 min with 2 cores, 41 GB of jpg; 120 GB free`. */
export function planText(plan: PreparePlan, format: string): string {
  const { images, done, seconds, bytes, freeBytes, cores } = plan;
  const counts = [images.train, images.val, images.test].filter((count) => count > 0);
  const total = `${counts.map((count) => count.toLocaleString('en')).join(' + ')} images`;
  const before = done > 0 ? `, ${done.toLocaleString('en')} of them already done` : '';
  const work = `about ${roughTime(seconds)} with ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return `${total}${before}: ${work}, ${gigabytes(bytes)} of ${format}; ${gigabytes(freeBytes)} free`;
}

/** `41 GB`, `3.2 GB` or `15 MB`; an estimate is not better than two digits. */
export function gigabytes(bytes: number): string {
  const [amount, unit] = bytes >= 1e9 ? [bytes / 1e9, 'GB'] : [bytes / 1e6, 'MB'];
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${unit}`;
}

function roughTime(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0
    ? `${minutes / 60} h`
    : `${Math.floor(minutes / 60)} h ${minutes < 600 ? `${minutes % 60} min` : ''}`.trim();
}
