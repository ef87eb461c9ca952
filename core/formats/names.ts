/** Characters that nobody sees and that are no part of a name or a value: byte order marks, zero-width spaces and joiners. */
const unseen = /[\u200b-\u200d\u2060\ufeff]/g;

/** A text without what nobody sees, and without spaces of any kind around it. */
const cleanText = (text: string): string => text.replace(unseen, '').trim();

const unitInBrackets = /\s*[([][^)\]]*[)\]]$/;

/**
 * A name of a header as formats write it: in lower case, without quotes and units.
 *
 * @example
 * normaliseName('"Signal (ASU)"') // 'signal'
 */
const normaliseName = (name: string): string =>
  cleanText(name)
    .replace(/^"(.*)"$/s, '$1')
    .replace(unitInBrackets, '')
    .trim()
    .toLowerCase();

export { cleanText, normaliseName };
