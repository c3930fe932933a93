/** English for the operator: what is wrong with the app or the machine, and what to do. Sellers never read this. */
import { CAUSES, type Cause } from '../core/diagnosis.ts';

export type OperatorText = { subject: string; happened: string; means: string; next: string };

type OwnedBy<O extends string> = { [C in Cause]: (typeof CAUSES)[C]['owner'] extends O ? C : never }[Cause];

const EVERY_STORE =
  'Every store of this app is affected. Sellers read that nothing is to be done, and nobody else was mailed.';
const BY_THEMSELVES = 'The stores turn green by themselves.';
const SETUP_ONLY = 'Stores that are connected go on working; new ones cannot be connected.';

const OPERATOR_TEXTS = {
  'app.secret_expired': {
    subject: 'the app’s secret is refused',
    happened: 'The marketplace refuses our app’s client secret: it ran out or was replaced.',
    means: EVERY_STORE,
    next: `Make a new secret in the marketplace’s developer console, put it into the file named by STOREKEEPER_APPS_FILE, as clientSecret with the one before as previousClientSecret. The file is read anew by itself. ${BY_THEMSELVES}`,
  },
  'app.secret_expiring': {
    subject: 'the app’s secret runs out soon',
    happened: 'Our app’s client secret is near its end.',
    means: 'All is well until that day; after it every call of this app is refused.',
    next: 'Make a new secret in the marketplace’s developer console and put it into the file named by STOREKEEPER_APPS_FILE as clientSecret, with the present one as previousClientSecret.',
  },
  'app.mismatch': {
    subject: 'the app does not fit its stores',
    happened: 'The marketplace says that the stores’ tokens were given to another app than the one configured here.',
    means: EVERY_STORE,
    next: `Compare applicationId, clientId and clientSecret in the file named by STOREKEEPER_APPS_FILE with the developer console. ${BY_THEMSELVES}`,
  },
  'app.key_unknown': {
    subject: 'the developer key is not known',
    happened: 'The marketplace does not know our access key: it was deleted, replaced, or unused for ninety days.',
    means: EVERY_STORE,
    next: `Make a new key in the developer console, put it into the file named by STOREKEEPER_APPS_FILE as accessKeyId and secretKey. The file is read anew by itself. ${BY_THEMSELVES}`,
  },
  'app.secret_wrong': {
    subject: 'the developer’s signature is refused',
    happened: 'The marketplace finds our signature wrong: the secret key does not fit the access key.',
    means: EVERY_STORE,
    next: `Compare secretKey in the file named by STOREKEEPER_APPS_FILE with the developer console. ${BY_THEMSELVES}`,
  },
  'app.mws_dev_id_missing': {
    subject: 'a region has no developer ID',
    happened: 'A seller could not give permission because the application has no MWS developer ID in that region.',
    means: SETUP_ONLY,
    next: 'Register an MWS developer ID for the region, or let its sellers connect through the Selling Partner API.',
  },
  'mkt.sunset': {
    subject: 'stores still use MWS',
    happened: 'Amazon ended the Marketplace Web Service on 31 March 2024.',
    means: 'Stores that are connected by it cannot be reached at Amazon any more.',
    next: 'Let their sellers move to the Selling Partner API: every such store offers it.',
  },
  'app.suspended': {
    subject: 'the app was stopped',
    happened: 'The marketplace lets this app take no calls any more.',
    means: EVERY_STORE,
    next: `Read the notices in the marketplace’s developer console and answer them there. ${BY_THEMSELVES}`,
  },
  'app.draft': {
    subject: 'the app is still a draft',
    happened: 'A seller could not give permission because the app is a draft at the marketplace.',
    means: SETUP_ONLY,
    next: 'Publish the app, or set draft to true for it in the file named by STOREKEEPER_APPS_FILE while it is one.',
  },
  'app.redirect_mismatch': {
    subject: 'the redirect address is not registered',
    happened: 'A seller could not give permission because the marketplace does not know our redirect address.',
    means: SETUP_ONLY,
    next: 'Register the redirectUri of the file named by STOREKEEPER_APPS_FILE in the marketplace’s developer console, letter by letter.',
  },
  'app.consent_limit': {
    subject: 'the app may take no more stores',
    happened: 'A seller could not give permission because the app has as many stores as the marketplace allows it.',
    means: SETUP_ONLY,
    next: 'List the app in the marketplace’s store, or use another app for further sellers.',
  },
  'grant.role_missing': {
    subject: 'the app lacks a role',
    happened: 'The marketplace refuses a kind of data to our app that it shares with apps which have the role for it.',
    means: 'The stores stay connected; that kind of data is missing.',
    next: 'Add the role to the app in the marketplace’s developer console. Afterwards every seller has to confirm the permission once more. Storekeeper does not mail them about that: tell them, or send them a connect link.',
  },
  'own.network': {
    subject: 'this machine cannot reach other hosts',
    happened: 'Neither the marketplace nor another host answers from here.',
    means: 'Nothing can be looked at. No store was judged by it and no seller was mailed.',
    next: `Look at the network, the name service and the proxy of this machine. ${BY_THEMSELVES}`,
  },
  'own.clock': {
    subject: 'this machine’s clock is wrong',
    happened: 'This machine’s clock differs from the marketplace’s by more than five minutes.',
    means: 'Dates and deadlines are wrong by as much, and signed calls are refused.',
    next: 'Set the clock, and have it kept by a time service.',
  },
  'own.database': {
    subject: 'the database has a fault',
    happened: 'The database does not answer as it should.',
    means: 'Nothing new can be kept. No store was judged by it.',
    next: 'Look at the database’s own log and at the room left on its disk.',
  },
  'own.credential': {
    subject: 'a stored credential cannot be opened',
    happened: 'Storekeeper could not open the stored credential of one or more stores in two checks.',
    means: 'These stores cannot be checked: a permission that ends now would not be noticed. No seller was mailed.',
    next: 'Run storekeeper doctor. Check that every key that sealed credentials is in STOREKEEPER_SECRET_KEY, older keys behind the current one. If the key is right, the row is damaged: restore it from a backup, or have the seller confirm the permission again.',
  },
  'own.check': {
    subject: 'stores cannot be checked',
    happened: 'Two checks of one or more stores could not be made because of a fault of Storekeeper or its settings.',
    means: 'These stores cannot be checked: a permission that ends now would not be noticed. No seller was mailed.',
    next: 'Open the store and read the reason under How we know; the log has the details. Most often its app is missing in the file named by STOREKEEPER_APPS_FILE.',
  },
  unknown: {
    subject: 'an answer that nobody knows',
    happened: 'The marketplace gave an answer that no rule here knows.',
    means:
      'The store keeps its status, and its seller was not mailed. The whole answer is kept with the store, without secrets.',
    next: 'Open the store and read the answer under How we know. Report it, so that it gets a rule.',
  },
} as const satisfies Record<OwnedBy<'operator'>, OperatorText>;

const TEXTS: Partial<Record<Cause, OperatorText>> = OPERATOR_TEXTS;

const OTHERWISE: OperatorText = {
  subject: 'something needs a look',
  happened: 'Storekeeper met a fault that is not a seller’s.',
  means: 'Sellers read that nothing is to be done.',
  next: 'Open Storekeeper and look at the stores that are not connected.',
};

export function operatorText(cause: Cause): OperatorText {
  return TEXTS[cause] ?? OTHERWISE;
}
