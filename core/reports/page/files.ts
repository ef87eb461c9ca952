import { type Html, html } from './html';

/** Links to the files that other programs open. */
interface FileLinks {
  workbook?: string;
  /** Where there is a map. */
  map?: string;
}

const texts = {
  workbook: 'Everything in one workbook (Excel)',
  map: 'The map as GeoJSON (QGIS)',
};

/** The files that there are, each with what it is called. */
const linkedFiles = ({ workbook, map }: FileLinks): { text: string; link: string }[] =>
  [
    { text: texts.workbook, link: workbook },
    { text: texts.map, link: map },
  ].filter((file): file is { text: string; link: string } => file.link !== undefined);

/** The links in the page; nothing where there are none. */
const renderFiles = (links: FileLinks): Html | undefined => {
  const files = linkedFiles(links);
  if (files.length === 0) return undefined;
  return html`<p class="files">${files.map(({ text, link }, index) => html`${index > 0 && ' · '}<a href="${link}">${text}</a>`)}</p>`;
};

export type { FileLinks };
export { linkedFiles, renderFiles };
