import { z } from 'zod';

import { MWS_HOSTS } from '../mws/hosts.ts';
import { SECTION_NAMES } from '../mws/sections.ts';
import { ok, parsed } from './route.ts';
import type { ControlRoute } from './route.ts';

const HOSTS = MWS_HOSTS.map(({ host }) => host);

const serviceSchema = z.strictObject({
  host: z.string().refine((host) => HOSTS.includes(host), { error: `must be an MWS host: ${HOSTS.join(', ')}` }),
  section: z.enum(SECTION_NAMES),
  status: z.enum(['GREEN', 'GREEN_I', 'YELLOW', 'RED']),
});

export const SERVICES_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/services',
    id: 'listServices',
    summary: 'What GetServiceStatus says, where it is not GREEN',
    handle: ({ stage }) => ok({ data: [...stage.amazon.services.values()].filter(({ status }) => status !== 'GREEN') }),
  },
  {
    method: 'PATCH',
    path: '/services',
    id: 'changeService',
    summary: 'What GetServiceStatus says of one section at one MWS host; GREEN_I, YELLOW and RED come with a message',
    body: serviceSchema,
    handle({ stage, body }) {
      const service = parsed(serviceSchema, body);
      stage.amazon.services.set(`${service.host} ${service.section}`, service);
      return ok(service);
    },
  },
];
