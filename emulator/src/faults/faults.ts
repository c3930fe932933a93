import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { Instant } from '../clock.ts';
import { hostRole } from '../hosts.ts';
import { REFUSAL_NAMES, strikesBeforeAuthentication } from '../mws/refusals.ts';

const KINDS = [
  'auth_incident',
  'outage',
  'throttle',
  'html_503',
  'slow',
  'drop_response',
  'truncate',
  'unknown_answer',
] as const;

export type FaultKind = (typeof KINDS)[number];

const matchSchema = z.strictObject({
  host: z.string().min(1).optional(),
  path: z.string().startsWith('/', 'must start with / and has no host').optional(),
  operation: z.string().min(1).optional(),
  sellerId: z.string().min(1).optional(),
  share: z.number().min(0).max(1).optional(),
});

const answerSchema = z
  .strictObject({
    kind: z.enum(KINDS).optional(),
    /** One of MWS's own refusals; hosts other than MWS's are left alone by such a fault. */
    mws: z.enum(REFUSAL_NAMES).optional(),
    status: z.int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.json().optional(),
    delayMs: z.int().min(0).max(600_000).optional(),
    drop: z.boolean().optional(),
  })
  .refine((answer) => Object.values(answer).some((value) => value !== undefined), {
    error: 'must say what happens: kind, mws, status, delayMs or drop',
  });

export const faultSchema = z.strictObject({
  match: matchSchema.default({}),
  answer: answerSchema,
  times: z.int().min(1).optional(),
  /** Emulator time; from then on the fault is over. */
  until: z.iso.datetime({ offset: true }).optional(),
});

type FaultOrder = z.infer<typeof faultSchema>;
export type FaultAnswer = FaultOrder['answer'];

/** A fault in force: `served` counts the requests it has answered. */
export type Fault = FaultOrder & { id: string; served: number };

/** What a request looks like to a fault. */
export type Target = {
  host: string;
  path: string;
  operation: string | undefined;
  sellerId: string | undefined;
};

export type Faults = {
  add: (id: string, order: FaultOrder) => Fault;
  list: () => readonly Fault[];
  remove: (id: string) => boolean;
  clear: () => void;
  /** The newest fault in force that matches, not yet counted as served. */
  find: (target: Target, now: Instant) => Fault | undefined;
  /** Counts one answer; a fault with `times` is over after the last. */
  count: (fault: Fault) => void;
};

export function createFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add(id, order) {
      const fault: Fault = { ...order, id, served: 0 };
      faults.unshift(fault);
      return fault;
    },
    list: () => faults,
    remove(id) {
      const before = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      return faults.length < before;
    },
    clear() {
      faults = [];
    },
    find: (target, now) => faults.find((fault) => inForce(fault, now) && strikes(fault, target)),
    count(fault) {
      fault.served += 1;
    },
  };
}

function inForce(fault: Fault, now: Instant): boolean {
  if (fault.times !== undefined && fault.served >= fault.times) return false;
  return fault.until === undefined || now < Date.parse(fault.until);
}

function strikes({ match, answer }: Fault, target: Target): boolean {
  return matches(match, target) && (answer.mws === undefined || hostRole(target.host)?.kind === 'mws');
}

function matches(match: FaultOrder['match'], target: Target): boolean {
  const named = [
    match.host === undefined || match.host === target.host,
    match.path === undefined || target.path.startsWith(match.path),
    match.operation === undefined || match.operation === target.operation,
    match.sellerId === undefined || match.sellerId === target.sellerId,
    match.share === undefined || (target.sellerId !== undefined && shareOf(target.sellerId) < match.share),
  ];
  return named.every(Boolean);
}

/** Where a seller stands between 0 and 1, always the same, so that a share hits the same sellers on every call. */
export function shareOf(sellerId: string): number {
  return createHash('sha256').update(sellerId).digest().readUInt32BE(0) / 2 ** 32;
}

/** Kinds that strike on the way, whoever asks; all others answer in Amazon's name once the caller is known. */
export function isTransport(answer: FaultAnswer): boolean {
  if (answer.mws !== undefined) return strikesBeforeAuthentication(answer.mws);
  switch (answer.kind) {
    case 'outage':
    case 'html_503':
    case 'slow':
    case 'drop_response':
    case 'truncate':
      return true;
    case 'auth_incident':
    case 'throttle':
    case 'unknown_answer':
      return false;
    case undefined:
      return answer.status === undefined;
  }
}
