/** A start or a verb that cannot be: one sentence of what is wrong and what to do. It never carries a secret. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}
