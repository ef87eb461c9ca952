/** What the retriers of a state cost in time and in events of a history, by arithmetic. */

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds: number;
  JitterStrategy: string;
}

/** Events that one more attempt adds to a history: scheduled, started, failed. */
const eventsOfAttempt = 3;

/** Seconds that so many pauses take in the mean: with full jitter, half of each. */
const meanPauses = ({ IntervalSeconds, BackoffRate, MaxDelaySeconds }: Retrier, count: number): number => {
  let seconds = 0;
  for (let attempt = 0; attempt < count; attempt += 1) {
    seconds += Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** attempt) / 2;
  }
  return seconds;
};

/** Seconds in the mean until a retrier gives up. */
const expectedPatience = (retrier: Retrier): number => meanPauses(retrier, retrier.MaxAttempts);

interface Load {
  events: number;
  seconds: number;
}

/** Every number of failed attempts that a state may have before it succeeds: one retrier after the other is used up. */
const loads = (retriers: readonly Retrier[]): Load[] => {
  let sums: Load[] = [{ events: 0, seconds: 0 }];
  for (const retrier of retriers) {
    const own = Array.from({ length: retrier.MaxAttempts + 1 }, (_, count) => ({
      events: eventsOfAttempt * count,
      seconds: meanPauses(retrier, count),
    }));
    sums = sums.flatMap((sum) =>
      own.map(({ events, seconds }) => ({ events: sum.events + events, seconds: sum.seconds + seconds })),
    );
  }
  return sums;
};

export type { Load, Retrier };
export { expectedPatience, loads };
