/** Tokens, codes and secrets of Login with Amazon and MWS, wherever in a path they appear. */
const CREDENTIAL = /(?:Atzr|Atza|Atc|Atz\.sprdt)(?:\||%7C)[^/]*|amzn1\.oa2-cs\.[^/]*|amzn\.mws\.[^/]*/gi;

/** The path as the log may show it. Queries never get into the log at all: codes and tokens travel in them. */
export function redactedPath(path: string): string {
  return path.replaceAll(CREDENTIAL, '[redacted]');
}

/** A member that holds a client secret, in JSON text. */
const SECRET_MEMBER = /("newClientSecret"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
/** The same credentials as above, up to the end of the text they stand in. */
const CREDENTIAL_IN_TEXT = /(?:Atzr|Atza|Atc|Atz\.sprdt)\|[^"\s\\]*|amzn1\.oa2-cs\.[^"\s\\]*|amzn\.mws\.[^"\s\\]*/gi;

/** The body of a message as it may be shown: secrets and tokens are left out. */
export function redactedBody(body: string): string {
  return body.replaceAll(SECRET_MEMBER, '$1"[redacted]"').replaceAll(CREDENTIAL_IN_TEXT, '[redacted]');
}
