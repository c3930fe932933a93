/** Lists in a marketplace's answers: read up to a bound, and only to the first wrong element. */
import { z } from 'zod';

/** No page of a marketplace is longer; what follows in a longer one is not read. */
export const LIST_MOST = 1_000;

/**
 * As `z.array`, but with one issue at most, which names the first wrong element. `z.array` collects an issue for every
 * wrong element, and a large wrong answer then costs many times its own size.
 */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((list, context): z.output<Item>[] => {
    const read: z.output<Item>[] = [];
    for (const [place, one] of list.slice(0, LIST_MOST).entries()) {
      const parsed = item.safeParse(one);
      if (!parsed.success) {
        const path = [place, ...(parsed.error.issues[0]?.path ?? [])];
        context.addIssue({ code: 'custom', path, message: 'Not as the model has it' });
        return z.NEVER;
      }
      read.push(parsed.data);
    }
    return read;
  });
}
