/** `npm run bench -- judge`: what must hold of the judge, measured in one run against four rules of others. */
import { mkdir, writeFile } from 'node:fs/promises';
import { benchAccuracy } from './accuracy.ts';
import { benchDetection } from './detection.ts';
import { benchGreen } from './green.ts';
import { plotSvg } from './plot.ts';
import type { Result } from './result.ts';
import { benchStorms } from './storms.ts';

const PICTURE = new URL('../../docs/pictures/detection.svg', import.meta.url);

export type Measured = { results: Result[]; text: string };
export type Options = {
  /** A small run, for a test: no figure of it is worth quoting. */
  quick: boolean;
  /** Draws docs/pictures/detection.svg anew. */
  plot: boolean;
};

/** One after the other, so that no figure is measured beside the work of another. */
export async function benchJudge(options: Options): Promise<Measured> {
  const accuracy = await benchAccuracy(options);
  const green = await benchGreen(options);
  const detection = await benchDetection(options);
  if (options.plot) {
    await mkdir(new URL('.', PICTURE), { recursive: true });
    await writeFile(PICTURE, plotSvg(detection.plotted));
  }
  const storms = await benchStorms(options);
  const parts = [accuracy, storms, detection, green];
  return { results: parts.flatMap(({ results }) => results), text: parts.map(({ text }) => text).join('\n\n\n') };
}
