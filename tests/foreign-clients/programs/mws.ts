import { amazonMarketplaces, HttpClient, MWS, NextToken } from 'mws';
import { answerLines } from './lines.ts';

/** npm mws, as its README uses it. */
type Asked = {
  country?: keyof typeof amazonMarketplaces;
  section: 'sellers' | 'finances' | 'reports';
  operation: string;
  parameters?: Record<string, unknown>;
  /** Fields that the client wants as dates. */
  dates?: Record<string, string>;
  /** For ByNextToken operations. */
  next?: string;
  accessKeyId?: string;
  secretKey?: string;
  sellerId?: string;
  token?: string;
};

answerLines(async (asked: Asked) => {
  const marketplace = amazonMarketplaces[asked.country ?? 'US'];
  if (!marketplace) throw new Error(`The client knows no ${asked.country}`);
  const client = new MWS(
    new HttpClient({
      marketplace,
      awsAccessKeyId: asked.accessKeyId ?? 'AKIANORTH',
      secretKey: asked.secretKey ?? 'secret-north',
      mwsAuthToken: asked.token ?? 'amzn.mws.north',
      sellerId: asked.sellerId ?? 'A1NORTH',
    }),
  );
  const section: object = client[asked.section];
  const operation: unknown = Reflect.get(section, asked.operation);
  if (typeof operation !== 'function') throw new Error(`The client has no ${asked.operation}`);
  const result: unknown = await Reflect.apply(operation, section, [argument(asked)]);
  return result;
}, typed);

function argument({ next, parameters, dates = {}, operation }: Asked): unknown {
  if (next !== undefined) return new NextToken(operation.replace('ByNextToken', ''), next);
  const asDates = Object.entries(dates).map(([name, date]): [string, Date] => [name, new Date(date)]);
  return { ...parameters, ...Object.fromEntries(asDates) };
}

/** The class a caller would catch and what it tells; what has no class of its own is thrown as it came. */
function typed(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: error };
  const { code, type, mwsMessage, requestId } = error as Error & Record<string, unknown>;
  return { name: error.constructor.name, message: error.message, code, type, mwsMessage, requestId };
}
