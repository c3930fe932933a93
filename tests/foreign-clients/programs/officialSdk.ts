import { HttpsProxyAgent } from 'https-proxy-agent';
import * as sdk from '@amazon-sp-api-release/amazon-sp-api-sdk-js';
import { answerLines } from './lines.ts';

/** Amazon's own SDK, as its sample application uses it. */
type Asked = {
  api: keyof typeof APIS;
  operation: string;
  parameters?: unknown[];
  /** The only address the SDK lets be set. */
  baseUrl?: string;
  /** The agent the SDK lets its API calls use; it fetches tokens without one. */
  proxy?: string;
  /** Either a token that is there already, or what the SDK fetches one with. */
  accessToken?: string;
  refreshToken?: string;
  clientId?: string;
  clientSecret?: string;
  scope?: string;
};

const APIS = {
  sellers: [sdk.SellersSpApi.ApiClient, sdk.SellersSpApi.SellersApi],
  transfers: [sdk.TransfersSpApi.ApiClient, sdk.TransfersSpApi.DefaultApi],
  finances: [sdk.Finances20240619SpApi.ApiClient, sdk.Finances20240619SpApi.DefaultApi],
  financesV0: [sdk.FinancesSpApi.ApiClient, sdk.FinancesSpApi.DefaultApi],
  reports: [sdk.ReportsSpApi.ApiClient, sdk.ReportsSpApi.ReportsApi],
  notifications: [sdk.NotificationsSpApi.ApiClient, sdk.NotificationsSpApi.NotificationsApi],
  applications: [sdk.ApplicationsSpApi.ApiClient, sdk.ApplicationsSpApi.ApplicationsApi],
} as const;

answerLines(async (asked: Asked) => {
  const [ApiClient, Api] = APIS[asked.api];
  const client = new ApiClient(asked.baseUrl ?? 'https://sellingpartnerapi-na.amazon.com');
  const { accessToken, refreshToken = null, scope = null, clientId = 'client-a', clientSecret = 'secret-a' } = asked;
  if (accessToken === undefined) client.enableAutoRetrievalAccessToken(clientId, clientSecret, refreshToken, scope);
  else client.applyXAmzAccessTokenToRequest(accessToken);
  if (asked.proxy !== undefined) client.requestAgent = new HttpsProxyAgent(asked.proxy);
  const operation = new Api(client)[asked.operation];
  if (!operation) throw new Error(`The SDK has no ${asked.operation}`);
  return operation.apply(new Api(client), asked.parameters ?? []);
});
