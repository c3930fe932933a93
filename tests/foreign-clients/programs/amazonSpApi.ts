import { HttpsProxyAgent } from 'https-proxy-agent';
import { SellingPartner } from 'amazon-sp-api';
import { answerLines } from './lines.ts';

/** npm amazon-sp-api, as its README uses it. */
type Asked = {
  /** Calls under the same name share one client object, and so its access token. */
  name?: string;
  region?: 'na' | 'eu' | 'fe';
  refreshToken?: string;
  clientId?: string;
  clientSecret?: string;
  sandbox?: boolean;
  proxy?: string;
  /** Exchange this authorization code instead of calling an operation. */
  exchange?: string;
  operation?: string;
  /** For operations the package has no name for. */
  apiPath?: string;
  query?: Record<string, unknown>;
  path?: Record<string, unknown>;
};

const kept = new Map<string, SellingPartner>();

function clientFor(asked: Asked): SellingPartner {
  const known = asked.name === undefined ? undefined : kept.get(asked.name);
  if (known) return known;
  const made = new SellingPartner({
    region: asked.region ?? 'na',
    refresh_token: asked.refreshToken ?? '',
    credentials: {
      SELLING_PARTNER_APP_CLIENT_ID: asked.clientId ?? 'client-a',
      SELLING_PARTNER_APP_CLIENT_SECRET: asked.clientSecret ?? 'secret-a',
    },
    options: {
      auto_request_throttled: false,
      retry_remote_timeout: false,
      use_sandbox: asked.sandbox ?? false,
      ...(asked.proxy === undefined ? {} : { https_proxy_agent: new HttpsProxyAgent(asked.proxy) }),
    },
  });
  if (asked.name !== undefined) kept.set(asked.name, made);
  return made;
}

answerLines(async (asked: Asked) => {
  const client = clientFor(asked);
  if (asked.exchange !== undefined) return client.exchange(asked.exchange);
  const { operation = '', apiPath, query = {}, path = {} } = asked;
  if (apiPath !== undefined) return client.callAPI({ operation, api_path: apiPath, method: 'GET', query });
  return client.callAPI({ operation, query, path });
});
