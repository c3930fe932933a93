/** What this instance offers before anybody is signed in: is it the demo, does it send mail? */
import type { Offer } from '../../../server/src/http/contract/app.ts';
import { request } from './request.ts';

export function readOffer(): Promise<Offer> {
  return request<Offer>('/app/offer');
}

export async function hasDemo(): Promise<boolean> {
  return (await readOffer()).demo;
}
