import * as z from 'zod';

/** The part of `$$.Execution` that the stages read; the rest passes by. */
const executionSchema = z.object({
  Id: z.string(),
  /** Set from the first redrive on. */
  RedriveTime: z.string().optional(),
});

type Execution = z.infer<typeof executionSchema>;

export type { Execution };
export { executionSchema };
