/** How strong a password must be. The estimate is zxcvbn's; it is loaded when the first password is chosen. */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;
/** Of 0 to 4: more than 10^8 guesses, out of reach for an attack through a form. */
const SCORE_LEAST = 3;
/** A longer text is estimated by its beginning, so that nobody makes the estimate slow. */
const ESTIMATED_MOST = 64;

let estimator: Promise<ZxcvbnFactory> | null = null;

async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({ dictionary, graphs: adjacencyGraphs });
}

/** Why a guesser would find it soon: it is common, a pattern, or made of `about` (name, address). Null when it will do. */
export async function passwordProblem(password: string, about: readonly string[]): Promise<string | null> {
  const made = await (estimator ??= load());
  const words = about.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  const { score } = await made.check(password.slice(0, ESTIMATED_MOST), ['storekeeper', ...words]);
  return score < SCORE_LEAST
    ? 'This password is easy to guess. Several words that do not belong together make a good one.'
    : null;
}
