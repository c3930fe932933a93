/** Who is at the command line, for the audit log. */
import { userInfo } from 'node:os';
import type { Acting } from '../core/audit.ts';

export function atCommandLine(): Acting {
  return { actor: { kind: 'operator_cli', user: userName() }, origin: { ip: null, agent: null } };
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
