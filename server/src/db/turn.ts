/** One after another: a queue for whoever wants to write to a database that has one writer. */

/** Resolves when it is the caller's turn, with the function that ends the turn (calling it twice does no harm). */
export function createTurns(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let end: () => void = () => undefined;
    last = new Promise<void>((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  };
}
