/**
 * What the process itself says: the greeting, warnings of Node, why it cannot start, and errors that nothing caught. In
 * production these are JSON lines as the log is; in the demo and on a terminal they are plain text for a person.
 */
import { pino } from 'pino';
import { createLog, hideSecrets, type AppLog } from './log.ts';

const early: Error[] = [];
let log: AppLog | null = null;
let isPlain = true;

/** Called first of all: from here on Node prints neither warnings nor errors on its own. */
export function watchProcess(): void {
  isPlain = isTerminal();
  process.removeAllListeners('warning');
  process.on('warning', warn);
  // A rejection that nothing handles arrives here too.
  process.on('uncaughtException', (error: unknown) => {
    end(`Storekeeper made a mistake and ends: ${error instanceof Error ? error.message : String(error)}`, error);
  });
}

/** From here on warnings go to this log. */
export function speakWith(settings: { demo: boolean; log: AppLog }): void {
  isPlain = settings.demo || isTerminal();
  log = settings.log;
  early.splice(0).forEach(warn);
}

/** One piece of news for the operator. */
export function announce(news: { text: string; fields: Record<string, unknown>; message: string }): void {
  if (isPlain || log === null) process.stdout.write(`${news.text}\n`);
  else log.info(news.fields, news.message);
}

/** Ends with exit code 1 and this text on standard error. `mistake` is an error of ours, which comes with its stack. */
export function refuse(text: string, more: { demo?: boolean; mistake?: unknown } = {}): never {
  if (more.demo !== undefined) isPlain = more.demo || isTerminal();
  return end(text, more.mistake);
}

function isTerminal(): boolean {
  return process.stdout.isTTY && process.stderr.isTTY;
}

function warn(warning: Error): void {
  if (log === null) early.push(warning);
  else if (isPlain) process.stderr.write(`${warning.name}: ${warning.message}\n`);
  else log.warn({ warning: warning.name, code: 'code' in warning ? warning.code : null }, warning.message);
}

function end(text: string, mistake?: unknown): never {
  const stack = mistake instanceof Error ? mistake.stack : undefined;
  if (isPlain) process.stderr.write(hideSecrets(`${text}\n${stack === undefined ? '' : `${stack}\n`}`));
  else lastLog().fatal(stack === undefined ? {} : { stack }, text);
  process.exit(1);
}

/** Whatever level the log has, the reason for an end is written, and is written before the process ends. */
function lastLog(): AppLog {
  return createLog({ level: 'fatal', stream: pino.destination({ fd: 2, sync: true }) });
}
