/** JSON columns: written by us, read back into the type that was written. */

export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** Reads a column that `toJson` wrote; the type is a promise of the one place that writes it. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

export function toJsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

export function fromJsonOrNull<T>(text: string | null): T | null {
  return text === null ? null : fromJson<T>(text);
}
