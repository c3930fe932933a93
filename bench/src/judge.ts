/** `npm run bench -- judge`: what must hold of the judge, measured in one run against four rules of others. */
import { mkdir, writeFile } from 'node:fs/promises';
import { benchAccuracy } from './accuracy.ts';
import { benchDetection } from './detection.ts';
import { benchGreen } from './green.ts';
import { benchPartialStorms } from './partial-storms.ts';
import { plotSvg } from './plot.ts';
import { benchReplay } from './replay.ts';
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

/** In this order, one after the other, so that no figure is measured beside the work of another. */
const PARTS: readonly ((options: Options) => Promise<Measured>)[] = [
  benchAccuracy,
  benchGreen,
  detectionWithPicture,
  benchStorms,
  benchPartialStorms,
  replayed,
];

/** Answers in the log that a quick run replays. */
const FEW = 20_000;

async function replayed({ quick }: Options): Promise<Measured> {
  return { results: await benchReplay(...(quick ? [FEW] : [])), text: '' };
}

export async function benchJudge(options: Options): Promise<Measured> {
  const measured: Measured[] = [];
  for (const part of PARTS) measured.push(await part(options));
  return {
    results: measured.flatMap(({ results }) => results),
    text: measured
      .map(({ text }) => text)
      .filter((text) => text !== '')
      .join('\n\n\n'),
  };
}

async function detectionWithPicture(options: Options): Promise<Measured> {
  const { plotted, ...detection } = await benchDetection(options);
  if (!options.plot) return detection;
  await mkdir(new URL('.', PICTURE), { recursive: true });
  await writeFile(PICTURE, plotSvg(plotted));
  return detection;
}
