/** How many stores were looked at since an instant of the last hours, to the second. */
const SECOND = 1_000;
/** Seconds that are kept: the longest span that is asked for, and a clock that was set back meanwhile. */
const KEPT = 16_384;

export class LookTimes {
  readonly #counts = new Int32Array(KEPT);
  /** The newest second that was seen. */
  #newest = 0;

  add(at: number): void {
    const second = Math.floor(at / SECOND);
    while (this.#newest < second) this.#forget(second);
    if (second > this.#newest - KEPT) this.#change(second, 1);
  }

  remove(at: number): void {
    const second = Math.floor(at / SECOND);
    if (second > this.#newest - KEPT && second <= this.#newest) this.#change(second, -1);
  }

  since(at: number): number {
    let count = 0;
    const first = Math.max(Math.floor(at / SECOND), this.#newest - KEPT + 1);
    for (let second = first; second <= this.#newest; second += 1) count += this.#counts[second % KEPT] ?? 0;
    return count;
  }

  /** Room for the next second, or for all of them when it has been quiet for longer than is kept. */
  #forget(second: number): void {
    if (second - this.#newest >= KEPT) {
      this.#counts.fill(0);
      this.#newest = second;
    } else {
      this.#newest += 1;
      this.#counts[this.#newest % KEPT] = 0;
    }
  }

  #change(second: number, by: number): void {
    this.#counts[second % KEPT] = (this.#counts[second % KEPT] ?? 0) + by;
  }
}
