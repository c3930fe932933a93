/** What lists have in common. */
import { z } from 'zod';

/** As long as an address may be; an id that names nothing is not found, whatever it looks like. */
export const Id = z.object({ id: z.string().max(200) });

export const Paging = z.object({
  cursor: z.string().max(400).optional().describe('`next_cursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function paged<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), next_cursor: z.string().nullable() });
}
