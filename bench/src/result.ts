/** What a benchmark gives: one row a figure, as `npm run bench -- --json` prints them. */
export type Result = {
  name: string;
  value: number;
  /** What is counted: `ms`, `s`, `count`, `share`, `calls/store/day`, … */
  unit: string;
  /** The figure that must hold, in the same unit. */
  limit?: number;
  /** The same figure of the best baseline, measured in the same run. */
  peer?: number;
  ratio_to_limit?: number;
  ratio_to_peer?: number;
  runs: number;
  median: number;
  min: number;
  max: number;
};

type Figure = { unit: string; limit?: number | undefined; peer?: number | undefined };
type Once = Figure & { value: number };

/** A figure that was measured once. */
export function once(name: string, { value, unit, limit, peer }: Once): Result {
  return summarized(name, { values: [value], unit, limit, peer });
}

type Measured = Figure & { values: readonly number[] };

/** A figure that was measured several times: its value is the median. Throws RangeError without a measurement. */
export function summarized(name: string, { values, unit, limit, peer }: Measured): Result {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max, median] = [sorted[0], sorted.at(-1), sorted[Math.floor(sorted.length / 2)]];
  if (min === undefined || max === undefined || median === undefined) throw new RangeError(`${name} was not measured.`);
  return {
    name,
    value: median,
    unit,
    ...(limit === undefined ? {} : { limit, ...(limit === 0 ? {} : { ratio_to_limit: median / limit }) }),
    ...(peer === undefined ? {} : { peer, ...(peer === 0 ? {} : { ratio_to_peer: median / peer }) }),
    runs: sorted.length,
    median,
    min,
    max,
  };
}
