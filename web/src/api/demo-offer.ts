/** Does this server run the demo? Asked before anybody is signed in, so only yes or no is learnt. */
import { isStatus, request } from './request.ts';

export async function hasDemo(): Promise<boolean> {
  const health = await request<{ demo?: boolean } | undefined>('/healthz');
  if (health?.demo !== undefined) return health.demo;
  try {
    await request('/app/demo');
    return true;
  } catch (error) {
    // Without a session the demo answers 401; a server without a demo knows no such address.
    return isStatus(error, 401);
  }
}
