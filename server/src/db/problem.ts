/**
 * Something about the database that an operator must hear in plain words: it is in use, too new, sealed with another key.
 * The message says what happened and what to do; it never carries a secret, so it may be printed as it is.
 */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem';
}
