/** One look at a simulated store: the product's ladder, answered by the world instead of by a marketplace. */
import type { Connector } from '../../../server/src/connectors/connector.ts';
import { nextAsk, type Ask, type LadderMode, type Turn } from '../../../server/src/core/ladder.ts';
import type { Answer, Capability, LearntFacts, Observation, Rung } from '../../../server/src/core/observation.ts';
import { somebodyAtHome } from '../../../server/src/stores/control.ts';
import type { AskControl, CrowdMemory } from './crowd-memory.ts';
import type { Asker } from './happenings.ts';
import type { World } from './world.ts';

/** How long an answer takes. Milliseconds. */
export const ANSWER_MS = 200;

export type Climbing = {
  world: World;
  crowd: CrowdMemory;
  connector: Connector;
  operatorStore: boolean;
  hasten: (store: number) => void;
};

/** `own`: questions with the store's credentials; `others`: controls, our app, the other host. */
export type Calls = { own: number; others: number };
export type Climb = { observations: Observation[]; calls: Calls; endedAt: number };

type Look = {
  store: number;
  mode: LadderMode;
  identityWanted: boolean;
  inTurn: Turn | null;
  credentialVersion: number;
  at: number;
};

const FINANCES_CALL = 'finances';

export function climb(around: Climbing, look: Look): Climb {
  return new Climber(around, look).climb();
}

class Climber {
  readonly #around: Climbing;
  readonly #look: Look;
  readonly #calls: Calls = { own: 0, others: 0 };
  /** True time. */
  #at: number;
  #minted = false;

  constructor(around: Climbing, look: Look) {
    this.#around = around;
    this.#look = look;
    this.#at = look.at;
  }

  climb(): Climb {
    const asked: Observation[] = [];
    const { dataCalls, grant } = this.#around.connector;
    const { mode, identityWanted, inTurn } = this.#look;
    const asksGrant = grant.kind === 'exchange';
    for (;;) {
      const ask = nextAsk({ mode, asked, dataCalls, asksGrant, identityWanted, trouble: null, turn: 0, inTurn });
      if (!ask) return { observations: asked, calls: this.#calls, endedAt: this.#at };
      asked.push(this.#answer(ask));
    }
  }

  #answer({ rung, call }: Ask): Observation {
    const { crowd } = this.#around;
    switch (rung) {
      case 'self':
        return crowd.witness('self', this.#now(), () => this.#ask({ rung, call: 'reach', asker: null }));
      case 'app': {
        const seen = crowd.witness('app', this.#now(), () => this.#ask({ rung, call: 'token', asker: null }));
        crowd.noteApp(seen);
        return seen;
      }
      case 'control':
        return this.#control();
      case 'grant': {
        const seen = this.#ask({ rung, call, asker: this.#look.store });
        this.#minted = seen.answer === 'ok';
        return seen;
      }
      default:
        return this.#data(rung, call);
    }
  }

  #data(rung: Rung, call: string): Observation {
    const seen = this.#ask({ rung, call, asker: this.#look.store });
    // A token minted a moment ago cannot be stale.
    const answer = this.#minted && seen.answer === 'token_stale' ? 'denied' : seen.answer;
    return { ...seen, answer, freshToken: this.#minted };
  }

  #control(): Observation {
    const { crowd } = this.#around;
    const control = crowd.control(this.#look.store, () => this.#now(), this.#ways());
    const seen = observation({ rung: 'control', call: `control:${control.via}`, capability: null });
    return { ...seen, at: control.at, answer: control.answer, credentialVersion: this.#look.credentialVersion };
  }

  #ways(): AskControl {
    const inItsPlace = (asker: number | 'operator'): Answer | null => {
      const opened = this.#ask({ rung: 'grant', call: 'token', asker });
      if (opened.answer !== 'ok') return opened.answer === 'throttled' ? null : opened.answer;
      const call = this.#around.connector.dataCalls.find((d) => d.capability === FINANCES_CALL)?.call ?? '';
      return somebodyAtHome(this.#ask({ rung: 'capability', call, asker }));
    };
    return {
      neighbour: inItsPlace,
      operatorStore: this.#around.operatorStore ? () => inItsPlace('operator') : null,
      alone: () => somebodyAtHome(this.#ask({ rung: 'control', call: 'getDestinations', asker: null })),
      hasten: this.#around.hasten,
    };
  }

  #ask({ rung, call, asker }: { rung: Rung; call: string; asker: Asker }): Observation {
    this.#calls[asker === this.#look.store ? 'own' : 'others'] += 1;
    this.#at += ANSWER_MS;
    const capability = rung === 'identity' || rung === 'capability' ? this.#capabilityOf(call) : null;
    const { answer, facts } = this.#around.world.answer({ rung, call, capability, asker, at: this.#at });
    const seen = observation({ rung, call, capability });
    return { ...seen, at: this.#now(), answer, facts, credentialVersion: this.#look.credentialVersion };
  }

  #capabilityOf(call: string): Capability | null {
    return this.#around.connector.dataCalls.find((shape) => shape.call === call)?.capability ?? null;
  }

  #now(): number {
    return this.#at + this.#around.world.skew(this.#at).ms;
  }
}

let made = 0;
const NO_FACTS: LearntFacts = {};

function observation(what: Pick<Observation, 'rung' | 'call' | 'capability'>): Observation {
  made += 1;
  return {
    ...what,
    id: `ob_${made}`,
    at: 0,
    source: 'probe',
    region: null,
    answer: 'ok',
    status: null,
    code: null,
    message: null,
    ms: ANSWER_MS,
    credentialVersion: 1,
    freshToken: false,
    facts: NO_FACTS,
  };
}
