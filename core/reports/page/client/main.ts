/** Makes the page a tool. The page is whole without it: what it adds, it makes itself. */
const start = (): void => {
  document.documentElement.dataset.tool = 'on';
};

start();
