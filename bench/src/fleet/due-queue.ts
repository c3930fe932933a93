/** Who is looked at next: a binary heap of instants and stores. A store may stand in it twice; the caller knows which counts. */
export class DueQueue {
  #at = new Float64Array(16);
  #store = new Int32Array(16);
  #size = 0;

  /** The earliest instant, or Infinity. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : (this.#at[0] ?? Infinity);
  }

  get nextStore(): number {
    return this.#store[0] ?? -1;
  }

  push(at: number, store: number): void {
    if (this.#size === this.#at.length) this.#grow();
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.#when(parent) <= at) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, at, store);
  }

  /** Takes the earliest away. */
  drop(): void {
    this.#size -= 1;
    if (this.#size > 0) this.#sink(this.#when(this.#size), this.#store[this.#size] ?? 0);
  }

  /** The earliest one is due later now: cheaper than dropping and pushing. */
  postpone(at: number): void {
    this.#sink(at, this.nextStore);
  }

  #sink(at: number, store: number): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#when(child + 1) < this.#when(child)) child += 1;
      if (this.#when(child) >= at) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, at, store);
  }

  #when(place: number): number {
    return this.#at[place] ?? Infinity;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#when(from), this.#store[from] ?? 0);
  }

  #put(place: number, at: number, store: number): void {
    this.#at[place] = at;
    this.#store[place] = store;
  }

  #grow(): void {
    const at = new Float64Array(2 * this.#size);
    const store = new Int32Array(2 * this.#size);
    at.set(this.#at);
    store.set(this.#store);
    this.#at = at;
    this.#store = store;
  }
}
