/** Makes an element with attributes and content. Text is only ever text: the page's policy allows no markup from strings. */
const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
};

/** A button of the page's looks. */
const makeButton = (text: string, onClick: () => void): HTMLButtonElement => {
  const button = make('button', { type: 'button', class: 'tool' }, text);
  button.addEventListener('click', onClick);
  return button;
};

/** Where controls may be added that belong to no part: inside a landmark, so that each reader finds them. */
const mainOf = (page: Document): Element => page.querySelector('main') ?? page.body;

/** Runs at most once a frame, however often it is asked to. */
const oncePerFrame = (run: () => void): (() => void) => {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      run();
    });
  };
};

export { mainOf, make, makeButton, oncePerFrame };
