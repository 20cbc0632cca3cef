import {
  type AlexNetOverrides,
  layerSizes,
  partition,
  presets,
  type TowerExchange,
} from '@alexnet/alexnet-model';

/** A layer as one device has it. */
export interface TowerLayer {
  /** `conv1a`, `fc8`. */
  readonly name: string;
  /** Of the output, without the batch. */
  readonly shape: readonly number[];
  /** What it reads: side, side and depth of a kernel, or the inputs of a unit. */
  readonly reads: readonly number[];
  readonly parameters: number;
}

/** A layer of the net on both devices; the last is whole, on device A. */
export interface LayerPair {
  readonly towers: readonly [a: TowerLayer, b: TowerLayer | undefined];
  /** What the towers send each other before it. */
  readonly exchange: TowerExchange | undefined;
}

/** Each layer with weights of the preset `paper`, as two devices have it. */
export async function towerLayers(overrides: AlexNetOverrides = {}): Promise<LayerPair[]> {
  const { exchanges } = await partition('paper', overrides);
  const sizes = layerSizes('paper', overrides);
  return sizes.map(({ name, shape, parameters }, layer): LayerPair => {
    const isWhole = layer === sizes.length - 1;
    const share = isWhole ? 1 : 2;
    const own = [...shape.slice(0, -1), (shape.at(-1) as number) / share];
    const inputs = parameters / (shape.at(-1) as number) - 1; // and the bias
    const side = presets.paper.net.convs[layer]?.kernelSize;
    const reads = side ? [side, side, inputs / side ** 2] : [inputs];
    const on = (tower: 'a' | 'b'): TowerLayer => {
      return { name: isWhole ? name : name + tower, shape: own, reads, parameters: parameters / share };
    };
    const exchange = exchanges.find(({ to }) => to === name);
    return { towers: [on('a'), isWhole ? undefined : on('b')], exchange };
  });
}
