import { createRequire } from 'node:module';
import sharp, { type OverlayOptions } from 'sharp';

const require = createRequire(import.meta.url);
/** A font from an npm package, so that a figure is the same on every machine. */
const regular: string = require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');
const semiBold: string = require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf');

/** The appearance of a {@link label}. */
interface LabelStyle {
  /** Of the letters, in pixels. */
  readonly size: number;
  readonly color: string;
  readonly isBold?: boolean;
}

/** Renders a line of text (Pango markup) for sharp's `composite`; its ink begins at `left` and `top`. */
export async function label(
  text: string,
  { left, top }: { left: number; top: number },
  { size, color, isBold = false }: LabelStyle,
): Promise<OverlayOptions> {
  const font = `${isBold ? 'Inter SemiBold' : 'Inter'} ${size}`;
  const input = {
    text: `<span foreground="${color}">${text}</span>`,
    font,
    fontfile: isBold ? semiBold : regular,
    rgba: true,
    dpi: 72, // a point is a pixel
  };
  return { input: await sharp({ text: input }).png().toBuffer(), left, top };
}
