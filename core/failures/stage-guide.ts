/** What a person reads of a stage after a failure. */
interface StageGuide {
  /** What a retry does again, and what not. */
  retry: string;
  /** The other states that belong to the stage. */
  states: readonly string[];
  /** The state of which it is a branch, where it runs beside others. */
  branchOf?: string;
}

/** The stages of the state machine in their order, by the name that the console shows. */
const stageGuide: Record<string, StageGuide> = {
  'Plan upload': {
    retry: 'A retry reads the header and plans the file again; nothing was validated or published yet.',
    states: ['New upload?', 'Duplicate event', 'Plan upload exactly', 'Read what overtook it', 'Superseded'],
  },
  'Validate chunks': {
    retry: 'A retry validates the chunks that failed, and no other; nothing was published yet.',
    states: ['Validate chunk'],
  },
  'Judge upload': {
    retry: 'A retry adds up the chunks again; none is validated again, nothing was published yet.',
    states: [],
  },
  'Stream upload': {
    retry:
      'A retry publishes the chunks that failed, and no other; a record that was sent already is counted once. Nothing is validated again.',
    states: [
      'Publish chunks',
      'Publish chunk',
      'Begin with the streaming job',
      'Ensure streaming job',
      'Streaming job up?',
      'Wait for the old run to stop',
      'Count the look',
      'Streaming job looked after',
    ],
  },
  'Await landing': {
    retry:
      'A retry starts the streaming job where it is down, waits again and publishes only records that are missing. Nothing is validated again, nothing lands twice.',
    states: ['Start the landing clock', 'All landed?', 'Wait for records to land'],
  },
  'Seal upload': {
    retry:
      'A retry copies what is not in the tables yet. Nothing is published or landed again; queries see what they saw before.',
    states: [],
  },
  'Catalogue new partitions': {
    retry:
      'A retry looks at the catalogue again and crawls where a day is missing. The rows are in the lake already; nothing is published again.',
    states: ['Begin with the catalogue', 'Crawl needed?', 'Start crawler', 'Wait for crawler', 'Look at crawler'],
  },
  'Make upload visible': {
    retry:
      'A retry makes the upload visible, where it is not. The rows are in the lake already; queries see what they saw before.',
    states: [],
  },
  'Join reporting': {
    retry:
      'A retry joins the reporting again, where nobody has reported the upload meanwhile. The next upload reports it, too. The rows are in the lake and stay as they are.',
    states: ['Whose turn?', 'Wait for the round before', 'Reported with others'],
  },
  'List saved reports': {
    retry: 'A retry lists the saved reports again. The rows are in the lake and stay as they are.',
    states: [],
  },
  'Run reports': {
    retry:
      'A retry runs the reports that have not succeeded, with their queries as they are saved then. The rows are in the lake and stay as they are.',
    states: ['Run report'],
  },
  'Export workbook': {
    retry: 'A retry writes the workbook again from the reports that were run; no query is run again.',
    states: [],
    branchOf: 'Publish reports',
  },
  'Export map': {
    retry: 'A retry writes the map again from the reports that were run; no query is run again.',
    states: [],
    branchOf: 'Publish reports',
  },
  'Build report page': {
    retry: 'A retry builds the page again from the reports that were run; no query is run again.',
    states: ['Publish reports'],
    branchOf: 'Publish reports',
  },
  'E-mail report links': {
    retry: 'A retry sends the mail, where nobody has reported the upload meanwhile; the page is there already.',
    states: ['Mailed?', 'Nothing stands out', 'Reported'],
  },
};

/** The stage that a state belongs to. */
const stageOf = (state: string): string =>
  Object.entries(stageGuide).find(([stage, { states }]) => stage === state || states.includes(state))?.[0] ?? state;

export { stageGuide, stageOf };
