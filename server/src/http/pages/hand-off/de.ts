import type { HandOffWords } from './words.ts';

export const de: HandOffWords = {
  name: 'Deutsch',
  quotes: ['„', '“'],
  privateLink: 'persönlicher Link',
  askAgain: 'Können Sie eine Freigabe für {store} wieder einschalten?',
  askFirst: 'Können Sie eine Freigabe für {store} erteilen?',
  lead: '{account} braucht die Freigabe von Amazon, um die Auszahlungen dieses Shops zu lesen. Nur Sie als Inhaber können sie bei Amazon erteilen. Es dauert zwei Minuten.',
  from: '{sender} bittet darum für {store}, {site}',
  whoTitle: 'Wer diese Seite öffnet',
  who: 'Die Person, der {store} bei Amazon gehört. Seller Central nennt sie {primaryUser}. Andere Nutzer des Shops werden dort abgewiesen.',
  whereTitle: 'An welchem Computer',
  where:
    'An dem Computer, den Sie sonst für diesen Shop benutzen. Meldet sich jemand von anderswo an, kann Amazon weitere Nachweise verlangen oder das Konto prüfen.',
  phoneTitle: 'Sie sind am Telefon',
  phone:
    'Öffnen Sie diese Seite an dem Computer, den Sie sonst für diesen Shop benutzen. Schicken Sie die Adresse dorthin:',
  copy: 'Adresse kopieren',
  copied: 'Kopiert',
  mailToMyself: 'An mich selbst mailen',
  stepsTitle: 'Was Sie anklicken',
  removeFirst:
    'Öffnen Sie zuerst in Seller Central {manageYourApps}, suchen Sie {app} und klicken Sie auf {disable}. Warten Sie fünf Minuten und machen Sie dann hier weiter.',
  signIn: 'Klicken Sie unten auf {button} und melden Sie sich in Seller Central als {primaryUser} an.',
  choose: 'Wenn Amazon danach fragt, wählen Sie die Website {site} und den Shop {store}.',
  confirm: 'Setzen Sie das Häkchen und klicken Sie auf {confirm}. Danach kommen Sie hierher zurück.',
  continue: 'Weiter zu Amazon',
  turnsGreen: 'Diese Seite wird von selbst grün.',
  loadAgain: 'Laden Sie diese Seite neu, um den Stand zu sehen.',
  termsTitle: 'Was Sie erlauben und was nicht',
  mayRead: '{app} darf Auszahlungen, Guthaben und Berichte dieses Shops lesen.',
  mayNot: 'Angebote, Preise, Bestellungen und Ihr Bankkonto können damit nicht geändert werden.',
  noPassword: 'Wir fragen nie nach Ihrem Amazon-Passwort. Sie geben es nur bei Amazon ein.',
  noPayment: 'Sie bezahlen nichts und brauchen hier kein Konto.',
  endAnyTime: 'Sie können die Freigabe jederzeit bei Amazon beenden, unter {manageYourApps}.',
  notOwnerTitle: 'Sie sind nicht der Inhaber?',
  notOwner:
    'Dann melden Sie sich nicht an. Geben Sie die Adresse dieser Seite an den {primaryUser} des Shops weiter, und sagen Sie es dem Absender mit einem Klick.',
  notOwnerButton: 'Ich bin nicht der Inhaber',
  notOwnerTold: '{sender} sieht jetzt, dass Sie nicht der Inhaber sind. Der Link bleibt gültig: Geben Sie ihn weiter.',
  unsure:
    'Unsicher? Fragen Sie {sender} auf einem Weg, den Sie kennen. Dort steht für diese Bitte dieselbe Nummer: {code}.',
  worksUntil: 'Der Link gilt bis {date}.',
  language: 'Sprache',
  waiting:
    'Sie sind zu Amazon gegangen, und es ist noch nichts zurückgekommen. Bestätigen Sie dort, oder gehen Sie von hier noch einmal hin.',
  late: 'Das hat länger als eine Viertelstunde gedauert, deshalb wurde die Antwort von Amazon nicht verwendet. Es wurde nichts geändert. Gehen Sie von hier noch einmal hin.',
  refused:
    'Die Freigabe wurde bei Amazon abgelehnt. Es wurde nichts geändert. Sie können von hier noch einmal hingehen.',
  notBack:
    'Sie sind zu Amazon gegangen und nicht zurückgekommen. Zeigt die Seite dort den Fehler SPDC8143, waren Sie nicht als Inhaber angemeldet.',
  failedYours:
    'Amazon hat uns mit dieser Freigabe nicht durchgelassen. Es wurde nichts geändert. Sie können von hier noch einmal hingehen.',
  failedOurs:
    'Ihr Teil ist erledigt; bei uns oder bei Amazon steht etwas im Weg. Der Absender sieht, was es ist. Versuchen Sie es später noch einmal.',
  startAgain:
    'Was von Amazon zurückkam, konnte nicht verwendet werden. Es wurde nichts geändert. Gehen Sie von hier noch einmal hin.',
  wrongStoreTitle: 'Sie haben sich bei Amazon in einem anderen Shop angemeldet',
  wrongStore:
    'An keinem der beiden Shops wurde etwas geändert. Melden Sie sich zuerst bei Amazon ab, gehen Sie dann hier weiter und melden Sie sich als Inhaber von {store} an.',
  askedFor: 'Gemeint war',
  signedIn: 'Angemeldet als',
  elsewhereTitle: 'Ein anderer Browser ist schon unterwegs',
  elsewhere:
    'Mit diesem Link ist vor wenigen Minuten jemand in einem anderen Browser zu Amazon gegangen. Waren Sie das, beenden Sie es dort. Sie können auch stattdessen hier weitermachen.',
  continueHere: 'Stattdessen hier weitermachen',
  checkingTitle: '{store} wird geprüft',
  checking: 'Amazon hat Ihre Freigabe. Wir prüfen, ob alles funktioniert; das dauert einige Sekunden.',
  doneTitle: 'Fertig. {store} ist verbunden.',
  done: 'Sie können diese Seite schließen. {sender} sieht es auch; der Link gilt nicht mehr.',
  doneUntil:
    'Sie haben das Lesen bis etwa {date} erlaubt. Sie können es jederzeit bei Amazon beenden, unter {manageYourApps}.',
  endedTitle: 'Dieser Link gilt nicht mehr',
  expired: 'Seine Zeit ist abgelaufen. Es wurde nichts geändert. Bitten Sie {sender} um einen neuen.',
  revoked:
    'Er wurde zurückgezogen oder durch einen neueren ersetzt. Es wurde nichts geändert. Fragen Sie {sender}, ob Sie noch gebraucht werden.',
  unknownTitle: 'Dieser Link ist hier nicht bekannt',
  unknown: 'Vielleicht fehlt ein Teil der Adresse. Es wurde nichts geändert. Bitten Sie den Absender um einen neuen.',
  personOf: '{sender}, {account}',
  mailSubject: 'Eine Freigabe bei Amazon für {store}',
  greeting: 'Guten Tag {name},',
  greetingWithoutName: 'Guten Tag,',
  mailText: [
    '{store} ({site}) braucht eine Freigabe bei Amazon, die nur der Inhaber, in Seller Central der {primaryUser}, erteilen kann. Es dauert zwei Minuten.',
    'Öffnen Sie diese Seite an dem Computer, den Sie sonst für diesen Shop benutzen:',
    '{url}',
    'Dort steht, was Sie anklicken. Es wird kein Passwort und keine Zahlung verlangt. Der Link ist nur für Sie und gilt bis {date}. Auf der Seite muss die Nummer {code} stehen.',
    '{sender}',
  ],
};
