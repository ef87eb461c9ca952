import fc from 'fast-check';
import { mailSubject, oneLine } from '../../../core/platform/mail';

const failed = (name: string): string => `Cellflow: ${name} failed at Judge upload`;

describe('the subject of a mail', () => {
  it.each([
    ['as it is, where it is ASCII', "it's here.csv", "it's here.csv"],
    ['without accents', 'Málaga – Cádiz.csv', 'Malaga ? Cadiz.csv'],
    ['with a question mark for other letters', '信号.csv', '??.csv'],
    ['on one line', 'a\r\nBcc: b\t.csv', 'a Bcc: b .csv'],
    ['as a file, where it has none', ' \n', 'a file'],
  ])('names the file %s', (_case, name, shown) => {
    expect(mailSubject(name, failed)).toBe(failed(shown));
  });

  it('cuts a long name, and keeps what is told of it', () => {
    const subject = mailSubject('x'.repeat(300), failed);
    expect(subject).toHaveLength(99);
    expect(subject).toMatch(/^Cellflow: x+\.\.\. failed at Judge upload$/);
  });

  it('is one that SNS takes, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(200), (name, more) => {
        const subject = mailSubject(name, (shown) => `Cellflow: ${shown} ${'y'.repeat(more)}`);
        expect(subject).toMatch(/^Cellflow: [\x20-\x7e]{1,89}$/);
      }),
    );
  });
});

describe('a line of a mail', () => {
  it('has no line breaks, and ends in dots where it is too long', () => {
    expect(oneLine(' a\n\tb\u0000 ', 10)).toBe('a b');
    expect(oneLine('é'.repeat(20), 10)).toBe(`${'é'.repeat(7)}...`);
  });
});
