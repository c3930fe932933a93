/** Is this the demo? Asked on the sign-in page, before anybody is signed in. */
import type { Offer } from '../../../server/src/http/contract/app.ts';
import { request } from './request.ts';

export async function hasDemo(): Promise<boolean> {
  const { demo } = await request<Offer>('/app/offer');
  return demo;
}
