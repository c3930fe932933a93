import MwsApi from 'mws-api';
import { answerLines } from './lines.ts';

/** npm mws-api, as its README uses it. */
type Asked = {
  host?: string;
  section: 'Sellers' | 'Reports';
  operation: string;
  parameters?: Record<string, unknown>;
  accessKeyId?: string;
  secretKey?: string;
  sellerId?: string;
  token?: string;
};

answerLines(async (asked: Asked) => {
  const client = new MwsApi({
    host: asked.host ?? 'mws.amazonservices.com',
    accessKeyId: asked.accessKeyId ?? 'AKIANORTH',
    secretAccessKey: asked.secretKey ?? 'secret-north',
    merchantId: asked.sellerId ?? 'A1NORTH',
    authToken: asked.token ?? 'amzn.mws.north',
  });
  const operation = client[asked.section][asked.operation];
  if (!operation) throw new Error(`The client has no ${asked.operation}`);
  // It would repeat a throttled call for ever.
  return operation(asked.parameters ?? {}, { retry: false });
});
