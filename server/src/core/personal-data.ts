/**
 * Which columns of the database hold personal data, which hold secrets, and what removes them. A test compares this with
 * the tables of both databases: a new column of text has to be listed here. Ids that the program makes name no person.
 */

/** What clears the personal data of a table: the erasure of the store, person or account that it is about, or its age. */
const CLEARED_BY = ['store', 'person', 'account', 'age'] as const;

/** Every text column of one table stands in exactly one of the three lists. */
type TableData = {
  /** Names, addresses, seller IDs, network addresses, and texts that people or marketplaces wrote. */
  personal: readonly string[];
  /** Sealed, or a hash of something that opens a door. */
  secret: readonly string[];
  neither: readonly string[];
  /** Empty where nothing is personal. */
  clearedBy: readonly ('store' | 'person' | 'account' | 'age')[];
};

const STORE: TableData = table({
  personal:
    'name email second_email seller_id claimed_seller_id receiving_account sites judgement alarm repair absence lost',
  neither:
    'account_id id marketplace application_id cohort region site currency phase verdict cause authorized_by ever_ok rows_seen lease_owner',
  clearedBy: 'store account person',
});

const CONNECT_SESSION: TableData = table({
  personal: 'fields arrived_seller_id steps diagnosis wrong_store',
  secret: 'token_hash browser_hash code_sealed',
  neither: 'account_id id kind store_id marketplace site status code_key_id lease_owner made_by',
  clearedBy: 'store account age',
});

/** What belongs to stores. */
const OF_STORES: Readonly<Record<string, TableData>> = {
  store: STORE,
  credential: table({ secret: 'sealed', neither: 'account_id store_id kind state key_id' }),
  // The answer as it was understood: the seller ID, the names of stores, and the marketplace's own text.
  observation: table({ personal: 'body', neither: 'account_id store_id id', clearedBy: 'store account age' }),
  look: table({ personal: 'body', neither: 'account_id store_id id', clearedBy: 'store account age' }),
  event: table({ personal: 'snapshot', neither: 'id account_id store_id type', clearedBy: 'store account age' }),
  connect_session: CONNECT_SESSION,
  consent_state: table({
    personal: 'seller_id',
    secret: 'state_hash browser_hash',
    neither: 'session_id account_id marketplace application_id site',
    clearedBy: 'store account age',
  }),
  hand_off: table({
    personal: 'recipient sender account_name steps',
    secret: 'token_hash',
    neither: 'account_id id store_id session_id language made_by',
    clearedBy: 'store account age',
  }),
  subscription: table({
    personal: 'failure',
    neither:
      'account_id store_id type application_id region destination_id subscription_id state last_event_id told told_by',
    clearedBy: 'store account',
  }),
  token_intent: table({ neither: 'account_id id store_id kind session_id owner outcome' }),
  incident_store: table({ neither: 'incident_id account_id store_id ended' }),
};

/** What belongs to accounts as a whole. */
const OF_ACCOUNTS: Readonly<Record<string, TableData>> = {
  accounts: table({ personal: 'name slug logo metadata', neither: 'id', clearedBy: 'account' }),
  membership: table({ neither: 'id organization_id user_id role' }),
  invitation: table({
    personal: 'email',
    secret: 'secret_hash',
    neither: 'id organization_id role status inviter_id',
    clearedBy: 'account person age',
  }),
  api_key: table({
    personal: 'name metadata',
    secret: 'key start',
    neither: 'id config_id reference_id prefix permissions',
    clearedBy: 'account',
  }),
  message_settings: table({
    personal: 'second_email digest_email',
    neither: 'account_id zone quiet_from quiet_to digest',
    clearedBy: 'account person',
  }),
  renewal_plan: table({ neither: 'account_id day' }),
  calendar_feed: table({ secret: 'token_hash', neither: 'account_id made_by' }),
  incident_account: table({ neither: 'incident_id account_id' }),
  // The answer is sealed; the key is a text of the client's own.
  idempotency: table({
    personal: 'key',
    secret: 'body',
    neither: 'account_id fingerprint owner subject key_id',
    clearedBy: 'account age',
  }),
  outbox: table({
    personal: 'recipient payload last_error',
    neither: 'id account_id store_id kind topic dedupe_key lease_owner folded_into',
    clearedBy: 'store account person age',
  }),
  mailbox: table({
    personal: 'recipient subject body_text body_html',
    neither: 'id account_id store_id',
    clearedBy: 'store account person age',
  }),
  // An entry holds ids, names of fields and a network, never a value.
  audit_entry: table({ neither: 'account_id kind store_id body previous hash' }),
  audit_head: table({ neither: 'account_id hash pruned_hash' }),
};

/** What belongs to people. */
const OF_PEOPLE: Readonly<Record<string, TableData>> = {
  person: table({ personal: 'name email image', neither: 'id', clearedBy: 'person' }),
  person_session: table({
    personal: 'ip_address user_agent',
    secret: 'token',
    neither: 'id user_id active_organization_id',
    clearedBy: 'person age',
  }),
  person_login: table({
    secret: 'access_token refresh_token id_token password',
    neither: 'id account_id provider_id user_id scope',
    clearedBy: 'person',
  }),
  person_verification: table({ personal: 'value', secret: 'identifier', neither: 'id', clearedBy: 'person age' }),
};

/** What belongs to the installation. The operator's own texts are the operator's to keep out of. */
const OF_INSTALLATION: Readonly<Record<string, TableData>> = {
  meta: table({ neither: 'name value' }),
  migration: table({ neither: 'name checksum' }),
  process: table({ neither: 'id role key_ids' }),
  installation_secret: table({ secret: 'sealed', neither: 'purpose key_id' }),
  control_token: table({ secret: 'sealed', neither: 'application_id region origin key_id' }),
  app_secret: table({
    secret: 'sealed',
    neither: 'application_id fingerprint source key_id status canary_on canary_answer',
  }),
  app_queue: table({ neither: 'application_id last_failure rotation_answer' }),
  notification_seen: table({ neither: 'application_id notification_id' }),
  cohort: table({ neither: 'cohort last_ok_via last_refused_answer app_cause' }),
  incident: table({
    neither: 'id cohort cause evidence operation opened_by closed_by opening note extent release_after',
  }),
};

export const PERSONAL_DATA: Readonly<Record<string, TableData>> = {
  ...OF_STORES,
  ...OF_ACCOUNTS,
  ...OF_PEOPLE,
  ...OF_INSTALLATION,
};

type Lists = Partial<Record<'personal' | 'secret' | 'neither', string>> & { clearedBy?: string };

/** Lists are words with spaces between them. */
function table({ personal, secret, neither, clearedBy }: Lists): TableData {
  const named = words(clearedBy);
  return {
    personal: words(personal),
    secret: words(secret),
    neither: words(neither),
    clearedBy: CLEARED_BY.filter((way) => named.includes(way)),
  };
}

function words(list = ''): string[] {
  return list.split(' ').filter((word) => word !== '');
}
