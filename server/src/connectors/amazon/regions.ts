/** Where the Selling Partner API is reached. */
import type { Region } from '../../core/observation.ts';

/** Selling Partner API hosts per region (SP-API endpoints, production). */
export const API_HOSTS: Readonly<Record<Region, string>> = {
  na: 'sellingpartnerapi-na.amazon.com',
  eu: 'sellingpartnerapi-eu.amazon.com',
  fe: 'sellingpartnerapi-fe.amazon.com',
};

/** Login with Amazon's token endpoint: one for all regions. */
export const TOKEN_ENDPOINT = 'https://api.amazon.com/auth/o2/token';
