import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * The static sandbox cases of Amazon's own model files (`x-amzn-api-sandbox.static` of each response, "Selling Partner
 * API sandbox" guide): a request whose parameters match the pattern gets the response verbatim.
 */
export type SandboxCase = {
  operation: string;
  /** Upper case. */
  method: string;
  /** The model's path template ("/reports/2021-06-30/reports/{reportId}"). */
  template: string;
  /** Expected values by parameter name; `body` stands for the JSON body. */
  parameters: Record<string, unknown>;
  status: number;
  /** Undefined where the model gives no response (cancelReport): the answer has no body. */
  response: unknown;
};

const MODELS = [
  'sellers',
  'transfers_2024-06-01',
  'finances_2024-06-19',
  'financesV0',
  'reports_2021-06-30',
  'notifications',
  'tokens_2021-03-01',
  'application_2023-11-30',
  'shipping',
];

/** Application Management's one case names no request: it answers every one. */
const staticCase = z.object({
  request: z.object({ parameters: z.record(z.string(), z.object({ value: z.unknown() })) }).default({ parameters: {} }),
  response: z.unknown().optional(),
});
const operation = z.object({
  operationId: z.string(),
  responses: z.record(
    z.string(),
    z.object({ 'x-amzn-api-sandbox': z.object({ static: z.array(staticCase).optional() }).optional() }),
  ),
});
const model = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

let known: readonly SandboxCase[] | null = null;

/** Every static case, read from the model files at the first call: half a megabyte that most runs never need. */
export function sandboxCases(): readonly SandboxCase[] {
  known ??= MODELS.flatMap((name) =>
    casesOf(JSON.parse(readFileSync(new URL(`../../models/${name}.json`, import.meta.url), 'utf8'))),
  );
  return known;
}

function casesOf(file: unknown): SandboxCase[] {
  const { paths } = model.parse(file);
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, entry]) => {
      const read = operation.safeParse(entry); // beside the methods stand parameters and extension fields
      return read.success ? casesOfOperation(read.data, method.toUpperCase(), template) : [];
    }),
  );
}

function casesOfOperation(read: z.infer<typeof operation>, method: string, template: string): SandboxCase[] {
  return Object.entries(read.responses).flatMap(([status, response]) =>
    (response['x-amzn-api-sandbox']?.static ?? []).map((one) => ({
      operation: read.operationId,
      method,
      template,
      parameters: Object.fromEntries(Object.entries(one.request.parameters).map(([name, { value }]) => [name, value])),
      status: Number(status),
      response: one.response,
    })),
  );
}
