/** The message that the sender copies or mails to the store's owner, in the language of the page. */
import type { HandOffLanguage } from '../../../core/hand-off.ts';
import { fillText, longDay, WORDS } from './languages.ts';

export type MessageFacts = {
  language: HandOffLanguage;
  recipient: string | null;
  sender: string | null;
  accountName: string;
  storeName: string;
  site: string;
  checkCode: string;
  expiresAt: number;
  url: string;
};

export function handOffMessage(facts: MessageFacts): { subject: string; text: string } {
  const words = WORDS[facts.language];
  const fill = (text: string): string => fillText(text, { words, values: valuesOf(facts) });
  const greeting = facts.recipient === null ? words.greetingWithoutName : fill(words.greeting);
  return { subject: fill(words.mailSubject), text: [greeting, ...words.mailText.map(fill)].join('\n\n') };
}

function valuesOf(facts: MessageFacts): Record<string, string> {
  const { sender, accountName: account } = facts;
  const person = sender ?? account;
  return {
    name: facts.recipient ?? '',
    store: facts.storeName,
    site: facts.site,
    sender:
      sender === null
        ? account
        : fillText(WORDS[facts.language].personOf, {
            words: WORDS[facts.language],
            values: { sender: person, account },
          }),
    url: facts.url,
    date: longDay(facts.expiresAt, facts.language),
    code: facts.checkCode,
  };
}
