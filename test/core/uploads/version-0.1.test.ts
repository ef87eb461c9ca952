import { describe, expect, it } from '@jest/globals';
import { chunkSchema, totalsSchema, uploadSchema } from '../../../core/uploads/upload';
import { withOldNames } from '../../../core/uploads/version-0.1';
import { makeTotals, makeUpload } from '../../support/uploads';

describe('what version 0.1 left in the state of an execution', () => {
  it('an upload is read under its new names', () => {
    const upload = makeUpload({ names: [], columns: { hour: [0], lat: [1] } });
    const { id, chunkList, format, dialect, names, ...rest } = upload;
    const before = { ...rest, upload: id, runs: chunkList, shards: 3, columns: { hour: 0, lat: 1 } };

    expect(uploadSchema.parse(before)).toEqual(upload);
    expect(uploadSchema.parse(upload)).toEqual(upload);
  });

  it('finds the list of chunks under its old name, and later stages pass over that', () => {
    const upload = makeUpload();

    const told = withOldNames(upload);

    expect(told.runs).toEqual(upload.chunkList);
    expect(uploadSchema.parse(told)).toEqual(upload);
  });

  it('landing shards, which a plan told till one object a day was enough, are passed over', () => {
    const upload = makeUpload();

    expect(uploadSchema.parse({ ...withOldNames(upload), shards: 3 })).toEqual(upload);
  });

  it('a chunk is read under its new names', () => {
    expect(chunkSchema.parse({ chunk: 3, start: 10, end: 20 })).toEqual({ index: 3, start: 10, end: 20 });
    expect(chunkSchema.parse({ index: 3, start: 10, end: 20 })).toEqual({ index: 3, start: 10, end: 20 });
  });

  it('an upload of it is of the one layout and the one dialect that there were', () => {
    const { id, chunkList, format, dialect, names, ...rest } = makeUpload();

    const upload = uploadSchema.parse({ ...rest, upload: id, runs: chunkList, columns: { hour: 3 } });

    expect(upload).toMatchObject({ format: 'cellflow', dialect: { delimiter: ',', decimal: '.' }, names: [] });
    expect(upload.columns).toEqual({ hour: [3] });
  });

  it('totals have no counts of columns, and no values that were set aside', () => {
    const { setAside, rowsWithSetAside, columns, strayDays, headers, leftOut, ...before } = makeTotals();

    expect(totalsSchema.parse(before)).toEqual(makeTotals());
  });

  it('names of neither version are refused', () => {
    expect(() => uploadSchema.parse({ ...makeUpload(), another: 1 })).toThrow();
    expect(() => chunkSchema.parse({ number: 3, start: 10, end: 20 })).toThrow();
  });
});
