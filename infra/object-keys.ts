import { type KeyEntry, objectKeys } from '../contract';

const firstFolder = ({ pattern }: KeyEntry): string => pattern.replace(/\/.*/s, '/');

/** The folder that all keys of a kind are in. */
const folderOf = ({ pattern }: KeyEntry): string => pattern.replace(/<.*/s, '').replace(/[^/]*$/, '');

/** The folders of a bucket's keys that go after the days of a setting. */
const prefixesThatExpire = (bucket: KeyEntry['bucket'], expires: KeyEntry['expires']): string[] => [
  ...new Set(objectKeys.filter((key) => key.bucket === bucket && key.expires === expires).map(folderOf)),
];

/** The first folder of the keys of a kind. */
const prefixOf = (name: string): string => {
  const found = objectKeys.find((key) => key.name === name);
  if (found === undefined) throw new Error(`The contract has no key "${name}".`);
  return firstFolder(found);
};

export { prefixesThatExpire, prefixOf };
