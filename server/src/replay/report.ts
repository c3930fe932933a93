/** A replay in words: for a person line by line, for a machine one JSON object a line. */
import type { Standing, Story } from '../core/replay.ts';
import type { Difference, DifferenceKind, Told } from '../core/told.ts';
import type { Counts, OperatorWord } from './counts.ts';
import type { StoreNamed, StoreStory } from './stores.ts';

export type Report = {
  head: (rules: string) => string[];
  store: (told: StoreStory) => string[];
  operator: (words: readonly OperatorWord[]) => string[];
  end: (counts: Counts, checked: boolean) => string[];
};

const SIGNS: Record<DifferenceKind, string> = {
  same: '=',
  only_recorded: '-',
  only_replayed: '+',
  other_cause: '~',
  other_time: '~',
};

/** `differencesOnly`: what was told alike is counted and not printed. */
export function forPeople({ differencesOnly }: { differencesOnly: boolean }): Report {
  const isShown = ({ kind }: { kind: DifferenceKind }) => !differencesOnly || kind !== 'same';
  return {
    head: (rules) => [
      `The recorded log, judged by ${rules}. Times are UTC.`,
      '= told alike   - told, and would not be   + would be told, and was not   ~ told otherwise   ! verdict',
    ],
    store: ({ store, story }) => {
      const lines = linesOf(story, story.told.filter(isShown));
      return lines.length === 0 ? [] : ['', nameOf(store), ...lines];
    },
    operator: (words) => {
      const lines = words.filter(isShown).map((word) => `  ${SIGNS[word.kind]} ${operatorText(word)}`);
      return lines.length === 0 ? [] : ['', 'The operator', ...lines];
    },
    end: (counts, checked) => ['', ...summaryOf(counts), ...(checked ? [evidenceText(counts)] : [])],
  };
}

function nameOf({ id, accountId }: StoreNamed): string {
  return `${id} of ${accountId}`;
}

type Line = { at: number; text: string };

function linesOf({ spans, evidence }: Story, told: readonly Difference[]): string[] {
  const lines: Line[] = [
    ...told.map((one) => ({ at: firstAt(one), text: `${SIGNS[one.kind]} ${toldText(one)}` })),
    ...spans.map(({ from, to, recorded, replayed }) => ({
      at: from,
      text: `! ${clock(from)} – ${to === null ? 'the end' : clock(to)}  ${standingText(recorded)} → ${standingText(replayed)}`,
    })),
    ...evidence.unproven.map(({ at, recorded, fromEvidence }) => ({
      at,
      text: `? ${clock(at)}  ${standingText(recorded)}, but what it cites gives ${standingText(fromEvidence)}`,
    })),
  ];
  return lines.toSorted((a, b) => a.at - b.at).map(({ text }) => `  ${text}`);
}

function firstAt({ recorded, replayed }: Difference): number {
  return Math.min(recorded?.at ?? Infinity, replayed?.at ?? Infinity);
}

function toldText({ kind, recorded, replayed }: Difference): string {
  const one = recorded ?? replayed;
  if (!one) return '';
  if (!recorded || !replayed || kind === 'same') return wordOf(one);
  return `${wordOf(recorded)} → ${wordOf(replayed)}`;
}

function wordOf({ at, what, cause }: Told): string {
  return `${clock(at)}  ${what} (${cause})`;
}

function standingText({ verdict, cause }: Standing): string {
  return cause === null ? verdict : `${verdict} (${cause})`;
}

function operatorText({ kind, cause, recorded, replayed }: OperatorWord): string {
  const at = clock(Math.min(recorded ?? Infinity, replayed ?? Infinity));
  if (kind !== 'other_time' || recorded === null || replayed === null) return `${at}  ${cause}`;
  return `${clock(recorded)} → ${clock(replayed)}  ${cause}`;
}

/** `2026-11-23 12:04:05`, UTC. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function summaryOf({ stores, looks, observations, sellers, operator, verdicts, cut }: Counts): string[] {
  return [
    `${looks} looks with ${observations} answers, of ${stores} stores.`,
    `Sellers:  ${countsText(sellers)}.`,
    `Operator: ${countsText(operator)}.`,
    verdicts.spans === 0
      ? 'Every verdict is as it was recorded.'
      : `Verdicts: ${verdicts.stores} stores had another verdict at some time, ${verdicts.spans} times in all.`,
    ...(cut > 0 ? [`Taken as recorded, because they rest on answers older than the log: ${cut} looks.`] : []),
  ];
}

function countsText(counts: Record<DifferenceKind, number>): string {
  return [
    `${counts.same} told alike`,
    `${counts.only_recorded} only as recorded`,
    `${counts.only_replayed} only by these rules`,
    `${counts.other_cause} of another cause`,
    `${counts.other_time} at another time`,
  ].join(', ');
}

function evidenceText({ evidence: { proven, unproven, otherRules } }: Counts): string {
  const also = otherRules > 0 ? ` Judged by other rules than these, and not checked: ${otherRules}.` : '';
  return unproven === 0
    ? `Evidence: ${proven} verdicts follow from what they cite alone, and none does not.${also}`
    : `Evidence: verdicts that do not follow from what they cite (marked ?): ${unproven}; that do: ${proven}.${also}`;
}

/** One JSON object a line: every store that has something to tell, then the operator, then the counts. Instants as ISO 8601. */
export function forMachines({ differencesOnly }: { differencesOnly: boolean }): Report {
  const isShown = ({ kind }: { kind: DifferenceKind }) => !differencesOnly || kind !== 'same';
  return {
    head: (rules) => [JSON.stringify({ rules })],
    store: ({ store, story: { told, spans, evidence } }) => {
      const shown = told.filter(isShown);
      if (shown.length + spans.length + evidence.unproven.length === 0) return [];
      const verdicts = spans.map(({ from, to, ...both }) => ({ from: iso(from), to: isoOrNull(to), ...both }));
      const unproven = evidence.unproven.map(({ at, ...both }) => ({ at: iso(at), ...both }));
      const words = shown.map(({ kind, recorded, replayed }) => ({
        kind,
        recorded: recorded && toldBody(recorded),
        replayed: replayed && toldBody(replayed),
      }));
      return [JSON.stringify({ store: store.id, account: store.accountId, told: words, verdicts, unproven })];
    },
    operator: (words) =>
      words.filter(isShown).map(({ recorded, replayed, ...word }) =>
        JSON.stringify({
          operator: { ...word, recorded: isoOrNull(recorded), replayed: isoOrNull(replayed) },
        }),
      ),
    end: (counts) => [JSON.stringify({ counts })],
  };
}

function toldBody({ at, what, cause, alarmSince }: Told) {
  return { at: iso(at), what, cause, alarm_since: iso(alarmSince) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
