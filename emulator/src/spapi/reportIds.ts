import { createHash } from 'node:crypto';

import type { Settlement } from '../world/schema.ts';

export const SETTLEMENT_REPORT = 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2';

/** A settlement's report and document: always the same, so that a notification and the list name the same one. */
export function reportIds({ sellerId, settlementId }: Settlement): { reportId: string; reportDocumentId: string } {
  const id = createHash('sha256').update(`report ${sellerId} ${settlementId}`).digest();
  return {
    reportId: String(50_000_000_000 + id.readUInt32BE(0)),
    reportDocumentId: `amzn1.spdoc.1.4.${id.subarray(4, 20).toString('hex')}`,
  };
}
