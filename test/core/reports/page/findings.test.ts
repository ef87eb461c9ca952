import type { Finding } from '../../../../core/reports/findings/finding';
import { renderFindings } from '../../../../core/reports/page/findings';

const sections = [{ id: 'report-3', report: { name: 'signal-changes', title: 'What changed' } as never }];

const render = (findings: readonly Finding[], columns = { signal: [1, 0, 0] as [number, number, number] }) =>
  String(renderFindings(findings, sections, { columns }));

describe('what stands out, on the page', () => {
  it('is a list, each with a link to where it is shown', () => {
    const markup = render([
      { kind: 'worse', text: '3 places are worse.', report: 'signal-changes', places: 3 },
      { kind: 'quality', text: 'The clock is wrong.' },
      { kind: 'weak', text: 'Of a report that is not there.', report: 'weak-spots' },
    ]);
    expect(markup).toContain('<li class="worse">3 places are worse. <a href="#report-3">What changed</a></li>');
    expect(markup).toContain('The clock is wrong. <a href="#data-quality">Data quality</a></li>');
    expect(markup).toContain('<li class="weak">Of a report that is not there.</li>');
  });

  it('links to no part that the page does not have', () => {
    expect(render([{ kind: 'quality', text: 'The clock is wrong.' }], {} as never)).not.toContain('#data-quality');
  });

  it('says so where nothing does', () => {
    expect(render([])).toContain('<p>Nothing stands out in these days.</p>');
  });

  it('keeps text text', () => {
    expect(render([{ kind: 'worse', text: '<script>alert(1)</script>' }])).not.toContain('<script>');
  });
});
