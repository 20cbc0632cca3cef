/**
 * How colorful kernels `[height, width, 3, filters]` are: the mean over kernels of the part of a kernel's energy that is
 * not grey,
 *
 *     1 - sum over positions of (r + g + b)^2 / 3  /  sum over positions of (r^2 + g^2 + b^2)
 *
 * 0 for a kernel whose three channels agree, 1 for one whose channels add up to nothing; 2/3 on average for independent
 * draws, with which a network begins. The measure is ours: the paper only shows the kernels (sec. 6.1, figure 3).
 */
export function colorShare(kernels: ArrayLike<number>, filters: number): number {
  let sum = 0;
  for (let f = 0; f < filters; f++) {
    let [grey, all] = [0, 0];
    for (let at = f; at < kernels.length; at += 3 * filters) {
      const rgb = [0, 1, 2].map((c) => kernels[at + c * filters] as number);
      grey += rgb.reduce((total, value) => total + value, 0) ** 2 / 3;
      all += rgb.reduce((total, value) => total + value ** 2, 0);
    }
    sum += all === 0 ? 0 : 1 - grey / all;
  }
  return sum / filters;
}
