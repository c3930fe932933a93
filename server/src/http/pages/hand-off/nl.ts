import type { HandOffWords } from './words.ts';

export const nl: HandOffWords = {
  name: 'Nederlands',
  quotes: ['‘', '’'],
  privateLink: 'persoonlijke link',
  askAgain: 'Kunt u een toestemming voor {store} weer inschakelen?',
  askFirst: 'Kunt u een toestemming voor {store} geven?',
  lead: '{account} heeft de toestemming van Amazon nodig om de uitbetalingen van deze winkel te lezen. Alleen u als eigenaar kunt die bij Amazon geven. Het duurt twee minuten.',
  from: '{sender} vraagt dit voor {store}, {site}',
  whoTitle: 'Wie deze pagina opent',
  who: 'De persoon van wie {store} bij Amazon is. Seller Central noemt die de {primaryUser}. Andere gebruikers van de winkel worden daar tegengehouden.',
  whereTitle: 'Op welke computer',
  where:
    'Op de computer die u normaal voor deze winkel gebruikt. Als iemand zich ergens anders aanmeldt, kan Amazon om meer bewijs vragen of het account controleren.',
  phoneTitle: 'U zit op een telefoon',
  phone: 'Open deze pagina op de computer die u normaal voor deze winkel gebruikt. Stuur het adres daarheen:',
  copy: 'Adres kopiëren',
  copied: 'Gekopieerd',
  mailToMyself: 'Naar mezelf mailen',
  stepsTitle: 'Waar u op klikt',
  removeFirst:
    'Open eerst in Seller Central {manageYourApps}, zoek {app} en klik op {disable}. Wacht vijf minuten en ga dan hier verder.',
  signIn: 'Klik hieronder op {button} en meld u bij Seller Central aan als {primaryUser}.',
  choose: 'Als Amazon erom vraagt, kies dan de site {site} en de winkel {store}.',
  confirm: 'Vink het vakje aan en klik op {confirm}. Daarna komt u hier terug.',
  continue: 'Verder naar Amazon',
  turnsGreen: 'Deze pagina wordt vanzelf groen.',
  loadAgain: 'Laad deze pagina opnieuw om te zien hoe het ervoor staat.',
  termsTitle: 'Wat u toestaat en wat niet',
  mayRead: '{app} mag uitbetalingen, saldi en rapporten van deze winkel lezen.',
  mayNot: 'Aanbiedingen, prijzen, bestellingen en uw bankrekening kunnen er niet mee worden gewijzigd.',
  noPassword: 'Wij vragen nooit om uw Amazon-wachtwoord. U typt het alleen bij Amazon.',
  noPayment: 'U betaalt niets en hebt hier geen account nodig.',
  endAnyTime: 'U kunt het op elk moment bij Amazon beëindigen, onder {manageYourApps}.',
  notOwnerTitle: 'Bent u niet de eigenaar?',
  notOwner:
    'Meld u dan niet aan. Geef het adres van deze pagina door aan de {primaryUser} van de winkel en laat het de afzender met één klik weten.',
  notOwnerButton: 'Ik ben niet de eigenaar',
  notOwnerTold: '{sender} ziet nu dat u niet de eigenaar bent. De link blijft werken: geef hem door.',
  unsure:
    'Twijfelt u? Vraag het {sender} op een manier die u kent. Daar staat voor dit verzoek hetzelfde nummer: {code}.',
  worksUntil: 'De link werkt tot {date}.',
  language: 'Taal',
  waiting:
    'U bent naar Amazon gegaan en er is nog niets teruggekomen. Bevestig daar, of ga er vanaf hier nog eens heen.',
  late: 'Dat duurde langer dan een kwartier, daarom is het antwoord van Amazon niet gebruikt. Er is niets gewijzigd. Ga er vanaf hier nog eens heen.',
  refused: 'De toestemming is bij Amazon geweigerd. Er is niets gewijzigd. U kunt er vanaf hier nog eens heen gaan.',
  notBack:
    'U bent naar Amazon gegaan en niet teruggekomen. Toont de pagina daar de fout SPDC8143, dan was u niet als eigenaar aangemeld.',
  failedYours:
    'Amazon liet ons met deze toestemming niet door. Er is niets gewijzigd. U kunt er vanaf hier nog eens heen gaan.',
  failedOurs:
    'Uw deel is klaar; bij ons of bij Amazon staat iets in de weg. De afzender ziet wat. Probeer het later nog eens.',
  startAgain:
    'Wat er van Amazon terugkwam, kon niet worden gebruikt. Er is niets gewijzigd. Ga er vanaf hier nog eens heen.',
  wrongStoreTitle: 'U hebt zich bij Amazon bij een andere winkel aangemeld',
  wrongStore:
    'Aan geen van beide winkels is iets gewijzigd. Meld u eerst bij Amazon af, ga dan hier verder en meld u aan als eigenaar van {store}.',
  askedFor: 'Gevraagd',
  signedIn: 'Aangemeld',
  elsewhereTitle: 'Een andere browser is al onderweg',
  elsewhere:
    'Een paar minuten geleden is iemand met deze link in een andere browser naar Amazon gegaan. Was u dat, rond het daar dan af. U kunt ook in plaats daarvan hier verdergaan.',
  continueHere: 'Hier verdergaan',
  checkingTitle: '{store} wordt gecontroleerd',
  checking: 'Amazon heeft uw toestemming. Wij kijken of alles werkt; dat duurt een paar seconden.',
  doneTitle: 'Klaar. {store} is verbonden.',
  done: 'U kunt deze pagina sluiten. {sender} ziet het ook; de link werkt niet meer.',
  doneUntil:
    'U hebt het lezen tot ongeveer {date} toegestaan. U kunt het op elk moment bij Amazon beëindigen, onder {manageYourApps}.',
  endedTitle: 'Deze link werkt niet meer',
  expired: 'De tijd is voorbij. Er is niets gewijzigd. Vraag {sender} om een nieuwe.',
  revoked:
    'De link is ingetrokken of door een nieuwere vervangen. Er is niets gewijzigd. Vraag {sender} of u nog nodig bent.',
  unknownTitle: 'Deze link is hier niet bekend',
  unknown: 'Misschien ontbreekt een deel van het adres. Er is niets gewijzigd. Vraag de afzender om een nieuwe.',
  personOf: '{sender}, {account}',
  mailSubject: 'Eén toestemming bij Amazon voor {store}',
  greeting: 'Hallo {name},',
  greetingWithoutName: 'Hallo,',
  mailText: [
    '{store} ({site}) heeft een toestemming bij Amazon nodig die alleen de eigenaar, in Seller Central de {primaryUser}, kan geven. Het duurt twee minuten.',
    'Open deze pagina op de computer die u normaal voor deze winkel gebruikt:',
    '{url}',
    'Daar staat waar u op klikt. Er wordt niet om een wachtwoord of een betaling gevraagd. De link is alleen voor u en werkt tot {date}. Op de pagina moet het nummer {code} staan.',
    '{sender}',
  ],
};
