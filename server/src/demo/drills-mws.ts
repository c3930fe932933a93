/** What can be broken at MWS and nowhere else. */
import type { DrillPlan } from './drills.ts';
import { becomes, names, nobodyTold, noticed, stillConnected } from './expectations.ts';
import { changeKey, refuseAtMws, refuseOperation, turnRed } from './levers.ts';

type MwsDrill =
  | 'mws_section_denied'
  | 'mws_site_refused'
  | 'mws_service_red'
  | 'mws_throttled'
  | 'mws_key_deleted'
  | 'mws_secret_wrong';

const MWS = ['amazon-mws'] as const;

const OPERATOR = [
  noticed('The key of our own is refused: no store’s permission is in question.'),
  { ...becomes(['operator_problem'], 'We are fixing it'), detail: null },
  nobodyTold,
];

export const MWS_PLANS: Readonly<Record<MwsDrill, DrillPlan>> = {
  mws_section_denied: {
    group: 'us',
    scope: 'store',
    marketplaces: MWS,
    title: 'One section of MWS is closed',
    text: '“Access to Finances.ListFinancialEventGroups is denied”; everything else answers.',
    begin: (scene) => refuseOperation(scene, { operation: 'ListFinancialEventGroups', mws: 'closed' }),
    expects: [
      noticed(),
      becomes(['limited'], 'Connected, balances not shared'),
      names(['grant.role_missing'], 'The cause: this section is missing, and the operator must ask Amazon for it.'),
    ],
  },
  mws_site_refused: {
    group: 'seller',
    scope: 'store',
    marketplaces: MWS,
    title: 'Amazon closes one site of the store',
    text: '“You are prevented from performing this action in the following marketplaces”.',
    begin: (scene) => refuseOperation(scene, { operation: 'GetReportList', mws: 'marketplace_restricted' }),
    expects: [stillConnected, names(['store.site_refused'], 'A notice says which way leads to Seller Support.')],
  },
  mws_service_red: {
    group: 'amazon',
    scope: 'region',
    marketplaces: MWS,
    title: 'Amazon says MWS is down',
    text: 'GetServiceStatus is RED, and every call is refused as if the permissions were gone.',
    begin: turnRed,
    expects: [
      noticed('The refusals look like lost permissions; the service status tells them apart.'),
      { ...becomes(['held', 'checking'], 'Amazon problem, nothing for you to do'), detail: null },
      nobodyTold,
    ],
  },
  mws_throttled: {
    group: 'amazon',
    scope: 'region',
    marketplaces: MWS,
    title: 'MWS asks for patience',
    text: '503 RequestThrottled: asked too often.',
    begin: (scene) => refuseAtMws(scene, 'throttled'),
    expects: [noticed('It says nothing about anybody’s permission.'), nobodyTold],
  },
  mws_key_deleted: {
    group: 'us',
    scope: 'region',
    marketplaces: MWS,
    title: 'Our developer key at MWS is deleted',
    text: '403 InvalidAccessKeyId, for every seller of the region at once.',
    begin: (scene) => changeKey(scene, { accessKeyId: 'AKIAANOTHERKEYOFOURS' }),
    expects: OPERATOR,
  },
  mws_secret_wrong: {
    group: 'us',
    scope: 'region',
    marketplaces: MWS,
    title: 'Our developer secret at MWS is wrong',
    text: '403 SignatureDoesNotMatch, for every seller of the region at once.',
    begin: (scene) => changeKey(scene, { secretKey: 'another-secret-key-than-the-one-we-sign-with' }),
    expects: OPERATOR,
  },
};
