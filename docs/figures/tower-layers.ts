import {
  type AlexNetOverrides,
  layerSizes,
  partition,
  presets,
  type TowerExchange,
} from '@alexnet/alexnet-model';

/** A layer on one device. */
export interface TowerLayer {
  /** `conv1a`, `fc8`. */
  readonly name: string;
  /** Shape of the output, without the batch. */
  readonly shape: readonly number[];
  /** What a unit reads: side, side and depth of a kernel, or its number of inputs. */
  readonly reads: readonly number[];
  readonly parameters: number;
}

/** A layer of the net on both devices; the last one is only on device A. */
export interface LayerPair {
  readonly towers: readonly [a: TowerLayer, b: TowerLayer | undefined];
  /** What the towers send each other before the layer. */
  readonly exchange: TowerExchange | undefined;
}

/** Each layer with weights of the preset `paper`, split between two devices. */
export async function towerLayers(overrides: AlexNetOverrides = {}): Promise<LayerPair[]> {
  const { exchanges } = await partition('paper', overrides);
  const sizes = layerSizes('paper', overrides);
  return sizes.map(({ name, shape, parameters }, layer): LayerPair => {
    const isWhole = layer === sizes.length - 1;
    const share = isWhole ? 1 : 2;
    const own = [...shape.slice(0, -1), (shape.at(-1) as number) / share];
    const inputs = parameters / (shape.at(-1) as number) - 1; // without the bias
    const side = presets.paper.net.convs[layer]?.kernelSize;
    const reads = side ? [side, side, inputs / side ** 2] : [inputs];
    const on = (tower: 'a' | 'b'): TowerLayer => {
      return { name: isWhole ? name : name + tower, shape: own, reads, parameters: parameters / share };
    };
    const exchange = exchanges.find(({ to }) => to === name);
    return { towers: [on('a'), isWhole ? undefined : on('b')], exchange };
  });
}
