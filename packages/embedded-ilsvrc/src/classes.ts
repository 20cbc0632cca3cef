import type { RandomStream } from '@alexnet/random';
import { anyColour, hsv, mixed, scaled } from './render/colour.js';
import type { SolidMaker } from './render/draw-scene.js';
import { between, chance, pick } from './render/draws.js';
import { brickColour, bricks, leafAutumn, leafGreen, planks, woodColour } from './render/paints.js';
import { ball } from './render/shapes/ball.js';
import { house } from './render/shapes/house.js';
import { leaf } from './render/shapes/leaf.js';
import { spaceSpots, spaceStripes } from './render/shapes/space-paints.js';
import { starfish } from './render/shapes/starfish.js';
import { toadstool } from './render/shapes/toadstool.js';
import { radiusAt, vase, vaseProfile } from './render/shapes/vase.js';
import type { Solid } from './render/surface.js';

/** A class of the embedded data set. */
export interface EmbeddedClass {
  /** Has the form of ImageNet's, from a range that WordNet does not use. */
  readonly wnid: string;
  readonly words: string;
  readonly gloss: string;
  readonly make: SolidMaker;
}

/**
 * The ten classes. They come in pairs that differ in one cue. Ball and vase by shape, stripes and spots by
 * texture, the two leaves by colour, the two houses by texture; starfish and lobed leaves share an outline,
 * toadstools and spotted vases share spots. They are in the order of their ILSVRC2012_IDs,
 * which, as in the original, is not the order of the wnids.
 */
export const embeddedClasses: readonly EmbeddedClass[] = [
  {
    wnid: 'n90000417',
    words: 'striped ball',
    gloss: 'a ball with stripes of two colours',
    make: (stream) => ball(stream, spaceStripes(stream)),
  },
  {
    wnid: 'n90000124',
    words: 'spotted ball, polka-dot ball',
    gloss: 'a ball with round spots on a plain ground',
    make: (stream) =>
      ball(
        stream,
        spaceSpots(stream, (y) => Math.sqrt(Math.max(0, 1 - y * y))),
      ),
  },
  {
    wnid: 'n90000932',
    words: 'striped vase',
    gloss: 'a turned vase painted with stripes',
    make: (stream) => vase(stream, vaseProfile(stream), spaceStripes),
  },
  {
    wnid: 'n90000605',
    words: 'spotted vase, polka-dot vase',
    gloss: 'a turned vase with spots',
    make: spottedVase,
  },
  { wnid: 'n90000253', words: 'green leaf', gloss: 'a leaf as it is in summer', make: greenLeaf },
  { wnid: 'n90000871', words: 'autumn leaf', gloss: 'a leaf that has lost its green', make: autumnLeaf },
  {
    wnid: 'n90000538',
    words: 'brick house',
    gloss: 'a small house with walls of brick',
    make: (stream) =>
      house(stream, bricks(stream, brickColour(stream), { course: between(stream, 0.08, 0.13) })),
  },
  {
    wnid: 'n90000340',
    words: 'wooden house, clapboard house',
    gloss: 'a small house of boards',
    make: woodenHouse,
  },
  {
    wnid: 'n90000766',
    words: 'toadstool, spotted mushroom',
    gloss: 'a mushroom with pale warts on its cap',
    make: spottedMushroom,
  },
  { wnid: 'n90000089', words: 'starfish, sea star', gloss: 'a sea animal with five arms', make: seaStar },
];

function spottedVase(stream: RandomStream): Solid {
  const profile = vaseProfile(stream);
  return vase(stream, profile, (draws) => spaceSpots(draws, (y) => radiusAt(profile, y)));
}

function greenLeaf(stream: RandomStream): Solid {
  const middle = leafGreen(stream);
  const rim = mixed(middle, leafGreen(stream), 0.5);
  const blotch = chance(stream, 0.25) ? hsv(between(stream, 30, 60), 0.6, 0.6) : scaled(middle, 0.7);
  return leaf(stream, { middle, rim, blotch: mixed(blotch, middle, 0.4) });
}

function autumnLeaf(stream: RandomStream): Solid {
  const middle = leafAutumn(stream);
  const rim = mixed(middle, leafAutumn(stream), 0.8);
  const blotch = chance(stream, 0.3) ? leafGreen(stream) : leafAutumn(stream);
  return leaf(stream, { middle, rim, blotch: mixed(blotch, middle, 0.3) });
}

function woodenHouse(stream: RandomStream): Solid {
  const board = between(stream, 0.1, 0.16);
  return house(stream, planks(stream, woodColour(stream), { board, upright: chance(stream, 0.25) }));
}

function spottedMushroom(stream: RandomStream): Solid {
  const hue = pick(stream, [2, 8, 20, 28, 350]);
  const cap = hsv(hue + between(stream, -6, 6), between(stream, 0.6, 0.92), between(stream, 0.4, 0.85));
  const pale = hsv(45, between(stream, 0.02, 0.25), between(stream, 0.8, 0.97));
  const stem = mixed(pale, hsv(35, 0.3, 0.7), stream.uniform());
  return toadstool(stream, { cap, wart: pale, stem });
}

function seaStar(stream: RandomStream): Solid {
  const skin = chance(stream, 0.7)
    ? hsv(between(stream, -20, 48), between(stream, 0.45, 0.85), between(stream, 0.4, 0.85))
    : anyColour(stream, [0.3, 0.7], [0.35, 0.8]);
  const knob = chance(stream, 0.7) ? mixed(skin, [0.9, 0.8, 0.6], 0.6) : scaled(skin, 0.4);
  return starfish(stream, skin, knob);
}
