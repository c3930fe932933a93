/** A marketplace that is only pretended: the connector's port answered from memory, for crowds no socket could serve in seconds. */
import { createOutbound } from '../../server/src/connectors/outbound.ts';
import { createRegistry } from '../../server/src/connectors/registry.ts';
import type { Connector, Finding } from '../../server/src/connectors/connector.ts';
import type { AccessToken } from '../../server/src/core/access.ts';
import type { Answer, Observation } from '../../server/src/core/observation.ts';
import { Secret } from '../../server/src/core/secret.ts';

/** Whose permission a question is asked with: a seller by number, the operator's own store, or none at all. */
export type Asker = number | 'operator' | null;
/** Who asks what; `at` is the instant of the answer. */
export type Question = { rung: Observation['rung']; call: string; asker: Asker; at: number };
/** May take its time: whatever it waits for, the look waits for too. */
export type Marketplace = (question: Omit<Question, 'at'>) => Promise<Answer>;

const HOUR = 3_600_000;

export function tokenFor(asker: number | 'operator'): string {
  return `Atzr|pretended-${asker}`;
}

function askerOf(secret: Secret): Asker {
  const name = /pretended-(\w+)$/.exec(secret.reveal())?.[1];
  return name === 'operator' ? name : Number(name);
}

/** The real connector, its calls answered by `marketplace`; a good answer names no seller and all sites stay as they were. */
export function pretendedConnector(marketplace: Marketplace): Connector {
  const outbound = createOutbound({ hostsUrl: 'http://127.0.0.1:9/{host}', userAgent: 'Storekeeper-Tests/1.0' });
  const real = createRegistry({ outbound }).connector('amazon');
  type Asking = Omit<Question, 'at'>;
  const hear = async (asking: Asking, more: Partial<Finding> = {}): Promise<Finding> => ({
    rung: asking.rung,
    call: asking.call,
    region: null,
    capability: null,
    answer: await marketplace(asking),
    status: null,
    code: null,
    message: null,
    ms: 1,
    facts: {},
    ...more,
  });
  const access = (answer: Answer, name: string, at: number): AccessToken | null =>
    answer === 'ok' ? { token: new Secret(name), mintedAt: at, expiresAt: at + HOUR } : null;
  return {
    ...real,
    askSelf: () => hear({ rung: 'self', call: 'reach', asker: null }),
    askApp: () => hear({ rung: 'app', call: 'token', asker: null }),
    askWithoutSeller: ({ site: { region } }) =>
      hear({ rung: 'control', call: 'getDestinations', asker: null }, { region }),
    grant: {
      kind: 'exchange',
      exchangeCode: () => Promise.reject(new Error('nobody gives consent here')),
      async refresh({ grantToken }, { now }) {
        const asker = askerOf(grantToken);
        const finding = await hear({ rung: 'grant', call: 'token', asker });
        return { finding, access: access(finding.answer, `Atza|pretended-${asker}`, now()), grantToken: null };
      },
    },
    ask({ call, site: { region }, access: { token } }) {
      const shape = real.dataCalls.find((one) => one.call === call);
      const rung = shape?.tellsStanding ? 'identity' : 'capability';
      return hear({ rung, call, asker: askerOf(token) }, { region, capability: shape?.capability ?? null });
    },
  };
}
