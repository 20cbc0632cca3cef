/** How fast it went, and the share of the time, 0..1, that went by waiting for batches; `seconds` includes those waited. */
export function paceOf({
  images,
  seconds,
  waitSeconds,
}: {
  images: number;
  seconds: number;
  waitSeconds: number;
}): { imagesPerSecond: number; waitShare: number } {
  return { imagesPerSecond: images / seconds, waitShare: waitSeconds / seconds };
}
