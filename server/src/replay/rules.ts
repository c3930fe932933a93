/**
 * Where a rule set comes from: today's, a file that exports some of the rules, a folder like `server/src/core`, or the core
 * of another git revision. The core imports only the core, so that a copy of its folder stands alone.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Fault } from '../core/fault.ts';
import { TODAYS_RULES, type Rules } from '../core/weigh.ts';

/** Addresses of the modules that hold the rules; none: today's. Can be sent to another thread. */
export type RulesAt = { name: string; modules: string[] };
/** `remove` deletes what was copied to find them. */
export type FoundRules = { at: RulesAt; remove: () => void };

const CORE = fileURLToPath(new URL('../core/', import.meta.url));
const RULES = ['judge', 'episodeWith', 'diagnoseNow', 'transition'] as const satisfies (keyof Rules)[];

/** Finds what was named on the command line. Throws a Fault that says what can be named. */
export async function findRules(named: string | null): Promise<FoundRules> {
  if (named === null) return { at: { name: 'today’s rules', modules: [] }, remove: () => undefined };
  const path = resolve(named);
  if (existsSync(path)) {
    const modules = statSync(path).isDirectory() ? modulesOf(path) : [pathToFileURL(path).href];
    return { at: { name: named, modules }, remove: () => undefined };
  }
  if (/\.[cm]?[jt]s$/.test(named)) throw new Fault('not-found', { detail: `There is no file ${named}.` });
  return fromGit(named);
}

function modulesOf(folder: string): string[] {
  const files = ['judge.ts', 'transition.ts'].map((name) => join(folder, name));
  const missing = files.find((file) => !existsSync(file));
  if (missing) {
    throw new Fault('invalid-request', {
      detail: `${folder} holds no ${basename(missing)}, so it is no folder of rules like server/src/core.`,
    });
  }
  return files.map((file) => pathToFileURL(file).href);
}

const run = promisify(execFile);

async function git(...words: string[]): Promise<string> {
  const { stdout } = await run('git', words, { cwd: CORE, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** A name that git could take for an option, or for a range, is none of a revision. */
const REVISION = /^[A-Za-z0-9_][\w./@{}^~+-]{0,199}$/;

async function fromGit(named: string): Promise<FoundRules> {
  const commit = await commitOf(named);
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-rules-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await copyCore(commit, folder);
    return { at: { name: `${named} (${commit.slice(0, 9)})`, modules: modulesOf(folder) }, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function commitOf(named: string): Promise<string> {
  const wrong = `“${named.slice(0, 80)}” is neither a file nor a git revision of this checkout.`;
  if (!REVISION.test(named) || named.includes('..')) throw new Fault('invalid-request', { detail: wrong });
  try {
    return (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${named}^{commit}`)).trim();
  } catch (error) {
    const noGit = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = noGit
      ? 'A git revision needs git, and a checkout of Storekeeper. Name a file of rules instead.'
      : wrong;
    throw new Fault('invalid-request', { detail: why });
  }
}

async function copyCore(commit: string, folder: string): Promise<void> {
  const prefix = (await git('rev-parse', '--show-prefix')).trim();
  const listed = await git('ls-tree', '-z', '--full-tree', '--name-only', commit, '--', prefix);
  const names = listed.split('\0').filter((path) => path.endsWith('.ts') && !/\.(test|testkit)\.ts$/.test(path));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  await Promise.all(
    names.map(async (path) => writeFileSync(join(folder, basename(path)), await git('show', `${commit}:${path}`))),
  );
}

/** Loads them; what the modules do not export stays today's. Throws a Fault when they cannot be loaded or hold no rule. */
export async function loadRules({ name, modules }: RulesAt): Promise<Rules> {
  const found: Partial<Record<keyof Rules, unknown>> = {};
  for (const module of modules) Object.assign(found, rulesIn(await imported(name, module)));
  if (modules.length > 0 && Object.keys(found).length === 0)
    throw new Fault('invalid-request', { detail: `${name} exports none of ${RULES.join(', ')}.` });
  const wrong = Object.keys(found).find((rule) => typeof found[rule as keyof Rules] !== 'function');
  if (wrong) throw new Fault('invalid-request', { detail: `${name} exports ${wrong}, and it is no function.` });
  return { ...TODAYS_RULES, ...(found as Partial<Rules>) };
}

async function imported(name: string, module: string): Promise<object> {
  try {
    return (await import(module)) as object;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('invalid-request', { detail: `The rules of ${name} cannot be loaded: ${why}` });
  }
}

function rulesIn(module: object): Partial<Record<keyof Rules, unknown>> {
  const known = new Map<string, unknown>(Object.entries(module));
  return Object.fromEntries(RULES.flatMap((rule) => (known.has(rule) ? [[rule, known.get(rule)]] : [])));
}
