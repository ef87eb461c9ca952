import { type KeyEntry, objectKeys } from '../contract';

/** The first folders of a bucket's keys that go after the days of a setting. */
const prefixesThatExpire = (bucket: KeyEntry['bucket'], expires: KeyEntry['expires']): string[] => [
  ...new Set(
    objectKeys
      .filter((key) => key.bucket === bucket && key.expires === expires)
      .map(({ pattern }) => pattern.replace(/\/.*/s, '/')),
  ),
];

export { prefixesThatExpire };
