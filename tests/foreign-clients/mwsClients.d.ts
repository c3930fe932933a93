/** The part of npm mws-api that the tests use; the package ships no declarations. */
declare module 'mws-api' {
  type Call = (parameters: Record<string, unknown>, meta: { retry: boolean }) => Promise<unknown>;
  type Section = { [operation: string]: Call | undefined };

  export default class MwsApi {
    constructor(options: {
      host: string;
      accessKeyId: string;
      secretAccessKey: string;
      merchantId: string;
      authToken: string;
    });
    Sellers: Section;
    Reports: Section;
  }
}
