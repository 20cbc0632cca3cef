/** An RGB canvas of linear light, three floats a pixel, rows from the top. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, data: new Float32Array(width * height * 3) };
}

/** Fills `target` with `source` stretched over it, bilinearly. */
export function enlarge(source: Canvas, target: Canvas): void {
  const stepX = source.width / target.width;
  const stepY = source.height / target.height;
  const columns = new Int32Array(target.width);
  const parts = new Float32Array(target.width);
  for (let x = 0; x < target.width; x++) {
    const sx = Math.min(source.width - 1.001, Math.max(0, (x + 0.5) * stepX - 0.5));
    columns[x] = Math.floor(sx) * 3;
    parts[x] = sx - Math.floor(sx);
  }
  const row = new Float32Array(source.width * 3);
  for (let y = 0, t = 0; y < target.height; y++) {
    blendRows(source, Math.min(source.height - 1.001, Math.max(0, (y + 0.5) * stepY - 0.5)), row);
    for (let x = 0; x < target.width; x++, t += 3) {
      const s = columns[x] as number;
      const f = parts[x] as number;
      const g = 1 - f;
      target.data[t] = (row[s] as number) * g + (row[s + 3] as number) * f;
      target.data[t + 1] = (row[s + 1] as number) * g + (row[s + 4] as number) * f;
      target.data[t + 2] = (row[s + 2] as number) * g + (row[s + 5] as number) * f;
    }
  }
}

function blendRows(source: Canvas, sy: number, row: Float32Array): void {
  const top = Math.floor(sy);
  const f = sy - top;
  const a = top * source.width * 3;
  const b = a + source.width * 3;
  for (let i = 0; i < row.length; i++) {
    const upper = source.data[a + i] as number;
    row[i] = upper + ((source.data[b + i] as number) - upper) * f;
  }
}

/** Softens the canvas in place: each row, then each column, with weights 1 2 1. */
export function soften({ width, height, data }: Canvas): void {
  const stride = 3 * width;
  for (let y = 0; y < height; y++) softenRow(data, y * stride, stride);
  const above = data.slice(0, stride);
  for (let y = 0; y < height; y++) {
    const next = y + 1 < height ? stride : 0;
    for (let i = 0, p = y * stride; i < stride; i++, p++) {
      const here = data[p] as number;
      data[p] = 0.25 * ((above[i] as number) + (data[p + next] as number)) + 0.5 * here;
      above[i] = here;
    }
  }
}

function softenRow(data: Float32Array, start: number, length: number): void {
  for (let c = 0; c < 3; c++) {
    let before = data[start + c] as number;
    for (let p = start + c; p < start + length; p += 3) {
      const here = data[p] as number;
      const after = p + 3 < start + length ? (data[p + 3] as number) : here;
      data[p] = 0.25 * (before + after) + 0.5 * here;
      before = here;
    }
  }
}
