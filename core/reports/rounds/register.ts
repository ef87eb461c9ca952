import * as z from 'zod';
import { environment } from '../../platform/environment';
import { CellflowError } from '../../platform/errors';
import { lakeKeys } from '../../platform/keys';
import { getJson, putJsonIf, type StoredJson } from '../../platform/objects';

/** The register of rounds is not what Cellflow writes. */
class UnreadableRegister extends CellflowError {}

/** Another execution leads a later round: this one's is over. The machine joins the reporting again. */
class RoundOvertaken extends CellflowError {}

const holderSchema = z.object({
  /** ARN. */
  execution: z.string(),
  /** Id of its upload. */
  upload: z.string(),
});

/** A round whose mail is out, and of whose uploads not each may be marked as reported yet. */
const mailedSchema = z.object({
  round: z.number().int(),
  /** ARN of the execution that led it. */
  by: z.string(),
  /** What its results are named by. */
  id: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  uploads: z.array(z.string()),
});

/**
 * Who runs the reports. `gathering`: looks which uploads wait; `reporting`: runs the reports for them; `mailing`: its mail may be
 * on its way; `done`: the mail is out, or none was wanted.
 */
const registerSchema = z.object({
  /** Counts the writes, so that no state comes twice: a write that was under way for long meets another one. */
  writes: z.number().int(),
  round: z.number().int(),
  leader: holderSchema,
  phase: z.enum(['gathering', 'reporting', 'mailing', 'done']),
  /** When this phase began, in milliseconds since 1970. */
  since: z.number(),
  /** Key of the round's object, from `reporting` on. */
  key: z.string().optional(),
  /** What the round's results are named by, from `reporting` on. */
  id: z.string().optional(),
  /** Uploads of the round, from `reporting` on. */
  uploads: z.array(z.string()),
  /** Which attempt mails, while `mailing`. */
  attempt: z.string().optional(),
  /** Leads the next round, and reports whatever waits by then. */
  successor: holderSchema.extend({ since: z.number() }).optional(),
  /** The round before, while `gathering`. */
  mailed: mailedSchema.optional(),
});

type Register = z.infer<typeof registerSchema>;
type Holder = z.infer<typeof holderSchema>;
type Mailed = z.infer<typeof mailedSchema>;
type StoredRegister = StoredJson<Register> | undefined;

/** @throws {@link UnreadableRegister} */
const readRegister = async (): Promise<StoredRegister> => {
  const stored = await getJson<unknown>(environment('LAKE_BUCKET'), lakeKeys.roundsRegister);
  const parsed = stored && registerSchema.safeParse(stored.value);
  if (parsed?.success === false) {
    throw new UnreadableRegister(
      `s3://${environment('LAKE_BUCKET')}/${lakeKeys.roundsRegister} is no register of rounds. Delete it: the next execution begins a new one, and what waits stays.`,
      { cause: parsed.error },
    );
  }
  return stored && parsed && { value: parsed.data, etag: stored.etag };
};

/**
 * Writes the register, where it is still as it was read.
 *
 * @returns whether it is certain that it was written; where not, it has to be read again before anything is concluded
 */
const writeRegister = (read: StoredRegister, next: Omit<Register, 'writes'>): Promise<boolean> =>
  putJsonIf(
    environment('LAKE_BUCKET'),
    lakeKeys.roundsRegister,
    { ...next, writes: (read?.value.writes ?? 0) + 1 },
    read === undefined ? { ifAbsent: true } : { ifMatch: read.etag },
  );

export type { Holder, Mailed, Register, StoredRegister };
export { RoundOvertaken, readRegister, UnreadableRegister, writeRegister };
