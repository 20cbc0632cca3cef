// Reads the instructions of a Dockerfile, by stage.

const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'VOLUME', 'USER', 'ENTRYPOINT', 'CMD'];

/**
 * @returns the stages in order, each with its `name` (or its number), its `image` and its `steps` `{ instruction, value }`.
 * @throws Error that names the line of an instruction that is not known.
 */
export function parseDockerfile(text) {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages = [];
  for (const line of lines) {
    const [, instruction, value] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (!known.includes(instruction))
      throw new Error(`An instruction must be one of ${known.join(', ')} (Dockerfile), got '${line}'.`);
    if (instruction !== 'FROM') {
      stages.at(-1).steps.push({ instruction, value });
      continue;
    }
    const [image, , name = String(stages.length)] = value.split(/\s+/);
    stages.push({ name, image, steps: [] });
  }
  return stages;
}
