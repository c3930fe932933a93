import { createHash } from 'node:crypto';

/** The financial event group of a payout: 43 letters and digits, as in the model's examples. */
export function groupId(payoutId: string): string {
  return createHash('sha256').update(`group ${payoutId}`).digest('base64url');
}
