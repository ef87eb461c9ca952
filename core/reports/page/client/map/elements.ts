const svgNamespace = 'http://www.w3.org/2000/svg';

type Attributes = Record<string, string | number>;

const setAttributes = (element: Element, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
};

/** An element with text or others in it. Text stays text: nothing is read as markup. */
const make = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Name] => {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...inside);
  return element;
};

const makeSvg = (name: string, attributes: Attributes = {}, ...inside: Node[]): SVGElement => {
  const element = document.createElementNS(svgNamespace, name);
  setAttributes(element, attributes);
  element.append(...inside);
  return element;
};

export { make, makeSvg, setAttributes };
