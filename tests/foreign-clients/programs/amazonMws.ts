import AmazonMws from 'amazon-mws';
import { answerLines } from './lines.ts';

/** npm amazon-mws, as its README uses it. */
type Asked = {
  /** Several calls under one name share one client object. */
  host?: string;
  port?: string;
  protocol?: 'http' | 'https';
  section: 'sellers' | 'finances' | 'reports';
  parameters: Record<string, unknown>;
  accessKeyId?: string;
  secretKey?: string;
};

const VERSIONS = { sellers: '2011-07-01', finances: '2015-05-01', reports: '2009-01-01' } as const;

answerLines(async (asked: Asked) => {
  const client = new AmazonMws(asked.accessKeyId ?? 'AKIANORTH', asked.secretKey ?? 'secret-north');
  client.setHost(asked.host ?? 'mws.amazonservices.com', asked.port, asked.protocol);
  return client[asked.section].search({
    Version: VERSIONS[asked.section],
    SellerId: 'A1NORTH',
    MWSAuthToken: 'amzn.mws.north',
    ...asked.parameters,
  });
}, typed);

/** Its errors write their fields with capitals. */
function typed(error: unknown): Record<string, unknown> {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { Message, StatusCode, OriginalError, type } = error as Record<string, unknown>;
  return { type, message: Message, status: StatusCode, original: OriginalError };
}
