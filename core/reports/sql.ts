import { CellflowError } from '../platform/errors';

/**
 * Pieces of SQL that a look for keywords, parameters or statement ends has to pass over: comments, and what is quoted.
 * An unclosed one reaches to the end, as the engine would read it before it complains.
 */
const comment = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/;
const quoted = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)/;
const pieces = new RegExp(`(${comment.source})|(${quoted.source})`, 'g');

/** Spaces in place of a text, with its line breaks, so that lines and columns in error messages stay true. */
const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** The query without its comments, which may hold question marks that are no parameters. */
const withoutComments = (sql: string): string =>
  sql.replace(pieces, (piece, inComment: string | undefined) => (inComment === undefined ? piece : blank(piece)));

/** The query with blanks for comments and quotes for whatever is quoted, or all but quoted names; same length, same lines. */
const maskQuotes = (sql: string, names: 'mask names' | 'keep names' = 'mask names'): string =>
  sql.replace(pieces, (piece, inComment: string | undefined) => {
    if (inComment !== undefined) return blank(piece);
    return names === 'keep names' && piece.startsWith('"') ? piece : piece.replace(/[^\n]/g, "'");
  });

/** A saved query that cannot be a report; the message says why. */
class UnusableQuery extends CellflowError {}

/** What a saved query asks of the engine. */
interface Statement {
  /** The query without comments and closing semicolons. */
  text: string;
  /** Number of `?`. */
  parameters: number;
}

/**
 * Reads a query that only reads: one statement, `select` or `with`.
 *
 * @throws {@link UnusableQuery}
 */
const readQuery = (sql: string): Statement => {
  const bare = maskQuotes(sql);
  const end = bare.trimEnd().replace(/[;\s]+$/, '').length;
  const [statement = '', ...others] = bare.slice(0, end).split(';');
  if (others.length > 0) throw new UnusableQuery('it holds more than one statement; a saved report is one query');
  const keyword = /^\s*(\w*)/.exec(statement)?.[1]?.toLowerCase() ?? '';
  if (keyword !== 'select' && keyword !== 'with') {
    throw new UnusableQuery(`it begins with "${keyword}"; a saved report begins with select or with`);
  }
  return { text: withoutComments(sql).slice(0, end), parameters: statement.split('?').length - 1 };
};

export type { Statement };
export { maskQuotes, readQuery, UnusableQuery };
