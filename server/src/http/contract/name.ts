/** One rule for every name that other people read. */
import { z } from 'zod';
import { NAME_MOST, nameProblem } from '../../core/name.ts';

export const NameText = (most = NAME_MOST) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine(
      (name) => nameProblem(name, most) !== 'unseen_characters',
      'This contains characters that cannot be seen or that change the direction of the text. Type it by hand.',
    );
