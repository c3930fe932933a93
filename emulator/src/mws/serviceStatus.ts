import type { Instant } from '../clock.ts';
import type { Amazon } from '../state/amazon.ts';
import type { Section } from './sections.ts';
import type { UsagePlan } from './usagePlan.ts';
import type { Element } from './xml.ts';

/** Every section has it; two at once, one more every five minutes. It needs a developer and no seller. */
export const SERVICE_STATUS = 'GetServiceStatus';
export const SERVICE_STATUS_PLAN: UsagePlan = { burst: 2, restoreSeconds: 300 };

/** What comes with a status that is not plain GREEN (`MessageId` and `Messages`, MWS documentation). */
const MESSAGES: Record<string, string> = {
  GREEN_I: 'The service is operating normally. Additional information is provided.',
  YELLOW: 'The service is experiencing higher than normal error rates or is operating with degraded performance.',
  RED: 'The service is unavailable or experiencing extremely high error rates.',
};

export function serviceStatus(
  amazon: Amazon,
  { host, section }: { host: string; section: Section },
  now: Instant,
): Element[] {
  const status = amazon.services.get(`${host} ${section.name}`)?.status ?? 'GREEN';
  const text = MESSAGES[status];
  const plain: Element[] = [
    ['Status', status],
    ['Timestamp', new Date(now).toISOString()],
  ];
  if (text === undefined) return plain;
  const message: Element = [
    'Message',
    [
      ['Locale', 'en_US'],
      ['Text', text],
    ],
  ];
  return [...plain, ['MessageId', '173964729I'], ['Messages', [message]]];
}
