/**
 * What the hand-off page and its message say, as one record for each language. `{…}` is filled in: names, and Seller Central's own
 * labels (`{primaryUser}`, `{manageYourApps}`, `{disable}`, `{confirm}`), which stay in English because that is how our facts have them.
 */
export type HandOffWords = {
  /** The language's name for itself. */
  name: string;
  /** How it quotes. */
  quotes: readonly [string, string];
  privateLink: string;
  /** {store} */
  askAgain: string;
  askFirst: string;
  /** {account} */
  lead: string;
  /** {sender} {store} {site} */
  from: string;
  whoTitle: string;
  /** {store} {primaryUser} */
  who: string;
  whereTitle: string;
  where: string;
  phoneTitle: string;
  phone: string;
  copy: string;
  copied: string;
  mailToMyself: string;
  stepsTitle: string;
  /** {manageYourApps} {app} {disable} */
  removeFirst: string;
  /** {button} {primaryUser} */
  signIn: string;
  /** {site} {store} */
  choose: string;
  /** {confirm} */
  confirm: string;
  continue: string;
  turnsGreen: string;
  loadAgain: string;
  termsTitle: string;
  /** {app} */
  mayRead: string;
  mayNot: string;
  noPassword: string;
  noPayment: string;
  /** {manageYourApps} */
  endAnyTime: string;
  notOwnerTitle: string;
  /** {primaryUser} */
  notOwner: string;
  notOwnerButton: string;
  /** {sender} */
  notOwnerTold: string;
  /** {sender} {code} */
  unsure: string;
  /** {date} */
  worksUntil: string;
  language: string;
  waiting: string;
  late: string;
  refused: string;
  notBack: string;
  failedYours: string;
  failedOurs: string;
  startAgain: string;
  wrongStoreTitle: string;
  /** {store} */
  wrongStore: string;
  askedFor: string;
  signedIn: string;
  elsewhereTitle: string;
  elsewhere: string;
  continueHere: string;
  /** {store} */
  checkingTitle: string;
  checking: string;
  /** {store} */
  doneTitle: string;
  /** {sender} */
  done: string;
  /** {date} {manageYourApps} */
  doneUntil: string;
  endedTitle: string;
  /** {sender} */
  expired: string;
  revoked: string;
  unknownTitle: string;
  unknown: string;
  /** {sender} {account}: how the sender is named where a person made the link. */
  personOf: string;
  /** {store} */
  mailSubject: string;
  /** {name} */
  greeting: string;
  greetingWithoutName: string;
  /** {sender} {store} {site} {primaryUser} {url} {date} {code} */
  mailText: readonly string[];
};
