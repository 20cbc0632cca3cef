import { PartialFile } from '@alexnet/durable-files';
import { writeSubmission } from '@alexnet/topk-metrics';
import type { PredictionsWriter } from './predictions-writer.js';

/** Writes an ILSVRC submission: a line per image with the ILSVRC IDs of its five most probable classes. */
export async function submissionWriter(path: string): Promise<PredictionsWriter> {
  const file = await PartialFile.create(path);
  return {
    async add(_, labels, probabilities) {
      await file.write(Buffer.from(writeSubmission(probabilities, labels.length)));
    },
    async finish() {
      await file.end();
      await file.rename();
    },
    abandon: () => file.abandon(),
  };
}
