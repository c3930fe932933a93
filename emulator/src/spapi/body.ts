import { z } from 'zod';

import type { Amazon } from '../state/amazon.ts';
import { text } from '../texts.ts';
import { invalidInput, spapiError, SpapiProblem } from './errors.ts';

/** A JSON body as the operation's model wants it. @throws SpapiProblem 400 `InvalidInput` naming the first fault. */
export function readBodyAs<Schema extends z.ZodType>(schema: Schema, amazon: Amazon, body: Buffer): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unparsable(amazon, issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The Notifications API says every wrong request in the same words and the reason in `details`. */
export function unparsable(amazon: Amazon, details: string): SpapiProblem {
  const message = text(amazon, 'spapi.unparsable');
  return new SpapiProblem(message, invalidInput(message, details));
}

export function nothingThere(amazon: Amazon): SpapiProblem {
  const message = text(amazon, 'spapi.notFound');
  return new SpapiProblem(message, spapiError(404, 'NotFound', { message }));
}
