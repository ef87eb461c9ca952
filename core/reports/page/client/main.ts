import { setUpCharts } from './charts';
import { setUpContents } from './contents';
import { setUpFolding } from './folding';
import { setUpMaps } from './map';
import { setUpTables } from './tables';

/** Makes the page a tool. The page is whole without it: what is a control, it makes itself. */
const start = (): void => {
  setUpFolding(document);
  setUpContents(document);
  setUpTables(document);
  setUpCharts(document);
  setUpMaps(document);
  // From here on the page answers.
  document.documentElement.dataset.tool = 'on';
};

start();
