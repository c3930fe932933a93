import type { HandOffWords } from './words.ts';

export const fr: HandOffWords = {
  name: 'Français',
  quotes: ['« ', ' »'],
  privateLink: 'lien personnel',
  askAgain: 'Pouvez-vous rétablir une autorisation pour {store} ?',
  askFirst: 'Pouvez-vous donner une autorisation pour {store} ?',
  lead: '{account} a besoin de l’autorisation d’Amazon pour lire les versements de cette boutique. Vous seul, son propriétaire, pouvez la donner chez Amazon. Cela prend deux minutes.',
  from: '{sender} le demande pour {store}, {site}',
  whoTitle: 'Qui ouvre cette page',
  who: 'La personne à qui appartient {store} chez Amazon. Seller Central l’appelle {primaryUser}. Les autres utilisateurs de la boutique y sont refusés.',
  whereTitle: 'Sur quel ordinateur',
  where:
    'Sur l’ordinateur que vous utilisez d’habitude pour cette boutique. Quand quelqu’un se connecte d’ailleurs, Amazon peut demander d’autres preuves ou vérifier le compte.',
  phoneTitle: 'Vous êtes sur un téléphone',
  phone: 'Ouvrez cette page sur l’ordinateur que vous utilisez d’habitude pour cette boutique. Envoyez-y son adresse :',
  copy: 'Copier l’adresse',
  copied: 'Copiée',
  mailToMyself: 'Me l’envoyer par e-mail',
  stepsTitle: 'Où cliquer',
  removeFirst:
    'D’abord, dans Seller Central, ouvrez {manageYourApps}, cherchez {app} et cliquez sur {disable}. Attendez cinq minutes, puis continuez ici.',
  signIn: 'Cliquez ci-dessous sur {button} et connectez-vous à Seller Central en tant que {primaryUser}.',
  choose: 'Si Amazon le demande, choisissez le site {site} et la boutique {store}.',
  confirm: 'Cochez la case et cliquez sur {confirm}. Vous revenez ensuite ici.',
  continue: 'Continuer vers Amazon',
  turnsGreen: 'Cette page passe au vert d’elle-même.',
  loadAgain: 'Rechargez cette page pour voir où en sont les choses.',
  termsTitle: 'Ce que vous autorisez, et ce que vous n’autorisez pas',
  mayRead: '{app} peut lire les versements, les soldes et les rapports de cette boutique.',
  mayNot: 'Rien ne peut être modifié : ni les offres, ni les prix, ni les commandes, ni votre compte bancaire.',
  noPassword: 'Nous ne demandons jamais votre mot de passe Amazon. Vous ne le saisissez que chez Amazon.',
  noPayment: 'Vous ne payez rien et vous n’avez pas besoin de compte ici.',
  endAnyTime: 'Vous pouvez y mettre fin à tout moment chez Amazon, dans {manageYourApps}.',
  notOwnerTitle: 'Vous n’êtes pas le propriétaire ?',
  notOwner:
    'Alors ne vous connectez pas. Transmettez l’adresse de cette page au {primaryUser} de la boutique, et prévenez l’expéditeur d’un clic.',
  notOwnerButton: 'Je ne suis pas le propriétaire',
  notOwnerTold: '{sender} voit maintenant que vous n’êtes pas le propriétaire. Le lien reste valable : transmettez-le.',
  unsure:
    'Un doute ? Demandez à {sender} par un moyen que vous connaissez. Le même numéro y figure pour cette demande : {code}.',
  worksUntil: 'Le lien est valable jusqu’au {date}.',
  language: 'Langue',
  waiting: 'Vous êtes parti vers Amazon et rien n’est encore revenu. Confirmez là-bas, ou repartez d’ici.',
  late: 'Cela a pris plus d’un quart d’heure, la réponse d’Amazon n’a donc pas été utilisée. Rien n’a été modifié. Repartez d’ici.',
  refused: 'L’autorisation a été refusée chez Amazon. Rien n’a été modifié. Vous pouvez repartir d’ici.',
  notBack:
    'Vous êtes parti vers Amazon et n’êtes pas revenu. Si sa page affiche l’erreur SPDC8143, vous n’étiez pas connecté en tant que propriétaire.',
  failedYours:
    'Amazon ne nous a pas laissés passer avec cette autorisation. Rien n’a été modifié. Vous pouvez repartir d’ici.',
  failedOurs:
    'Votre part est faite ; quelque chose bloque chez nous ou chez Amazon. L’expéditeur voit quoi. Réessayez plus tard.',
  startAgain: 'Ce qui est revenu d’Amazon n’a pas pu être utilisé. Rien n’a été modifié. Repartez d’ici.',
  wrongStoreTitle: 'Vous vous êtes connecté à une autre boutique chez Amazon',
  wrongStore:
    'Rien n’a été modifié, dans aucune des deux boutiques. Déconnectez-vous d’abord chez Amazon, puis continuez ici et connectez-vous en tant que propriétaire de {store}.',
  askedFor: 'Demandée',
  signedIn: 'Connectée',
  elsewhereTitle: 'Un autre navigateur est déjà en route',
  elsewhere:
    'Quelqu’un est parti vers Amazon avec ce lien dans un autre navigateur il y a quelques minutes. Si c’était vous, terminez là-bas. Vous pouvez aussi continuer ici à la place.',
  continueHere: 'Continuer ici à la place',
  checkingTitle: 'Vérification de {store}',
  checking: 'Amazon a votre autorisation. Nous regardons si tout fonctionne ; cela prend quelques secondes.',
  doneTitle: 'C’est fait. {store} est connectée.',
  done: 'Vous pouvez fermer cette page. {sender} le voit aussi ; le lien n’est plus valable.',
  doneUntil:
    'Vous avez autorisé la lecture jusqu’au {date} environ. Vous pouvez y mettre fin à tout moment chez Amazon, dans {manageYourApps}.',
  endedTitle: 'Ce lien n’est plus valable',
  expired: 'Son délai est passé. Rien n’a été modifié. Demandez-en un nouveau à {sender}.',
  revoked:
    'Il a été retiré, ou remplacé par un plus récent. Rien n’a été modifié. Demandez à {sender} si l’on a encore besoin de vous.',
  unknownTitle: 'Ce lien n’est pas connu ici',
  unknown:
    'Il manque peut-être une partie de l’adresse. Rien n’a été modifié. Demandez un nouveau lien à la personne qui vous l’a envoyé.',
  personOf: '{sender}, {account}',
  mailSubject: 'Une autorisation chez Amazon pour {store}',
  greeting: 'Bonjour {name},',
  greetingWithoutName: 'Bonjour,',
  mailText: [
    '{store} ({site}) a besoin d’une autorisation chez Amazon que seul son propriétaire, dans Seller Central le {primaryUser}, peut donner. Cela prend deux minutes.',
    'Ouvrez cette page sur l’ordinateur que vous utilisez d’habitude pour cette boutique :',
    '{url}',
    'Elle indique où cliquer. Aucun mot de passe ni paiement n’est demandé. Le lien est pour vous seul et valable jusqu’au {date}. La page doit afficher le numéro {code}.',
    '{sender}',
  ],
};
