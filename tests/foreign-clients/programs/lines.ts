import { createInterface } from 'node:readline';

/** Answers every line of JSON on standard input with one on standard output, in order, errors as data. */
export function answerLines<Asked>(
  answer: (asked: Asked) => Promise<unknown>,
  seen: (error: unknown) => Record<string, unknown> = visible,
): void {
  let last = Promise.resolve();
  createInterface({ input: process.stdin }).on('line', (line) => {
    const asked = JSON.parse(line) as Asked;
    last = last
      .then(() => answer(asked))
      .then(
        (ok) => say({ ok: ok ?? null }),
        (error: unknown) => say({ error: seen(error) }),
      );
  });
}

const say = (outcome: unknown): void => void process.stdout.write(`${JSON.stringify(outcome)}\n`);

/** The fields that callers of these clients look at. */
function visible(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, status, details, type, response } = error as Error & Record<string, unknown>;
  const body = typeof response === 'object' && response !== null && 'body' in response ? response.body : undefined;
  return { message: error.message, code, status, details, type, body };
}
