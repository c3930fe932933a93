/** A marketplace that is only pretended: the connector's port answered from memory, for crowds no socket could serve in seconds. */
import { createOutbound } from '../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../server/src/connectors/registry.ts';
import type { Connector, Finding } from '../../server/src/connectors/connector.ts';
import type { AccessToken } from '../../server/src/core/access.ts';
import type { Answer, Observation } from '../../server/src/core/observation.ts';
import { Secret } from '../../server/src/core/secret.ts';

/** Who asks what, at which instant. `seller` is the number in the token; null for a call that needs no seller. */
export type Question = { rung: Observation['rung']; call: string; seller: number | null; at: number };
export type Marketplace = (question: Question) => Answer;

const HOUR = 3_600_000;

export function tokenFor(seller: number): string {
  return `Atzr|pretended-${seller}`;
}

/** The real connector, its calls answered by `marketplace`; a good answer names no seller and all sites stay as they were. */
export function pretendedConnector(marketplace: Marketplace): Connector {
  const outbound = createOutbound({ hostsUrl: 'http://127.0.0.1:9/{host}', userAgent: 'Storekeeper-Tests/1.0' });
  const real = createRegistry({ outbound }).connector('amazon');
  const heard = (question: Question, more: Partial<Finding> = {}): Finding => ({
    rung: question.rung,
    call: question.call,
    region: null,
    capability: null,
    answer: marketplace(question),
    status: null,
    code: null,
    message: null,
    ms: 1,
    facts: {},
    ...more,
  });
  const access = (answer: Answer, name: string, at: number): AccessToken | null =>
    answer === 'ok' ? { token: new Secret(name), mintedAt: at, expiresAt: at + HOUR } : null;
  const sellerOf = (secret: Secret) => Number(/\d+$/.exec(secret.reveal())?.[0]);
  return {
    ...real,
    askSelf: ({ now }) => Promise.resolve(heard({ rung: 'self', call: 'reach', seller: null, at: now() })),
    askApp: (_request, { now }) => Promise.resolve(heard({ rung: 'app', call: 'token', seller: null, at: now() })),
    askWithoutSeller: ({ site: { region } }, { now }) =>
      Promise.resolve(heard({ rung: 'control', call: 'getDestinations', seller: null, at: now() }, { region })),
    grant: {
      kind: 'exchange',
      exchangeCode: () => Promise.reject(new Error('nobody gives consent here')),
      refresh({ grantToken }, { now }) {
        const seller = sellerOf(grantToken);
        const finding = heard({ rung: 'grant', call: 'token', seller, at: now() });
        return Promise.resolve({
          finding,
          access: access(finding.answer, `Atza|pretended-${seller}`, now()),
          grantToken: null,
        });
      },
    },
    ask({ call, site: { region }, access: { token } }, { now }) {
      const shape = real.dataCalls.find((one) => one.call === call);
      const rung = shape?.tellsStanding ? 'identity' : 'capability';
      const question = { rung, call, seller: sellerOf(token), at: now() } as const;
      return Promise.resolve(heard(question, { region, capability: shape?.capability ?? null }));
    },
  };
}
