// `npm run check:audit`: fails on known vulnerabilities, high or critical, in what production installs. Where no registry
// answers (offline, or a mirror without advisories) it says that it was skipped.
import { spawnSync } from 'node:child_process';

const SERIOUS = ['high', 'critical'];
const PATIENCE_MS = 90_000;
/** npm's codes for a registry that does not answer; every other fault is one of this project. */
const NO_ANSWER = /^(ENOAUDIT|ENOTFOUND|EAI_|ECONN|ETIMEDOUT|EHOST|ENET|ERR_SOCKET|ERR_SSL|CERT|UNABLE_TO|E[45]\d\d$)/;

const { stdout, error } = spawnSync(
  'npm',
  ['audit', '--omit=dev', '--json', '--fetch-retries=1', '--fetch-timeout=20000'],
  { encoding: 'utf8', timeout: PATIENCE_MS, maxBuffer: 64 * 1024 ** 2 },
);
const given = { error: {}, statusCode: 0, ...read(stdout ?? '') };
process.exitCode = given.vulnerabilities === undefined ? reportFault(given, error) : reportFound(given.vulnerabilities);

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The exit code. */
function reportFault({ error, statusCode, message }, failure) {
  const code = String(failure?.code ?? error.code ?? codeIn(message));
  if (statusCode >= 400 || NO_ANSWER.test(code)) {
    console.log(`audit skipped: the registry did not answer (${statusCode || code})`);
    return 0;
  }
  console.error(`The audit failed: ${error.summary || code}`);
  return 1;
}

/** npm names the cause of a request that failed in its message alone. */
function codeIn(message = '') {
  return /\b(E[A-Z_]{4,}|ERR_\w+|CERT_\w+|UNABLE_TO_\w+)\b/.exec(message)?.[0] ?? 'no answer of npm';
}

function reportFound(found) {
  const serious = Object.values(found).filter(({ severity }) => SERIOUS.includes(severity));
  for (const { name, severity, range, via } of serious) {
    const titles = via.map((one) => (typeof one === 'string' ? `through ${one}` : one.title)).join('; ');
    console.error(`${severity}  ${name} ${range}  ${titles}`);
  }
  if (serious.length === 0) console.log('audit: no high or critical vulnerability is known in production dependencies');
  return serious.length === 0 ? 0 : 1;
}
