/** Tokens, codes and secrets of Login with Amazon and MWS, wherever in a path they appear. */
const CREDENTIAL = /(?:Atzr|Atza|Atc|Atz\.sprdt)(?:\||%7C)[^/]*|amzn1\.oa2-cs\.[^/]*|amzn\.mws\.[^/]*/gi;

/** The path as the log may show it. Queries never get into the log at all: codes and tokens travel in them. */
export function redactedPath(path: string): string {
  return path.replaceAll(CREDENTIAL, '[redacted]');
}
