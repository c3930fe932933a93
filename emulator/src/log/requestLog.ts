/** One request served. Credentials never get this far: the path is redacted and has no query. */
type LogRow = {
  id: number;
  /** ISO 8601, emulator time. */
  at: string;
  host: string;
  method: string;
  path: string;
  operation: string | null;
  sellerId: string | null;
  /** 0 when the connection was closed without an answer. */
  status: number;
  ms: number;
};

type LogPage = { data: LogRow[]; next: number };

export type RequestLog = {
  write: (row: Omit<LogRow, 'id'>) => void;
  /** Rows after the id `since`, oldest first. `next` is the id to ask with again. */
  read: (since: number, limit?: number) => LogPage;
  clear: () => void;
};

const ROWS_KEPT = 100_000;

/** The last 100,000 requests. Ids go on across `clear`, so that a reader's cursor stays good. */
export function createRequestLog(capacity = ROWS_KEPT): RequestLog {
  let ring: LogRow[] = [];
  let start = 0;
  let nextId = 1;

  const at = (index: number): LogRow | undefined => ring[(start + index) % ring.length];

  return {
    write(row) {
      const entry = { id: nextId, ...row };
      nextId += 1;
      if (ring.length < capacity) {
        ring.push(entry);
        return;
      }
      ring[start] = entry;
      start = (start + 1) % capacity;
    },
    read(since, limit = capacity) {
      const oldest = at(0)?.id ?? nextId;
      const data: LogRow[] = [];
      for (let index = Math.max(0, since + 1 - oldest); index < ring.length && data.length < limit; index += 1) {
        const row = at(index);
        if (row) data.push(row);
      }
      return { data, next: data.at(-1)?.id ?? Math.max(since, nextId - 1) };
    },
    clear() {
      ring = [];
      start = 0;
    },
  };
}
