import { type Cell, type RunFixture, runFixture } from './reports';

const operators = ['movistar', 'orange', 'vodafone', 'yoigo'];
const technologies = ['4g', '5g', '3g'];

/** Numbers that look like chance, the same each time. */
const numbers = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

const pairs = operators.flatMap((operator) => technologies.map((technology) => [operator, technology] as const));
const weeks = Array.from({ length: 8 }, (_, week) =>
  new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString().slice(0, 10),
);

/** Reports as a file with technologies gives them: dBm, classes, places by code and by area, and some without rows. */
const reportsOfTechnologies = (upload: string): RunFixture[] => {
  const next = numbers(5);
  const area = () => `120222330${Math.floor(next() * 4)}${Math.floor(next() * 4)}${Math.floor(next() * 4)}`;
  const report = (name: string, header: string[], columns: string[], rows: Cell[][]): RunFixture =>
    runFixture(upload, name, header.map((line) => `-- ${line}`).join('\n'), columns, rows);
  return [
    report(
      'weeks-overview',
      [
        'title: The last eight weeks',
        "question: Where do the operators' networks go from week to week?",
        'chart: line x=week y=median_signal_asu,median_signal_dbm series=operator,technology',
        'units: median_signal_dbm=dBm median_signal_asu=ASU share_weak=% share_in_service=%',
        'rows: count_rows',
      ],
      [
        'week',
        'operator',
        'technology',
        'count_rows',
        'median_signal_dbm',
        'median_signal_asu',
        'share_weak',
        'share_in_service',
      ],
      weeks.flatMap((week, index) =>
        pairs
          .slice(0, 7)
          .map(([operator, technology], pair): Cell[] => [
            week,
            operator,
            technology,
            pair === 6 ? 3 : 100 + Math.floor(4_000 * next()),
            Math.round(-85 - 3 * pair - 4 * next() - (pair === 2 ? index : 0)),
            null,
            30 * next(),
            90 + 10 * next(),
          ]),
      ),
    ),
    report(
      'coverage-classes',
      [
        'title: Coverage by operator and technology',
        'question: How much of what was measured is covered well, and how much is weak or worse?',
        'chart: bar x=operator stack=count_very_good,count_good,count_weak,count_none series=technology',
        'rows: count_dbm',
      ],
      ['operator', 'technology', 'count_dbm', 'count_very_good', 'count_good', 'count_weak', 'count_none'],
      pairs.map(([operator, technology]): Cell[] => {
        const counts = [4_000, 3_000, 2_000, 600].map((most) => Math.floor(most * next()));
        return [operator, technology, counts.reduce((sum, count) => sum + count), ...counts];
      }),
    ),
    report(
      'service-by-place',
      [
        'title: Service by place',
        'question: Where do phones lose service, and where are they left with emergency calls?',
        'chart: bar x=place stack=share_in_service,share_emergency_only,share_out_of_service',
        'units: share_in_service=% share_emergency_only=% share_out_of_service=%',
        'rows: count_rows',
      ],
      ['place', 'count_rows', 'share_in_service', 'share_emergency_only', 'share_out_of_service'],
      Array.from({ length: 60 }, (_, place): Cell[] => {
        const [emergency, out] = [6 * next(), 4 * next()];
        const name = place % 3 === 0 ? `0${8_001 + place}` : area();
        return [name, place > 50 ? 3 : 4_000 - 60 * place, 100 - emergency - out, emergency, out];
      }),
    ),
    report(
      'weak-spots',
      [
        'title: Weak spots',
        'question: Where should an operator improve reception first?',
        'chart: bar x=place y=share_weak series=operator',
        'units: median_signal_dbm=dBm average_signal_dbm=dBm median_signal_asu=ASU share_weak=% share_none=% share_in_service=% share_emergency_only=% share_out_of_service=%',
        'rows: count_rows',
      ],
      [
        'place',
        'operator',
        'technology',
        'count_rows',
        'count_dbm',
        'median_signal_dbm',
        'average_signal_dbm',
        'count_asu',
        'median_signal_asu',
        'share_weak',
        'share_none',
        'share_in_service',
        'share_emergency_only',
        'share_out_of_service',
      ],
      Array.from({ length: 600 }, (_, line): Cell[] => {
        const [operator, technology] = pairs[line % 7] ?? ['', ''];
        const strength = -118 + line / 20;
        return [
          area(),
          operator,
          technology,
          4_000 - 6 * line,
          3_900 - 6 * line,
          Math.round(strength),
          strength,
          0,
          null,
          99 - line / 9,
          40 - line / 20,
          94,
          4,
          2,
        ];
      }),
    ),
    report(
      'signal-distribution',
      [
        'title: Distribution of the signal by technology',
        'question: How is the signal spread on each technology?',
        'chart: histogram x=signal_dbm,signal_asu y=count_rows series=technology',
        'units: signal_dbm=dBm signal_asu=ASU',
      ],
      ['technology', 'signal_dbm', 'signal_asu', 'count_rows'],
      technologies.flatMap((technology, index) =>
        Array.from({ length: 40 }, (_, step): Cell[] => {
          const dbm = -120 + 5 * index + step;
          return [technology, dbm, null, Math.round(900 * Math.exp(-((step - 20) ** 2) / 90))];
        }),
      ),
    ),
    report(
      'radio-quality',
      ['title: Radio quality by operator and technology', 'chart: bar x=operator y=median_sinr_db', 'rows: count_rows'],
      ['operator', 'technology', 'count_rows', 'median_sinr_db'],
      [],
    ),
    report(
      'throughput-and-latency',
      ['title: Throughput and latency', 'chart: bar x=operator y=median_download_mbps', 'rows: count_rows'],
      ['operator', 'technology', 'count_rows', 'median_download_mbps'],
      [['orange', '5g', 4, 210.5]],
    ),
  ];
};

/** A report of so many rows with places, names and numbers. */
const longReport = (upload: string, name: string, rows: number): RunFixture =>
  runFixture(
    upload,
    name,
    `-- title: Long report ${name}\n-- question: What is where?\n-- chart: bar x=place y=share_weak series=operator,technology\n-- units: share_weak=% median_signal_dbm=dBm`,
    [
      'place',
      'operator',
      'technology',
      'count_rows',
      'count_dbm',
      'median_signal_dbm',
      'average_signal_dbm',
      'share_weak',
      'share_none',
      'share_in_service',
    ],
    Array.from({ length: rows }, (_, row): Cell[] => {
      const place = `12022233${row.toString(4).padStart(4, '0').slice(-4)}`;
      return [
        place,
        operators[row % 4] ?? '',
        '4g',
        9_000 - row,
        8_000 - row,
        -110 + (row % 40),
        -110.5 + row / 40,
        99 - row / 20,
        row / 30,
        88.5,
      ];
    }),
  );

export { longReport, reportsOfTechnologies };
