import { CellflowError } from '../platform/errors';

/** What is wrong with an uploaded file itself: a corrected file is the way out. */
class UploadError extends CellflowError {}

/** The file holds no rows. */
class EmptyUpload extends UploadError {}

/** The file is no table in text, or is gone. */
class UnreadableUpload extends UploadError {}

/** The header is of no known layout, or lacks columns of its own. */
class MissingColumns extends UploadError {}

/** The header is of several layouts. */
class AmbiguousFormat extends UploadError {}

/** The dates, or the day of rows without one, can be read in two ways. */
class AmbiguousDates extends UploadError {}

/** More values are impossible than the settings allow. */
class TooManyImpossibleValues extends UploadError {}

/** No row of the file keeps the rules. */
class NoValidRows extends UploadError {}

/** More rows break the rules than the settings allow. */
class TooManyInvalidRows extends UploadError {}

/** The rows spread over more days than the settings allow. */
class TooManyDays extends UploadError {}

/** A cut fell inside a quoted field: the upload has to be planned again, by counting every quote. */
class CutInsideQuotes extends CellflowError {}

/** The dates of all rows tell another order than was presumed: the upload has to be planned again, by reading all of them. */
class DatesReadOtherwise extends CellflowError {}

/** The upload was overtaken by a newer version of its key, or withdrawn: the machine ends it as a success. */
class Superseded extends CellflowError {}

export {
  AmbiguousDates,
  AmbiguousFormat,
  CutInsideQuotes,
  DatesReadOtherwise,
  EmptyUpload,
  MissingColumns,
  NoValidRows,
  Superseded,
  TooManyDays,
  TooManyImpossibleValues,
  TooManyInvalidRows,
  UnreadableUpload,
  UploadError,
};
