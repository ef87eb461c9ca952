import { describe, expect, it } from '@jest/globals';
import { chunkSchema, uploadSchema } from '../../../core/uploads/upload';
import { makeUpload } from '../../support/uploads';

describe('what version 0.1 left in the state of an execution', () => {
  it('an upload is read under its new names', () => {
    const upload = makeUpload();
    const { id, chunkList, ...rest } = upload;

    expect(uploadSchema.parse({ ...rest, upload: id, runs: chunkList })).toEqual(upload);
    expect(uploadSchema.parse(upload)).toEqual(upload);
  });

  it('a chunk is read under its new names', () => {
    expect(chunkSchema.parse({ chunk: 3, start: 10, end: 20 })).toEqual({ index: 3, start: 10, end: 20 });
    expect(chunkSchema.parse({ index: 3, start: 10, end: 20 })).toEqual({ index: 3, start: 10, end: 20 });
  });

  it('names of neither version are refused', () => {
    expect(() => uploadSchema.parse({ ...makeUpload(), another: 1 })).toThrow();
    expect(() => chunkSchema.parse({ number: 3, start: 10, end: 20 })).toThrow();
  });
});
