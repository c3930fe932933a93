/** The part of Amazon's SDK that the tests use; the package ships no declarations for its entry. */
declare module '@amazon-sp-api-release/amazon-sp-api-sdk-js' {
  export class ApiClient {
    constructor(baseUrl: string);
    enableAutoRetrievalAccessToken(
      clientId: string,
      clientSecret: string,
      ...either: [refreshToken: string | null, scope: string | null]
    ): void;
    applyXAmzAccessTokenToRequest(token: string): void;
    requestAgent: unknown;
  }
  type Operation = (...parameters: unknown[]) => Promise<unknown>;
  type Api = new (client: ApiClient) => { [operation: string]: Operation | undefined };

  export const SellersSpApi: { ApiClient: typeof ApiClient; SellersApi: Api };
  export const TransfersSpApi: { ApiClient: typeof ApiClient; DefaultApi: Api };
  export const Finances20240619SpApi: { ApiClient: typeof ApiClient; DefaultApi: Api };
  export const FinancesSpApi: { ApiClient: typeof ApiClient; DefaultApi: Api };
  export const ReportsSpApi: { ApiClient: typeof ApiClient; ReportsApi: Api };
  export const ApplicationsSpApi: { ApiClient: typeof ApiClient; ApplicationsApi: Api };
  export const NotificationsSpApi: { ApiClient: typeof ApiClient; NotificationsApi: Api };
}
