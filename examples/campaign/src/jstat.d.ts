/** The part of jstat that is used; it ships no types. */
declare module 'jstat' {
  const jStat: {
    /** Student's t distribution: `inv` is the quantile. */
    studentt: { inv(probability: number, degreesOfFreedom: number): number };
  };
  export default jStat;
}
