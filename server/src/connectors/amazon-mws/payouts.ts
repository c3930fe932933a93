/**
 * What the calls for money tell about a connection. MWS names no payout's health: a good answer shows that the section
 * is open, and nothing of what is in it is kept. Shapes as recorded; real answers of Finances have no prolog.
 */
import type { LearntFacts } from '../../core/observation.ts';
import { find } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** What a body told, or why it cannot be read: `garbled` names the answer that is not as it was recorded. */
export type Reading = { facts: LearntFacts; message?: string | null } | { garbled: string };

export function readEventGroups(root: XmlElement): Reading {
  return resultOf(root, 'ListFinancialEventGroups') ? { facts: {} } : notAsSent('ListFinancialEventGroups');
}

export function readReports(root: XmlElement): Reading {
  return resultOf(root, 'GetReportList') ? { facts: {} } : notAsSent('GetReportList');
}

/** `<XResponse><XResult>…`, the envelope of every good answer; undefined when it is another's. */
export function resultOf(root: XmlElement, action: string): XmlElement | undefined {
  return root.name === `${action}Response` ? find(root, `${action}Result`) : undefined;
}

export function notAsSent(action: string): { garbled: string } {
  return { garbled: `Not as MWS sends it: ${action}` };
}
